//! Challenge tokens in Workers KV. Writing takes a [`TiedWrite`], the proof that it is allowed.

use tabcert_edge_api::authorize::TiedWrite;
use tabcert_edge_api::path::storage_key;
use tabcert_edge_api::token_write::Operation;
use worker::js_sys::{JSON, Promise};
use worker::wasm_bindgen::JsValue;

use crate::bindings::KvNamespace;
use crate::error::{EdgeError, describe};
use crate::promise::settled;

/// Workers KV refuses to expire anything sooner.
const MIN_LIFETIME_SECONDS: u64 = 60;

/// The value for a host and a token; JavaScript's `null` where there is none.
pub(crate) async fn read(
    tokens: &KvNamespace,
    host: &str,
    token: &str,
) -> Result<JsValue, EdgeError> {
    settle(tokens.get(&storage_key(host, token))).await
}

/// Does what was proven to be allowed.
pub(crate) async fn apply(
    tokens: &KvNamespace,
    write: &TiedWrite,
    now: u64,
    ttl_seconds: u64,
) -> Result<(), EdgeError> {
    let key = write.storage_key();
    let promise = match write.operation() {
        Operation::Put => {
            let expiration = write
                .expires_at(now, ttl_seconds)
                .max(now + MIN_LIFETIME_SECONDS);
            let options = JSON::parse(&format!(r#"{{"expiration":{expiration}}}"#))?;
            tokens.put(&key, &write.value(), &options)
        }
        Operation::Remove => tokens.delete(&key),
    };
    settle(promise).await.map(drop)
}

async fn settle(promise: Result<Promise, JsValue>) -> Result<JsValue, EdgeError> {
    let result = match promise {
        Ok(promise) => settled(&promise).await,
        Err(exception) => Err(exception),
    };
    result.map_err(|exception| EdgeError::Storage {
        cause: describe(&exception),
    })
}
