//! What is kept of issuances: between the flow, which says what has to outlive the tab, and the vault.
//!
//! Where nothing can be stored, accounts are kept for the tab's life, and the page is told so.

mod accounts;
mod adding;
mod backup;
mod beginning;
mod case;
mod certificates;
mod finding;
mod listing;
mod not_there;
mod protection;
mod reminding;
mod renewals;
mod renewing;
mod settings;
mod shelf;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Display;
use std::rc::{Rc, Weak};

use chacha20::ChaCha20Rng;
use chacha20::rand_core::Rng;
use futures::channel::oneshot;
use tabcert_acme::key::AccountKey;
use tabcert_acme::url::HttpsUrl;
use tabcert_engine_api::{EngineError, Notice};
use tabcert_vault::account::{Account, used_at};
use tabcert_vault::backup::Backup;
use tabcert_vault::id::AccountId;
use tabcert_vault::schema::{self, Kind, Record};

use crate::news::{News, Written};
use crate::vault::{Plain, Records, StorageError, Writes};
use crate::{clock, random, scope};

pub(crate) use accounts::{describe, status_of};
pub(crate) use case::Case;
pub(crate) use not_there::NotThere;
use protection::Finding;
use shelf::Shelf;

/// Keeps accounts, orders and certificates.
pub(crate) struct Keeper {
    finding: RefCell<Finding>,
    /// Who waits for another finding, as this one is locked.
    waiting: RefCell<Vec<oneshot::Sender<()>>>,
    rng: RefCell<ChaCha20Rng>,
    /// Made here, and stored when they are used, where anything can be stored.
    memory: RefCell<HashMap<HttpsUrl, Account>>,
    /// A file that was opened, until the visitor has decided about it.
    opened: RefCell<Option<Backup>>,
    /// What kept something from being stored.
    trouble: RefCell<Option<StorageError>>,
    /// The places of records that cannot be read.
    damaged: RefCell<BTreeSet<String>>,
    shelf: Shelf,
    /// Other tabs, where there is a way to them.
    news: Option<News>,
}

impl Keeper {
    /// Begins to open the vault.
    ///
    /// # Errors
    /// [`EngineError::NoRandomness`]
    pub(crate) fn new() -> Result<Rc<Self>, EngineError> {
        let rng = RefCell::new(random::seeded_rng()?);
        Ok(Rc::new_cyclic(|this: &Weak<Self>| {
            let this = Weak::clone(this);
            let news = News::open(move |written| {
                if let Some(keeper) = this.upgrade() {
                    keeper.follow(&written);
                }
            });
            Self {
                finding: RefCell::new(protection::finding()),
                waiting: RefCell::default(),
                rng,
                memory: RefCell::default(),
                opened: RefCell::default(),
                trouble: RefCell::default(),
                damaged: RefCell::default(),
                shelf: Shelf::default(),
                news,
            }
        }))
    }

    /// The account at this CA that the visitor prefers or that was used last, or a new one, which is not
    /// stored yet. What is stored comes first: it knows more than what was made here.
    async fn account_at(&self, directory_url: &HttpsUrl) -> Result<Account, StorageError> {
        let accounts: Vec<Account> = self.all().await;
        let used = used_at(&accounts, directory_url);
        let used = accounts
            .into_iter()
            .find(|account| Some(account.id) == used);
        let made_here = || self.memory.borrow().get(directory_url).cloned();
        match used.or_else(made_here) {
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
        let place = place(T::KIND, "");
        let records = self.with_vault(async |vault| vault.read_all(&place).await);
        let records = self.noting(records.await).unwrap_or_default();
        self.readable(records)
    }

    /// Those among records of a kind that can be read; the others are noted as damaged.
    fn readable<T: Record>(&self, records: Records) -> Vec<T> {
        let read = |(place, plain): (String, Result<Plain, StorageError>)| {
            self.noting_at(&place, plain.and_then(|plain| read(&plain)))
        };
        records.into_iter().filter_map(read).collect()
    }

    async fn one<T: Record>(&self, id: impl Display) -> Option<T> {
        let place = place(T::KIND, id);
        let plain = self.with_vault(async |vault| vault.read(&place).await);
        let plain = self.noting_at(&place, plain.await)??;
        self.noting_at(&place, read(&plain))
    }

    /// A record; nothing where there is none.
    ///
    /// # Errors
    /// [`StorageError`], where it cannot be read.
    async fn get<T: Record>(&self, id: impl Display) -> Result<Option<T>, StorageError> {
        let place = place(T::KIND, id);
        let plain = self.with_vault(async |vault| vault.read(&place).await);
        plain.await?.map(|plain| read(&plain)).transpose()
    }

    /// Stores all of this or nothing.
    ///
    /// # Errors
    /// [`StorageError`]: nothing of it has happened.
    async fn try_write(&self, records: Writes) -> Result<(), StorageError> {
        self.with_vault(async |vault| vault.write(&records).await)
            .await?;
        let places = records.into_iter().map(|(place, _)| place).collect();
        self.has_written(&Written::Places(places));
        Ok(())
    }

    /// Stores all of this or nothing, and tells the page where that fails.
    async fn write(&self, records: Writes) {
        let written = self.try_write(records).await;
        self.note(written).await;
    }

    /// Changes a record and stores others with it, all of it or nothing, and tells the page where that
    /// fails.
    async fn write_with(
        &self,
        place: &str,
        change: impl Fn(Option<Plain>) -> Result<Option<Plain>, StorageError>,
        others: &Writes,
    ) {
        let written =
            self.with_vault(async |vault| vault.change_with(place, &change, others).await);
        let written = written.await;
        if written.is_ok() {
            let others = others.iter().map(|(place, _)| place.clone());
            let places = others.chain([place.to_owned()]).collect();
            self.has_written(&Written::Places(places));
        }
        self.note(written).await;
    }

    async fn note(&self, written: Result<(), StorageError>) {
        match written {
            Ok(()) => self.trouble.replace(None),
            Err(error) => self.trouble.replace(Some(error)),
        };
        if self.trouble.borrow().is_some() {
            self.tell().await;
        }
    }

    /// Tells the page what is kept.
    pub(crate) async fn tell(&self) {
        let vault = self.list().await;
        scope::tell(&Notice::Vault(vault));
    }

    /// As [`noting`](Self::noting), of one record: that it is damaged says nothing of the others.
    fn noting_at<T>(&self, place: &str, result: Result<T, StorageError>) -> Option<T> {
        match result {
            Err(StorageError::Damaged) => {
                self.damaged.borrow_mut().insert(place.to_owned());
                None
            }
            result => {
                self.damaged.borrow_mut().remove(place);
                self.noting(result)
            }
        }
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
