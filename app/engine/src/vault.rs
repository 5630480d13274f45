//! The vault: what outlives the tab, encrypted in this browser's IndexedDB.
//!
//! - [`database`]: object stores, and transactions that are on disk when they are done
//! - [`seal`]: AES-256-GCM under a key that WebCrypto does not give out
//! - [`request`]: IndexedDB's events as futures
//!
//! Two tabs may have the vault open. A record is changed only if it is still what was read
//! ([`Vault::change`]); otherwise it is read and changed again.

mod database;
mod request;
mod seal;

use js_sys::{Object, Reflect, Uint8Array};
use tabcert_engine_api::EngineError;
use thiserror::Error;
use wasm_bindgen::JsValue;
use zeroize::Zeroizing;

use database::{Database, Write, bytes};
use seal::RecordKey;

/// The schema of the protection record.
const PROTECTION_SCHEMA: f64 = 1.0;

const PROTECTION_ID_BYTES: usize = 16;

/// How often a record that others write at the same time is read again.
const MAX_CONFLICTS: usize = 1_000;

/// The open vault.
pub(crate) struct Vault {
    database: Database,
    key: RecordKey,
    /// Names the protection that the key is from.
    protection: Vec<u8>,
}

/// A record's plain text.
pub(crate) type Plain = Zeroizing<Vec<u8>>;

impl Vault {
    /// Opens it, and makes it where there is none, with a key of this browser's.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(crate) async fn open() -> Result<Self, StorageError> {
        let database = Database::open().await?;
        let protection = match database.protection().await? {
            Some(protection) => protection,
            None => {
                let key = RecordKey::generate().await?;
                database.protect(&protection_of(&key)?).await?
            }
        };
        let schema = Reflect::get(&protection, &"schema".into())?.as_f64();
        if schema != Some(PROTECTION_SCHEMA) {
            return Err(StorageError::Newer);
        }
        let key = Reflect::get(&protection, &"key".into())?;
        let key = RecordKey::from_stored(&key).ok_or(StorageError::Damaged)?;
        let id = bytes(&Reflect::get(&protection, &"id".into())?);
        Ok(Self {
            database,
            key,
            protection: id.ok_or(StorageError::Damaged)?,
        })
    }

    /// One record.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(crate) async fn read(&self, place: &str) -> Result<Option<Plain>, StorageError> {
        match self.database.read(place).await? {
            Some(sealed) => self.key.open(place, &sealed).await.map(Some),
            None => Ok(None),
        }
    }

    /// All records whose places begin with `prefix`.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(crate) async fn read_all(
        &self,
        prefix: &str,
    ) -> Result<Vec<(String, Plain)>, StorageError> {
        let sealed = self.database.read_all(prefix).await?;
        let opening = sealed.into_iter().map(|(place, sealed)| async move {
            let plain = self.key.open(&place, &sealed).await?;
            Ok((place, plain))
        });
        futures::future::try_join_all(opening).await
    }

    /// Writes all of these or none; a record that is nothing is taken away. Returns when it is on disk.
    ///
    /// # Errors
    /// [`StorageError`]: nothing of it has happened.
    pub(crate) async fn write(
        &self,
        records: Vec<(String, Option<Plain>)>,
    ) -> Result<(), StorageError> {
        let sealing = records.into_iter().map(|(place, plain)| async move {
            let write = self.sealed(&place, plain.as_ref()).await?;
            Ok::<_, StorageError>((place, write))
        });
        let writes = futures::future::try_join_all(sealing).await?;
        self.database.write(&self.protection, writes).await
    }

    /// Changes a record, by a function of what it is; nobody else's change is lost.
    ///
    /// # Errors
    /// [`StorageError`], also of `change`: nothing has happened.
    pub(crate) async fn change(
        &self,
        place: &str,
        change: impl Fn(Option<Plain>) -> Result<Option<Plain>, StorageError>,
    ) -> Result<(), StorageError> {
        for _ in 0..MAX_CONFLICTS {
            let read = self.database.read(place).await?;
            let plain = match &read {
                Some(sealed) => Some(self.key.open(place, sealed).await?),
                None => None,
            };
            let write = self.sealed(place, change(plain)?.as_ref()).await?;
            let replaced = self
                .database
                .replace(&self.protection, place, read.as_ref(), write)
                .await?;
            if replaced.is_ok() {
                return Ok(());
            }
        }
        Err(StorageError::Failed(
            "other tabs write the same record all the time".to_owned(),
        ))
    }

    /// Takes everything away. The key goes with it: what somebody kept a copy of stays closed.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(crate) async fn forget(&self) -> Result<(), StorageError> {
        self.database.clear().await
    }

    /// Takes away what cannot even be opened.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(crate) async fn delete() -> Result<(), StorageError> {
        Database::delete().await
    }

    async fn sealed(&self, place: &str, plain: Option<&Plain>) -> Result<Write, StorageError> {
        Ok(match plain {
            Some(plain) => Write::Put(self.key.seal(place, plain).await?),
            None => Write::Delete,
        })
    }
}

fn protection_of(key: &RecordKey) -> Result<JsValue, StorageError> {
    let mut id = [0; PROTECTION_ID_BYTES];
    getrandom::fill(&mut id).map_err(|error| StorageError::Failed(error.to_string()))?;
    let protection = Object::new();
    Reflect::set(&protection, &"id".into(), &Uint8Array::from(id.as_slice()))?;
    Reflect::set(&protection, &"schema".into(), &PROTECTION_SCHEMA.into())?;
    Reflect::set(&protection, &"key".into(), key.as_stored())?;
    Ok(protection.into())
}

/// Why nothing can be stored, or what is stored cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum StorageError {
    /// A private window, blocked site data, or no IndexedDB at all.
    #[error(
        "This browser does not let the page store anything: {0}. What you do here lasts as long as this tab; download the key and certificate before you close it."
    )]
    Denied(String),
    /// The disk or the site's share of it is full.
    #[error(
        "This browser's storage is full. Free some space: what you do now lasts as long as this tab."
    )]
    Full,
    /// A later version of Tabcert has been here.
    #[error(
        "What is stored here was written by a newer version of this page. Reload the page to get that version."
    )]
    Newer,
    /// Somebody, or a defect, has changed what is stored.
    #[error("What is stored here is damaged and cannot be opened.")]
    Damaged,
    /// The browser has closed the database: site data was deleted, or another tab changed the version.
    #[error("The browser has closed the storage of this page. Reload the page.")]
    Gone,
    /// Anything else, in the browser's words.
    #[error("The browser could not store: {0}. What you do now lasts as long as this tab.")]
    Failed(String),
}

impl From<StorageError> for EngineError {
    fn from(error: StorageError) -> Self {
        Self::NotKept(error.to_string())
    }
}
