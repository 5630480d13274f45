//! Records under AES-256-GCM, by WebCrypto: the key never leaves the browser's own hands.

use js_sys::{ArrayBuffer, Object, Reflect, Uint8Array};
use tabcert_vault::protection;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AesGcmParams, AesKeyGenParams, CryptoKey, SubtleCrypto};
use zeroize::Zeroizing;

use super::StorageError;
use super::database::bytes;
use crate::scope;

const ALGORITHM: &str = "AES-GCM";
/// NIST SP 800-38D §8.2.2: 96 bits, random; far fewer than 2^32 records are ever sealed by one key.
const NONCE_BYTES: usize = 12;

/// The key that records are sealed with.
#[derive(Clone)]
pub(super) struct RecordKey(CryptoKey);

/// A sealed record.
#[derive(Clone)]
pub(super) struct Sealed {
    nonce: Vec<u8>,
    data: Vec<u8>,
}

impl RecordKey {
    /// Makes a key that cannot be taken out of this browser.
    ///
    /// # Errors
    /// [`StorageError`], where there is no WebCrypto.
    pub(super) async fn generate() -> Result<Self, StorageError> {
        let algorithm = AesKeyGenParams::new(ALGORITHM, 256);
        let usages = js_sys::Array::of2(&"encrypt".into(), &"decrypt".into());
        let key = subtle()?
            .generate_key_with_object(&algorithm, false, &usages)?
            .await?;
        Ok(Self(key.unchecked_into()))
    }

    /// Hands a key to the browser, which does not give it out again.
    ///
    /// # Errors
    /// [`StorageError`], where there is no WebCrypto.
    pub(super) async fn import(key: &protection::RecordKey) -> Result<Self, StorageError> {
        let usages = js_sys::Array::of2(&"encrypt".into(), &"decrypt".into());
        let bytes = Uint8Array::from(key.as_bytes().as_slice());
        let key = subtle()?.import_key_with_str("raw", &bytes, ALGORITHM, false, &usages);
        let key = match key {
            Ok(importing) => importing.await,
            Err(exception) => Err(exception),
        };
        bytes.fill(0, 0, bytes.length());
        Ok(Self(key?.unchecked_into()))
    }

    /// A key as IndexedDB gives it back.
    pub(super) fn from_stored(value: &JsValue) -> Option<Self> {
        value.dyn_ref::<CryptoKey>().cloned().map(Self)
    }

    /// The key as IndexedDB takes it: a handle, not its bytes.
    pub(super) fn as_stored(&self) -> &JsValue {
        &self.0
    }

    /// Seals a record in its place: it cannot be opened as another.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(super) async fn seal(&self, place: &str, plain: &[u8]) -> Result<Sealed, StorageError> {
        let mut nonce = vec![0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|error| StorageError::Failed(error.to_string()))?;
        let plain_copy = Uint8Array::from(plain);
        let sealed = subtle()?.encrypt_with_object_and_js_u8_array(
            &parameters(&nonce, place),
            &self.0,
            &plain_copy,
        )?;
        let sealed = sealed.await;
        plain_copy.fill(0, 0, plain_copy.length());
        let data = Uint8Array::new(&sealed?.unchecked_into::<ArrayBuffer>()).to_vec();
        Ok(Sealed { nonce, data })
    }

    /// Opens a record.
    ///
    /// # Errors
    /// [`StorageError::Damaged`] where it was not sealed by this key for this place.
    pub(super) async fn open(
        &self,
        place: &str,
        sealed: &Sealed,
    ) -> Result<Zeroizing<Vec<u8>>, StorageError> {
        if sealed.nonce.len() != NONCE_BYTES {
            return Err(StorageError::Damaged);
        }
        let data = Uint8Array::from(sealed.data.as_slice());
        let opened = subtle()?
            .decrypt_with_object_and_js_u8_array(&parameters(&sealed.nonce, place), &self.0, &data)?
            .await
            .map_err(|_| StorageError::Damaged)?;
        let opened = Uint8Array::new(&opened.unchecked_into::<ArrayBuffer>());
        let plain = Zeroizing::new(opened.to_vec());
        opened.fill(0, 0, opened.length());
        Ok(plain)
    }
}

impl Sealed {
    /// What IndexedDB gives back; nothing where there is nothing. What is no record has neither nonce nor
    /// data, so that it opens as damaged and is changed only by who has seen that.
    pub(super) fn from_stored(value: &JsValue) -> Option<Self> {
        let member = |name: &str| bytes(&Reflect::get(value, &name.into()).ok()?);
        (!value.is_undefined()).then(|| Self {
            nonce: member("nonce").unwrap_or_default(),
            data: member("data").unwrap_or_default(),
        })
    }

    /// The record as IndexedDB takes it.
    ///
    /// # Errors
    /// The browser's exception.
    pub(super) fn to_stored(&self) -> Result<JsValue, JsValue> {
        let object = Object::new();
        for (name, bytes) in [("nonce", &self.nonce), ("data", &self.data)] {
            Reflect::set(&object, &name.into(), &Uint8Array::from(bytes.as_slice()))?;
        }
        Ok(object.into())
    }

    /// Different for every version of a record.
    pub(super) fn nonce(&self) -> &[u8] {
        &self.nonce
    }
}

fn parameters(nonce: &[u8], place: &str) -> AesGcmParams {
    let parameters = AesGcmParams::new_with_u8_array(ALGORITHM, &Uint8Array::from(nonce));
    let bound = format!("tabcert record {place}");
    parameters.set_additional_data_u8_array(&Uint8Array::from(bound.as_bytes()));
    parameters
}

fn subtle() -> Result<SubtleCrypto, StorageError> {
    let subtle = scope::get().crypto()?.subtle();
    // Outside of secure contexts there is none, whatever its type says.
    if subtle.is_undefined() {
        return Err(StorageError::Denied(
            "this page has no WebCrypto".to_owned(),
        ));
    }
    Ok(subtle)
}
