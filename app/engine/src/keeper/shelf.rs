//! The certificates without their secrets and bulk, read once and kept at hand: lists of a thousand are
//! made of them without opening a record.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use futures::lock::Mutex;
use tabcert_vault::id::CertificateId;
use tabcert_vault::schema::Kind;
use tabcert_vault::summary::Summary;
use wasm_bindgen_futures::spawn_local;

use super::{Keeper, place};
use crate::news::Written;
use crate::timer;
use crate::vault::{Plain, StorageError, Vault};

/// What other tabs write within this time is shown together.
const FOLLOW_MS: u64 = 100;

/// Summaries at hand, and which of them are out of date.
#[derive(Default)]
pub(super) struct Shelf {
    /// By place, those that can be read. Locked while records are read, so that nobody gets what is being replaced.
    known: Mutex<Option<BTreeMap<String, Option<Rc<Summary>>>>>,
    damaged: Cell<usize>,
    stale: RefCell<BTreeSet<String>>,
    /// Nothing that is known counts any more.
    is_void: Cell<bool>,
    revision: Cell<u32>,
    /// The page is about to be told.
    is_following: Cell<bool>,
}

impl Shelf {
    /// Different whenever a certificate was written.
    pub(super) fn revision(&self) -> u32 {
        self.revision.get()
    }

    /// Drops everything that is at hand: what it was read from is locked, or another vault.
    pub(super) fn clear(&self) {
        self.is_void.set(true);
        if let Some(mut known) = self.known.try_lock() {
            known.take();
        }
    }

    fn outdate(&self, written: &Written) {
        match written {
            Written::Everything => self.is_void.set(true),
            Written::Places(places) => {
                let prefix = place(Kind::Certificate, "");
                let certificates = places.iter().filter(|place| place.starts_with(&prefix));
                self.stale.borrow_mut().extend(certificates.cloned());
            }
        }
        self.revision.set(self.revision.get().wrapping_add(1));
    }

    /// All certificates; reads what is out of date.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(super) async fn read(&self, vault: &Vault) -> Result<Vec<Rc<Summary>>, StorageError> {
        let mut known = self.known.lock().await;
        if self.is_void.take() {
            known.take();
        }
        let summaries = match known.take() {
            None => {
                self.stale.borrow_mut().clear();
                let records = vault.read_all(&place(Kind::Certificate, "")).await?;
                let read = records
                    .into_iter()
                    .map(|(place, plain)| Ok((place, summary(plain)?)));
                read.collect::<Result<_, StorageError>>()?
            }
            Some(mut summaries) => {
                let stale = self.stale.take();
                for place in stale {
                    match vault.read(&place).await.transpose() {
                        Some(plain) => summaries.insert(place, summary(plain)?),
                        None => summaries.remove(&place),
                    };
                }
                summaries
            }
        };
        let summaries = known.insert(summaries).values();
        let readable: Vec<_> = summaries.clone().flatten().cloned().collect();
        self.damaged.set(summaries.len() - readable.len());
        Ok(readable)
    }

    /// How many certificates are kept that cannot be read.
    pub(super) fn damaged(&self) -> usize {
        self.damaged.get()
    }
}

/// A summary; nothing where the record is damaged.
fn summary(plain: Result<Plain, StorageError>) -> Result<Option<Rc<Summary>>, StorageError> {
    let read = plain.and_then(|plain| {
        let text = std::str::from_utf8(&plain).map_err(|_| StorageError::Damaged)?;
        Ok(Summary::parse(text)?)
    });
    match read {
        Ok(summary) => Ok(Some(Rc::new(summary))),
        Err(StorageError::Damaged) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Keeper {
    /// All certificates; none where they cannot be read, which the page is told.
    pub(crate) async fn summaries(&self) -> Vec<Rc<Summary>> {
        let read = self.with_vault(async |vault| self.shelf.read(vault).await);
        let read = read.await;
        self.noting(read).unwrap_or_default()
    }

    /// One certificate.
    pub(crate) async fn summary(&self, id: CertificateId) -> Option<Rc<Summary>> {
        let all = self.summaries().await;
        all.into_iter().find(|summary| summary.id == id)
    }

    /// This tab has written something: what is at hand of it is out of date, here and in other tabs.
    pub(super) fn has_written(&self, written: &Written) {
        self.shelf.outdate(written);
        if let Some(news) = &self.news {
            news.spread(written);
        }
    }

    /// Another tab has written something: the page is told soon.
    pub(super) fn follow(self: Rc<Self>, written: &Written) {
        self.shelf.outdate(written);
        if !self.shelf.is_following.replace(true) {
            spawn_local(async move {
                timer::sleep(FOLLOW_MS).await;
                self.shelf.is_following.set(false);
                self.tell().await;
            });
        }
    }
}
