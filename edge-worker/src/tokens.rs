//! Challenge tokens in Workers KV. Writing takes a [`TiedWrite`], the proof that it is allowed.
//!
//! Beside the tokens are the messages that were taken, each for as long as it is fresh. KV may
//! answer for up to a minute that it does not know what another location just stored, so a message
//! that is sent again elsewhere within that minute is taken twice; within one instance of the worker
//! it is not.

use std::cell::RefCell;

use js_sys::{Date, JSON, Promise};
use tabcert_edge_api::authorize::{Refusal, TiedWrite};
use tabcert_edge_api::limits::MIN_TOKEN_TTL_SECONDS;
use tabcert_edge_api::path::storage_key;
use tabcert_edge_api::replay::SeenMessages;
use tabcert_edge_api::token_write::Operation;
use wasm_bindgen::JsValue;

use crate::bindings::KvNamespace;
use crate::error::{EdgeError, describe};
use crate::executor::settled;

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
pub(crate) async fn remember(tokens: &KvNamespace, write: &TiedWrite) -> Result<(), EdgeError> {
    let message = write.message();
    let fresh_until = write.fresh_until();
    let is_new = SEEN.with_borrow_mut(|seen| seen.is_new(message, fresh_until, now()));
    let key = message.storage_key();
    if !is_new || !settle(tokens.get(&key)).await?.is_null() {
        return Err(Refusal::Replayed.into());
    }
    put(tokens, &key, "", fresh_until).await
}

/// Does what was proven to be allowed.
pub(crate) async fn apply(
    tokens: &KvNamespace,
    write: &TiedWrite,
    ttl_seconds: u64,
) -> Result<(), EdgeError> {
    let key = write.storage_key();
    match write.operation() {
        Operation::Put => {
            let expires_at = write.expires_at(now(), ttl_seconds);
            put(tokens, &key, &write.value(), expires_at).await
        }
        Operation::Remove => {
            // A host may be tied to several accounts, and what another one has served here stays. KV
            // may not know yet what was stored elsewhere, so nothing is what is to be removed, too.
            let stored = settle(tokens.get(&key)).await?;
            if stored.as_string().is_some_and(|own| own != write.value()) {
                return Ok(());
            }
            settle(tokens.delete(&key)).await.map(drop)
        }
    }
}

async fn put(
    tokens: &KvNamespace,
    key: &str,
    value: &str,
    expires_at: u64,
) -> Result<(), EdgeError> {
    let expiration = acceptable_end(expires_at, now());
    let options = JSON::parse(&format!(r#"{{"expiration":{expiration}}}"#))?;
    settle(tokens.put(key, value, &options)).await.map(drop)
}

/// The end of an entry that KV takes: "at least 60 seconds in the future" by its own clock, at the time
/// when the write arrives there.
fn acceptable_end(expires_at: u64, now: u64) -> u64 {
    expires_at.max(now + MIN_TOKEN_TTL_SECONDS)
}

/// The time in seconds since 1970. It is read at each write: asking DNS and KV before may have taken
/// seconds.
fn now() -> u64 {
    (Date::now() / 1000.0) as u64
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_sooner_than_kv_allows() {
        for (expires_at, end) in [(0, 1120), (1060, 1120), (1120, 1120), (1121, 1121)] {
            assert_eq!(acceptable_end(expires_at, 1000), end);
        }
    }
}
