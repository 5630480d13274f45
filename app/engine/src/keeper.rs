//! What is kept of issuances: between the flow, which says what has to outlive the tab, and the vault.
//!
//! Where nothing can be stored, accounts are kept for the tab's life, and the page is told so.

mod case;
mod certificates;
mod listing;
mod renewals;
mod settings;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Display;
use std::rc::Rc;

use chacha20::ChaCha20Rng;
use chacha20::rand_core::Rng;
use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use tabcert_acme::key::AccountKey;
use tabcert_acme::url::HttpsUrl;
use tabcert_engine_api::{EngineError, Notice};
use tabcert_vault::VaultError;
use tabcert_vault::account::{Account, AccountStatus};
use tabcert_vault::id::AccountId;
use tabcert_vault::schema::{self, Kind, Record};

use crate::vault::{Plain, StorageError, Vault};
use crate::{clock, random, scope};

pub(crate) use case::{Case, NotResumed};

/// A vault on its way.
type Opening = Shared<LocalBoxFuture<'static, Result<Rc<Vault>, StorageError>>>;

/// Keeps accounts, orders and certificates.
pub(crate) struct Keeper {
    vault: RefCell<Opening>,
    rng: RefCell<ChaCha20Rng>,
    /// Made here, and stored when they are used, where anything can be stored.
    memory: RefCell<HashMap<HttpsUrl, Account>>,
    /// What kept something from being stored.
    trouble: RefCell<Option<StorageError>>,
}

impl Keeper {
    /// Begins to open the vault.
    ///
    /// # Errors
    /// [`EngineError::NoRandomness`]
    pub(crate) fn new() -> Result<Rc<Self>, EngineError> {
        Ok(Rc::new(Self {
            vault: RefCell::new(opening()),
            rng: RefCell::new(random::seeded_rng()?),
            memory: RefCell::default(),
            trouble: RefCell::default(),
        }))
    }

    /// The vault, or nothing where it cannot be opened.
    async fn vault(&self) -> Option<Rc<Vault>> {
        let vault = self.opening().await;
        self.noting(vault)
    }

    fn opening(&self) -> Opening {
        self.vault.borrow().clone()
    }

    /// The account at this CA that was used last, or a new one, which is not stored yet. What is stored
    /// comes first: it knows more than what was made here.
    async fn account_at(&self, directory_url: &HttpsUrl) -> Result<Account, StorageError> {
        let mut accounts: Vec<Account> = self.all().await;
        accounts.retain(|account| {
            account.directory_url == *directory_url && account.status == AccountStatus::Valid
        });
        let last_used = accounts
            .into_iter()
            .max_by_key(|account| account.updated_ms);
        let made_here = || self.memory.borrow().get(directory_url).cloned();
        match last_used.or_else(made_here) {
            Some(account) => Ok(account),
            None => self.new_account(directory_url),
        }
    }

    fn new_account(&self, directory_url: &HttpsUrl) -> Result<Account, StorageError> {
        let key = AccountKey::generate(&mut *self.rng.borrow_mut());
        let id = AccountId::from_random(self.random_bytes());
        let account = Account::new(id, directory_url.clone(), &key, clock::now_ms())?;
        let kept = account.clone();
        self.memory.borrow_mut().insert(directory_url.clone(), kept);
        Ok(account)
    }

    /// All records of a kind. What cannot be read is left where it is, and the page is told.
    async fn all<T: Record>(&self) -> Vec<T> {
        let Some(vault) = self.vault().await else {
            return Vec::new();
        };
        let records = vault.read_all(&place(T::KIND, "")).await;
        let records = self.noting(records).unwrap_or_default();
        let records = records.iter().map(|(_, plain)| read(plain));
        records.filter_map(|record| self.noting(record)).collect()
    }

    async fn one<T: Record>(&self, id: impl Display) -> Option<T> {
        let plain = self.vault().await?.read(&place(T::KIND, id)).await;
        let plain = self.noting(plain)??;
        self.noting(read(&plain))
    }

    /// Stores all of this or nothing, and tells the page where that fails.
    async fn write(&self, records: Vec<(String, Option<Plain>)>) {
        let written = match self.opening().await {
            Ok(vault) => vault.write(records).await,
            Err(error) => Err(error),
        };
        match written {
            Ok(()) => self.trouble.replace(None),
            Err(error) => self.trouble.replace(Some(error)),
        };
        if self.trouble.borrow().is_some() {
            self.tell().await;
        }
    }

    /// Tells the page that something could not be had.
    pub(crate) async fn report(&self, error: StorageError) {
        self.trouble.replace(Some(error));
        self.tell().await;
    }

    /// Tells the page what is kept.
    pub(crate) async fn tell(&self) {
        let vault = self.list().await;
        scope::tell(&Notice::Vault(vault));
    }

    fn noting<T>(&self, result: Result<T, StorageError>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.trouble.replace(Some(error));
                None
            }
        }
    }

    fn random_bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.rng.borrow_mut().fill_bytes(&mut bytes);
        bytes
    }
}

fn opening() -> Opening {
    let vault = Vault::open().map(|vault| vault.map(Rc::new));
    vault.boxed_local().shared()
}

/// Where a record is in the vault: `<kind>/<id>`.
fn place(kind: Kind, id: impl Display) -> String {
    format!("{kind}/{id}")
}

/// A record on its way to its place; nothing takes it away.
fn written<T: Record>(
    id: impl Display,
    record: &T,
) -> Result<(String, Option<Plain>), StorageError> {
    let text = schema::serialize(record)?;
    let plain = Plain::new(text.as_bytes().to_vec());
    Ok((place(T::KIND, id), Some(plain)))
}

fn read<T: Record>(plain: &Plain) -> Result<T, StorageError> {
    let text = std::str::from_utf8(plain).map_err(|_| StorageError::Damaged)?;
    Ok(schema::parse(text)?)
}

impl From<VaultError> for StorageError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::NewerSchema { .. } => Self::Newer,
            _ => Self::Damaged,
        }
    }
}
