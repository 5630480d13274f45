//! What is asked of an object store.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbKeyRange, IdbObjectStore, IdbTransaction};

use super::StorageError;
use super::database::Write;
use super::request::result;
use super::seal::Sealed;

/// What is under a key; `undefined` where there is nothing.
///
/// # Errors
/// [`StorageError`]
pub(super) async fn get(store: &IdbObjectStore, key: &str) -> Result<JsValue, StorageError> {
    result(&store.get(&JsValue::from_str(key))?).await
}

/// All whose keys begin with `prefix`, in the order of their keys.
///
/// # Errors
/// [`StorageError`]
pub(super) async fn get_all(
    store: &IdbObjectStore,
    prefix: &str,
) -> Result<Vec<(String, Sealed)>, StorageError> {
    let range = IdbKeyRange::bound(
        &JsValue::from_str(prefix),
        &JsValue::from_str(&format!("{prefix}\u{ffff}")),
    )?;
    let keys = store.get_all_keys_with_key(&range)?;
    let values = store.get_all_with_key(&range)?;
    let keys: Array = result(&keys).await?.unchecked_into();
    let values: Array = result(&values).await?.unchecked_into();
    let records = keys.iter().zip(values.iter());
    Ok(records
        .filter_map(|(key, value)| Some((key.as_string()?, Sealed::from_stored(&value)?)))
        .collect())
}

/// Asks several things of a transaction, and ends it where one is refused at once: what was asked before
/// would happen otherwise.
///
/// # Errors
/// [`StorageError`]: nothing of it has happened.
pub(super) fn all_or_nothing(
    transaction: &IdbTransaction,
    ask: impl FnOnce() -> Result<(), JsValue>,
) -> Result<(), StorageError> {
    ask().map_err(|refused| {
        // Fails where it has ended in that way already.
        let _ = transaction.abort();
        refused.into()
    })
}

/// Puts a record into its place, or takes it away.
///
/// # Errors
/// The browser's exception.
pub(super) fn apply(store: &IdbObjectStore, key: &str, write: Write) -> Result<(), JsValue> {
    let key = JsValue::from_str(key);
    match write {
        Write::Put(sealed) => store.put_with_key(&sealed.to_stored()?, &key)?,
        Write::Delete => store.delete(&key)?,
    };
    Ok(())
}
