//! The vault: what outlives the tab, encrypted in this browser's IndexedDB.
//!
//! - [`database`]: object stores, and transactions that are on disk when they are done
//! - [`protected`]: what opens it; [`protecting`]: changing that
//! - [`seal`]: AES-256-GCM under a key that WebCrypto does not give out
//! - [`requests`] and [`request`]: what is asked of IndexedDB, and its events as futures
//!
//! Two tabs may have the vault open. A record is changed only if it is still what was read
//! ([`Vault::change`]); otherwise it is read and changed again. Who has the vault open under a protection
//! that is no more is told ([`StorageError::Moved`]), and opens it again.

mod database;
mod error;
mod protected;
mod protecting;
mod request;
mod requests;
mod seal;

use std::rc::Rc;

use tabcert_vault::VaultError;
use tabcert_vault::protection::{self, Protection};
use zeroize::Zeroizing;

use database::{Database, Write};
pub(crate) use error::StorageError;
pub(crate) use protected::random;
use protected::{By, Name, Protected};
use seal::{RecordKey, Sealed};

/// How often what others write at the same time is read again.
const MAX_CONFLICTS: usize = 1_000;

/// The open vault.
pub(crate) struct Vault {
    database: Rc<Database>,
    key: RecordKey,
    /// The protection that the key is from.
    name: Name,
}

/// A vault that was found.
pub(crate) enum Found {
    /// It is open.
    Open(Vault),
    /// It waits for what opens it.
    Locked(Box<Protection>),
}

/// What opens a vault.
pub(crate) enum Unlock<'a> {
    /// What the visitor knows.
    Passphrase(&'a str),
    /// What a passkey answered.
    Passkey {
        /// Its credential id.
        id: &'a [u8],
        /// The output of WebAuthn's `prf` extension.
        prf_output: &'a [u8],
    },
}

impl Unlock<'_> {
    fn key(&self, protection: &Protection) -> Result<protection::RecordKey, VaultError> {
        match self {
            Self::Passphrase(passphrase) => protection.open(passphrase),
            Self::Passkey { id, prf_output } => protection.open_by_passkey(id, prf_output),
        }
    }
}

/// A record's plain text.
pub(crate) type Plain = Zeroizing<Vec<u8>>;

/// Records by their places, as far as they can be opened.
pub(crate) type Records = Vec<(String, Result<Plain, StorageError>)>;

/// What is to become of records, by their places; one that is nothing is taken away.
pub(crate) type Writes = Vec<(String, Option<Plain>)>;

