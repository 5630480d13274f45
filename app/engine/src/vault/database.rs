//! The database: two object stores, written in transactions that are on disk before they are done.
//!
//! | Store | Key | Value |
//! |---|---|---|
//! | `protection` | `current` | how the records are encrypted: see [`protected`](super::protected) |
//! | `records` | `<kind>/<id>` | `{nonce, data}`: a sealed record |

use gloo::events::EventListener;
use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbDatabase, IdbOpenDbRequest, IdbTransaction, IdbTransactionMode};

use super::StorageError;
use super::protected::Name;
use super::request::{committed, result};
use super::requests::{all_or_nothing, apply, get, get_all};
use super::seal::Sealed;
use crate::scope;

const NAME: &str = "tabcert";
/// Of the stores, not of what is in them: records carry a schema of their own.
const VERSION: u32 = 1;

const PROTECTION: &str = "protection";
const RECORDS: &str = "records";
const CURRENT: &str = "current";

/// An open database.
pub(super) struct Database {
    database: IdbDatabase,
    /// Another tab that wants to delete or upgrade it must not wait for this one.
    _gives_way: EventListener,
}

/// What happens to a record.
pub(super) enum Write {
    /// It is put there, in the place of what was there.
    Put(Sealed),
    /// It is taken away.
    Delete,
}

/// A record that has changed hands since it was read.
#[derive(Debug)]
pub(super) struct Conflict;

