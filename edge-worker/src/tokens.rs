//! Challenge tokens in Workers KV. Writing takes a [`TiedWrite`], the proof that it is allowed.
//!
//! Beside the tokens are the messages that were taken, each for as long as it is fresh. KV may
//! answer for up to a minute that it does not know what another location just stored, so a message
//! that is sent again elsewhere within that minute is taken twice; within one instance of the worker
//! it is not.

use std::cell::RefCell;

use js_sys::{JSON, Promise};
use tabcert_edge_api::authorize::{Refusal, TiedWrite};
use tabcert_edge_api::path::storage_key;
use tabcert_edge_api::replay::SeenMessages;
use tabcert_edge_api::token_write::Operation;
use wasm_bindgen::JsValue;

use crate::bindings::KvNamespace;
use crate::error::{EdgeError, describe};
use crate::executor::settled;

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

thread_local! {
    static SEEN: RefCell<SeenMessages> = const { RefCell::new(SeenMessages::new()) };
}

/// Refuses a message that was taken before, and remembers it otherwise.
///
/// It is remembered before it is obeyed: where storage fails in between, the page signs anew.
pub(crate) async fn remember(
    tokens: &KvNamespace,
    write: &TiedWrite,
    now: u64,
) -> Result<(), EdgeError> {
    let message = write.message();
    let fresh_until = write.fresh_until();
    let is_new = SEEN.with_borrow_mut(|seen| seen.is_new(message, fresh_until, now));
    let key = message.storage_key();
    if !is_new || !settle(tokens.get(&key)).await?.is_null() {
        return Err(Refusal::Replayed.into());
    }
    put(tokens, &key, "", fresh_until, now).await
}

/// Does what was proven to be allowed.
pub(crate) async fn apply(
    tokens: &KvNamespace,
    write: &TiedWrite,
    now: u64,
    ttl_seconds: u64,
) -> Result<(), EdgeError> {
    let key = write.storage_key();
    match write.operation() {
        Operation::Put => {
            let expires_at = write.expires_at(now, ttl_seconds);
            put(tokens, &key, &write.value(), expires_at, now).await
        }
        Operation::Remove => settle(tokens.delete(&key)).await.map(drop),
    }
}

async fn put(
    tokens: &KvNamespace,
    key: &str,
    value: &str,
    expires_at: u64,
    now: u64,
) -> Result<(), EdgeError> {
    let expiration = expires_at.max(now + MIN_LIFETIME_SECONDS);
    let options = JSON::parse(&format!(r#"{{"expiration":{expiration}}}"#))?;
    settle(tokens.put(key, value, &options)).await.map(drop)
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