impl Vault {
    /// Opens it, and makes it where there is none, with a key of this browser's.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(crate) async fn open() -> Result<Found, StorageError> {
        let (database, Protected { name, by }) = find().await?;
        Ok(match by {
            By::Browser(key) => Found::Open(Self {
                database,
                key,
                name,
            }),
            By::Passphrase(protection) => Found::Locked(protection),
        })
    }

    /// Opens it under a passphrase.
    ///
    /// # Errors
    /// [`StorageError::Refused`] for another passphrase or passkey.
    pub(crate) async fn unlock(unlock: &Unlock<'_>) -> Result<Self, StorageError> {
        let (database, Protected { name, by }) = find().await?;
        let key = match by {
            By::Browser(key) => key,
            By::Passphrase(protection) => RecordKey::import(&unlock.key(&protection)?).await?,
        };
        Ok(Self {
            database,
            key,
            name,
        })
    }

    /// One record.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(crate) async fn read(&self, place: &str) -> Result<Option<Plain>, StorageError> {
        match self.database.read(&self.name, place).await? {
            Some(sealed) => self.key.open(place, &sealed).await.map(Some),
            None => Ok(None),
        }
    }

    /// All records whose places begin with `prefix`; [`StorageError::Damaged`] in the place of one that
    /// cannot be opened.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(crate) async fn read_all(&self, prefix: &str) -> Result<Records, StorageError> {
        let sealed = self.database.read_all(&self.name, prefix).await?;
        Ok(self.opened(&sealed).await)
    }

    /// Writes all of these or none. Returns when it is on disk.
    ///
    /// # Errors
    /// [`StorageError`]: nothing of it has happened.
    pub(crate) async fn write(&self, records: &Writes) -> Result<(), StorageError> {
        let writes = self.sealed_all(records).await?;
        self.database.write(&self.name, writes).await
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
        self.change_with(place, change, &Writes::new()).await
    }

    /// The same, and writes other records with it: all of it happens or nothing.
    ///
    /// # Errors
    /// [`StorageError`], also of `change`: nothing has happened.
    pub(crate) async fn change_with(
        &self,
        place: &str,
        change: impl Fn(Option<Plain>) -> Result<Option<Plain>, StorageError>,
        others: &Writes,
    ) -> Result<(), StorageError> {
        for _ in 0..MAX_CONFLICTS {
            let read = self.database.read(&self.name, place).await?;
            let plain = match &read {
                Some(sealed) => Some(self.key.open(place, sealed).await?),
                None => None,
            };
            let write = self.sealed(place, change(plain)?.as_ref()).await?;
            let others = self.sealed_all(others).await?;
            let replaced = self
                .database
                .replace(&self.name, place, read.as_ref(), write, others)
                .await?;
            if replaced.is_ok() {
                return Ok(());
            }
        }
        Err(StorageError::busy())
    }

    /// The same with all records at once: `change` is given all, and says what to write.
    ///
    /// # Errors
    /// [`StorageError`], also of `change`: nothing has happened.
    pub(crate) async fn change_all<T>(
        &self,
        change: impl Fn(Records) -> Result<(Writes, T), StorageError>,
    ) -> Result<T, StorageError> {
        for _ in 0..MAX_CONFLICTS {
            let read = self.database.read_all(&self.name, "").await?;
            let (writes, outcome) = change(self.opened(&read).await)?;
            let writes = self.sealed_all(&writes).await?;
            let replaced = self
                .database
                .replace_all(&self.name, &read, writes, None)
                .await?;
            if replaced.is_ok() {
                return Ok(outcome);
            }
        }
        Err(StorageError::busy())
    }

    /// Takes everything away, locked or not. The key goes with it: what somebody kept a copy of stays
    /// closed.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(crate) async fn forget() -> Result<(), StorageError> {
        match Database::open().await {
            Ok(database) => database.clear().await,
            // Not even to be opened.
            Err(StorageError::Newer) => Database::delete().await,
            Err(error) => Err(error),
        }
    }

    async fn opened(&self, sealed: &[(String, Sealed)]) -> Records {
        let opening = sealed.iter().map(|(place, sealed)| async move {
            let plain = self.key.open(place, sealed).await;
            (place.clone(), plain)
        });
        futures::future::join_all(opening).await
    }

    async fn sealed_all(&self, records: &Writes) -> Result<Vec<(String, Write)>, StorageError> {
        let sealing = records.iter().map(|(place, plain)| async move {
            let write = self.sealed(place, plain.as_ref()).await?;
            Ok::<_, StorageError>((place.clone(), write))
        });
        futures::future::try_join_all(sealing).await
    }

    async fn sealed(&self, place: &str, plain: Option<&Plain>) -> Result<Write, StorageError> {
        Ok(match plain {
            Some(plain) => Write::Put(self.key.seal(place, plain).await?),
            None => Write::Delete,
        })
    }
}

async fn find() -> Result<(Rc<Database>, Protected), StorageError> {
    let database = Database::open().await?;
    let stored = match database.protection().await? {
        Some(stored) => stored,
        None => {
            let first = Protected::first().await?.to_stored()?;
            database.protect(&first).await?
        }
    };
    Ok((Rc::new(database), Protected::from_stored(&stored)?))
}
