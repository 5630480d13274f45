//! RSA keys by WebCrypto: native, and many times faster than in WebAssembly.

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::CryptoKeyPair;
use zeroize::Zeroizing;

use crate::scope;

/// Makes an RSA key and returns it as PKCS#8 DER.
///
/// # Errors
/// The browser's exception, where it has no WebCrypto (outside of secure contexts) or refuses the
/// size.
pub(crate) async fn generate_rsa(bits: u32) -> Result<Zeroizing<Vec<u8>>, JsValue> {
    let subtle = scope::get().crypto()?.subtle();
    // Outside of secure contexts there is none, whatever its type says.
    if subtle.is_undefined() {
        return Err(JsValue::from_str("no WebCrypto"));
    }

    let algorithm = Object::new();
    for (name, value) in [
        ("name", JsValue::from_str("RSASSA-PKCS1-v1_5")),
        ("hash", JsValue::from_str("SHA-256")),
        ("modulusLength", JsValue::from(bits)),
        // 65537.
        (
            "publicExponent",
            Uint8Array::from([1, 0, 1].as_slice()).into(),
        ),
    ] {
        Reflect::set(&algorithm, &JsValue::from_str(name), &value)?;
    }
    let usages = Array::of2(&JsValue::from_str("sign"), &JsValue::from_str("verify"));
    let pair: CryptoKeyPair = subtle
        .generate_key_with_object(&algorithm, true, &usages)?
        .await?
        .unchecked_into();
    let exported: ArrayBuffer = subtle
        .export_key("pkcs8", &pair.get_private_key())?
        .await?
        .unchecked_into();

    let exported = Uint8Array::new(&exported);
    let der = Zeroizing::new(exported.to_vec());
    exported.fill(0, 0, exported.length());
    Ok(der)
}