impl Database {
    /// Opens it, and makes it where there is none.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(super) async fn open() -> Result<Self, StorageError> {
        let denied = || StorageError::Denied("this browser offers no storage".to_owned());
        let factory = scope::get().indexed_db()?.ok_or_else(denied)?;
        let request = factory.open_with_u32(NAME, VERSION)?;
        let made = request.clone();
        let _upgrade = EventListener::once(&request, "upgradeneeded", move |_| {
            // What fails here makes the request fail.
            let _ = make_stores(&made);
        });
        let database: IdbDatabase = result(&request).await?.unchecked_into();
        let closing = database.clone();
        let gives_way = EventListener::once(&database, "versionchange", move |_| closing.close());
        Ok(Self {
            database,
            _gives_way: gives_way,
        })
    }

    /// How the records are encrypted; nothing in a new database.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(super) async fn protection(&self) -> Result<Option<JsValue>, StorageError> {
        let transaction = self.begin(IdbTransactionMode::Readonly)?;
        let found = get(&transaction.object_store(PROTECTION)?, CURRENT).await?;
        Ok((!found.is_undefined()).then_some(found))
    }

    /// Decides how the records are encrypted, unless that is decided; returns what is decided.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(super) async fn protect(&self, protection: &JsValue) -> Result<JsValue, StorageError> {
        let transaction = self.begin(IdbTransactionMode::Readwrite)?;
        let store = transaction.object_store(PROTECTION)?;
        let found = get(&store, CURRENT).await?;
        if !found.is_undefined() {
            // Another tab was quicker.
            return Ok(found);
        }
        store.put_with_key(protection, &JsValue::from_str(CURRENT))?;
        committed(&transaction).await?;
        Ok(protection.clone())
    }

    /// Puts another protection in the place of the one that was read, unless that has changed.
    ///
    /// # Errors
    /// [`StorageError`]; [`Conflict`] where somebody else has changed it meanwhile.
    pub(super) async fn replace_protection(
        &self,
        name: &Name,
        is_read: impl Fn(&JsValue) -> bool,
        protection: &JsValue,
    ) -> Result<Result<(), Conflict>, StorageError> {
        let transaction = self.begin_with(name, IdbTransactionMode::Readwrite).await?;
        let store = transaction.object_store(PROTECTION)?;
        if !is_read(&get(&store, CURRENT).await?) {
            return Ok(Err(Conflict));
        }
        store.put_with_key(protection, &JsValue::from_str(CURRENT))?;
        committed(&transaction).await?;
        Ok(Ok(()))
    }

    /// One record.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(super) async fn read(
        &self,
        name: &Name,
        key: &str,
    ) -> Result<Option<Sealed>, StorageError> {
        let transaction = self.begin_with(name, IdbTransactionMode::Readonly).await?;
        let found = get(&transaction.object_store(RECORDS)?, key).await?;
        Ok(Sealed::from_stored(&found))
    }

    /// All records whose keys begin with `prefix`, with their keys.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(super) async fn read_all(
        &self,
        name: &Name,
        prefix: &str,
    ) -> Result<Vec<(String, Sealed)>, StorageError> {
        let transaction = self.begin_with(name, IdbTransactionMode::Readonly).await?;
        get_all(&transaction.object_store(RECORDS)?, prefix).await
    }

    /// Does all of it or nothing, and returns when it is on disk.
    ///
    /// # Errors
    /// [`StorageError`]: nothing of it has happened.
    pub(super) async fn write(
        &self,
        name: &Name,
        writes: Vec<(String, Write)>,
    ) -> Result<(), StorageError> {
        let transaction = self.begin_with(name, IdbTransactionMode::Readwrite).await?;
        all_or_nothing(&transaction, || write_all(&transaction, writes))?;
        committed(&transaction).await
    }

    /// The same, if the record `key` is still what was read: it is written, and `others` with it.
    ///
    /// # Errors
    /// [`StorageError`]; [`Conflict`] where somebody else has written it meanwhile.
    pub(super) async fn replace(
        &self,
        name: &Name,
        key: &str,
        read: Option<&Sealed>,
        write: Write,
        others: Vec<(String, Write)>,
    ) -> Result<Result<(), Conflict>, StorageError> {
        let transaction = self.begin_with(name, IdbTransactionMode::Readwrite).await?;
        let store = transaction.object_store(RECORDS)?;
        let found = Sealed::from_stored(&get(&store, key).await?);
        if found.as_ref().map(Sealed::nonce) != read.map(Sealed::nonce) {
            return Ok(Err(Conflict));
        }
        apply(&store, key, write)?;
        for (key, write) in others {
            apply(&store, &key, write)?;
        }
        committed(&transaction).await?;
        Ok(Ok(()))
    }

    /// The same for many, if all records are still those that were read; with another protection, where
    /// there is one.
    ///
    /// # Errors
    /// [`StorageError`]; [`Conflict`] where somebody else has written any of them meanwhile, or another.
    pub(super) async fn replace_all(
        &self,
        name: &Name,
        read: &[(String, Sealed)],
        writes: Vec<(String, Write)>,
        protection: Option<&JsValue>,
    ) -> Result<Result<(), Conflict>, StorageError> {
        let transaction = self.begin_with(name, IdbTransactionMode::Readwrite).await?;
        let store = transaction.object_store(RECORDS)?;
        let found = get_all(&store, "").await?;
        let versions = |records: &[(String, Sealed)]| {
            let records = records.iter();
            records
                .map(|(key, sealed)| (key.clone(), sealed.nonce().to_vec()))
                .collect::<Vec<_>>()
        };
        if versions(&found) != versions(read) {
            return Ok(Err(Conflict));
        }
        all_or_nothing(&transaction, || {
            if let Some(protection) = protection {
                let store = transaction.object_store(PROTECTION)?;
                store.put_with_key(protection, &JsValue::from_str(CURRENT))?;
            }
            write_all(&transaction, writes)
        })?;
        committed(&transaction).await?;
        Ok(Ok(()))
    }

    /// Empties it.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(super) async fn clear(&self) -> Result<(), StorageError> {
        let transaction = self.begin(IdbTransactionMode::Readwrite)?;
        for store in [RECORDS, PROTECTION] {
            transaction.object_store(store)?.clear()?;
        }
        committed(&transaction).await
    }

    /// Deletes it, as it is.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(super) async fn delete() -> Result<(), StorageError> {
        let Some(factory) = scope::get().indexed_db()? else {
            return Ok(());
        };
        let request = factory.delete_database(NAME)?;
        result(&request).await.map(drop)
    }

    /// A transaction, as long as the records are encrypted as the caller believes: another tab may have
    /// changed that meanwhile, or emptied the vault and begun it anew.
    async fn begin_with(
        &self,
        name: &Name,
        mode: IdbTransactionMode,
    ) -> Result<IdbTransaction, StorageError> {
        let transaction = self.begin(mode)?;
        let found = get(&transaction.object_store(PROTECTION)?, CURRENT).await?;
        match Name::of(&found) {
            Some(found) if found == *name => Ok(transaction),
            Some(found) if found.is_same_vault(name) => Err(StorageError::Moved),
            None if !found.is_undefined() => Err(StorageError::Damaged),
            _ => Err(StorageError::Forgotten),
        }
    }

    fn begin(&self, mode: IdbTransactionMode) -> Result<IdbTransaction, StorageError> {
        let stores = Array::of2(&JsValue::from_str(PROTECTION), &JsValue::from_str(RECORDS));
        // "strict": done means on disk, not on its way there. Called by its name, as the bindings
        // have no third argument yet.
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into())?;
        let method: Function = Reflect::get(&self.database, &"transaction".into())?
            .dyn_into()
            .map_err(|_| StorageError::Gone)?;
        let transaction = method.call3(&self.database, &stores, &mode.into(), &options);
        // Thrown only by a connection that is closed.
        let transaction = transaction.map_err(|_| StorageError::Gone)?;
        Ok(transaction.unchecked_into())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.database.close();
    }
}

fn make_stores(request: &IdbOpenDbRequest) -> Result<(), JsValue> {
    let database: IdbDatabase = request.result()?.unchecked_into();
    database.create_object_store(PROTECTION)?;
    database.create_object_store(RECORDS)?;
    Ok(())
}

fn write_all(transaction: &IdbTransaction, writes: Vec<(String, Write)>) -> Result<(), JsValue> {
    let store = transaction.object_store(RECORDS)?;
    for (key, write) in writes {
        apply(&store, &key, write)?;
    }
    Ok(())
}

/// A copy that no other code can change.
pub(super) fn bytes(value: &JsValue) -> Option<Vec<u8>> {
    value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec)
}
