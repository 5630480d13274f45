//! Passkeys that give a secret: WebAuthn with the extension `prf`.
//!
//! The secret goes to the engine, and nowhere else. Nobody verifies a signature: what is wanted is the
//! secret alone, and a passkey that is not the right one gives another.

use js_sys::{Array, ArrayBuffer, Function, Object, Promise, Reflect, Uint8Array};
use tabcert_engine_api::protection::PasskeyAnswer;
use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DomException;
use zeroize::Zeroizing;

use super::{exception_text, random};

/// Why there is no secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum PasskeyError {
    /// Also where it took too long; browsers do not tell apart.
    #[error("The passkey was not used: it was cancelled, or took too long. Try again.")]
    Cancelled,
    /// It is one of those that only sign.
    #[error(
        "This passkey, or the browser with it, cannot give a secret to encrypt with. Try another one, or use the passphrase."
    )]
    NoSecret,
    /// It was added before.
    #[error("This passkey opens the vault already.")]
    Known,
    /// Anything else, in the browser's words.
    #[error("The browser could not use a passkey: {0}")]
    Failed(String),
}

/// Whether this browser has passkeys that give secrets, as far as it says.
pub(crate) async fn is_available() -> bool {
    let Ok(kind) = Reflect::get(&js_sys::global(), &"PublicKeyCredential".into()) else {
        return false;
    };
    if !kind.is_function() {
        return false;
    }
    // A browser that does not say may be able to.
    capabilities(&kind).await.is_none_or(|capabilities| {
        let prf = Reflect::get(&capabilities, &"extension:prf".into());
        prf.is_ok_and(|prf| prf != JsValue::FALSE)
    })
}

async fn capabilities(kind: &JsValue) -> Option<JsValue> {
    let ask: Function = Reflect::get(kind, &"getClientCapabilities".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let asked: Promise = ask.call0(kind).ok()?.dyn_into().ok()?;
    asked.await.ok()
}

/// Makes a passkey, and has it answer. `known` are the credential ids of those that there are.
///
/// # Errors
/// [`PasskeyError`]
pub(crate) async fn make(
    label: &str,
    prf_input: &[u8],
    known: &[Vec<u8>],
) -> Result<PasskeyAnswer, PasskeyError> {
    let name = match label.trim() {
        "" => "Tabcert",
        label => label,
    };
    let algorithms = Array::new();
    // ES256 and RS256, which every authenticator has one of.
    for algorithm in [-7.0, -257.0] {
        algorithms
            .push(&object(&[("type", "public-key".into()), ("alg", algorithm.into())])?.into());
    }
    let options = object(&[
        ("challenge", random_bytes()?.into()),
        ("rp", object(&[("name", "Tabcert".into())])?.into()),
        (
            "user",
            object(&[
                ("id", random_bytes()?.into()),
                ("name", name.into()),
                ("displayName", name.into()),
            ])?
            .into(),
        ),
        ("pubKeyCredParams", algorithms.into()),
        ("excludeCredentials", credentials(known)?.into()),
        (
            "authenticatorSelection",
            object(&[
                ("residentKey", "preferred".into()),
                // Without it there is another secret.
                ("userVerification", "required".into()),
            ])?
            .into(),
        ),
        ("extensions", prf(prf_input)?.into()),
    ])?;
    let made = call("create", &options).await?;
    match answer(&made) {
        // Many authenticators give none while they make a passkey.
        Err(PasskeyError::NoSecret) => {
            let id = credential_id(&made).ok_or(PasskeyError::NoSecret)?;
            ask(&[id], prf_input).await
        }
        answer => answer,
    }
}

/// Has one of these passkeys answer.
///
/// # Errors
/// [`PasskeyError`]
pub(crate) async fn ask(ids: &[Vec<u8>], prf_input: &[u8]) -> Result<PasskeyAnswer, PasskeyError> {
    let options = object(&[
        ("challenge", random_bytes()?.into()),
        ("allowCredentials", credentials(ids)?.into()),
        ("userVerification", "required".into()),
        ("extensions", prf(prf_input)?.into()),
    ])?;
    answer(&call("get", &options).await?)
}

/// Called by its names: the bindings know of no `prf`.
async fn call(method: &str, options: &Object) -> Result<JsValue, PasskeyError> {
    let window = web_sys::window().ok_or(PasskeyError::NoSecret)?;
    let credentials = Reflect::get(&window.navigator(), &"credentials".into())?;
    let method: Function = Reflect::get(&credentials, &method.into())?.dyn_into()?;
    let options = object(&[("publicKey", options.into())])?;
    let called: Promise = method.call1(&credentials, &options)?.dyn_into()?;
    Ok(called.await?)
}

fn answer(credential: &JsValue) -> Result<PasskeyAnswer, PasskeyError> {
    let results: Function =
        Reflect::get(credential, &"getClientExtensionResults".into())?.dyn_into()?;
    let mut value = results.call0(credential)?;
    for name in ["prf", "results", "first"] {
        value = Reflect::get(&value, &name.into()).map_err(|_| PasskeyError::NoSecret)?;
    }
    let secret = bytes(&value).ok_or(PasskeyError::NoSecret)?;
    let prf_output = Zeroizing::new(secret.to_vec());
    secret.fill(0, 0, secret.length());
    Ok(PasskeyAnswer {
        id: credential_id(credential).ok_or(PasskeyError::NoSecret)?,
        prf_output,
    })
}

fn credential_id(credential: &JsValue) -> Option<Vec<u8>> {
    let id = Reflect::get(credential, &"rawId".into()).ok()?;
    bytes(&id).map(|id| id.to_vec())
}

fn bytes(value: &JsValue) -> Option<Uint8Array> {
    match value.dyn_ref::<ArrayBuffer>() {
        Some(buffer) => Some(Uint8Array::new(buffer)),
        None => value.dyn_ref::<Uint8Array>().cloned(),
    }
}

fn prf(input: &[u8]) -> Result<Object, PasskeyError> {
    let first = object(&[("first", Uint8Array::from(input).into())])?;
    let eval = object(&[("eval", first.into())])?;
    object(&[("prf", eval.into())])
}

fn credentials(ids: &[Vec<u8>]) -> Result<Array, PasskeyError> {
    ids.iter()
        .map(|id| {
            object(&[
                ("type", "public-key".into()),
                ("id", Uint8Array::from(id.as_slice()).into()),
            ])
        })
        .collect()
}

fn object(members: &[(&str, JsValue)]) -> Result<Object, PasskeyError> {
    let object = Object::new();
    for (name, value) in members {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object)
}

fn random_bytes() -> Result<Uint8Array, PasskeyError> {
    let mut bytes = [0; 32];
    random::fill(&mut bytes).map_err(|none| PasskeyError::Failed(none.to_owned()))?;
    Ok(Uint8Array::from(bytes.as_slice()))
}

impl From<JsValue> for PasskeyError {
    fn from(exception: JsValue) -> Self {
        let name = exception.dyn_ref::<DomException>().map(DomException::name);
        match name.as_deref() {
            Some("NotAllowedError" | "AbortError") => Self::Cancelled,
            Some("InvalidStateError") => Self::Known,
            Some("NotSupportedError") => Self::NoSecret,
            Some(_) => Self::Failed(exception.unchecked_into::<DomException>().message()),
            None => Self::Failed(exception_text(&exception)),
        }
    }
}
