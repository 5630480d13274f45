//! Taking records out of a backup into a vault that has records already.
//!
//! [`Merge::compare`] finds what is new, what is there already and what differs; the visitor decides
//! about the last ([`Conflict::choice`]), and [`Merge::into_writes`] says what to store. Nothing is
//! overwritten unless somebody chose it.

mod accounts;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::VaultError;
use crate::account::Account;
use crate::backup::Contents;
use crate::certificate::Certificate;
use crate::id::AccountId;
use crate::order::Order;
use crate::settings::Settings;
use crate::vetted::vetted;

/// Which of two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// The one that is in the vault.
    Mine,
    /// The one from the file.
    Theirs,
}

/// A record that is in both, and differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict<T> {
    /// The one that is in the vault.
    pub mine: T,
    /// The one from the file.
    pub theirs: T,
    /// What the visitor has decided.
    pub choice: Option<Side>,
}

/// What a file would do to the records of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes<T> {
    /// Those that the vault has not.
    pub added: Vec<T>,
    /// How many it has already.
    pub same: usize,
    /// Those that differ.
    pub conflicts: Vec<Conflict<T>>,
}

/// What a file would do to a vault.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merge {
    /// To accounts. One with the key and CA of an account that is there is that account, whatever its
    /// id.
    pub accounts: Changes<Account>,
    /// To orders.
    pub orders: Changes<Order>,
    /// To certificates.
    pub certificates: Changes<Certificate>,
    /// To the settings.
    pub settings: Changes<Settings>,
    /// The vault's accounts.
    known: Vec<Account>,
}

impl<T> Default for Changes<T> {
    fn default() -> Self {
        Self {
            added: Vec::new(),
            same: 0,
            conflicts: Vec::new(),
        }
    }
}

impl<T: Mergeable> Conflict<T> {
    /// The version that was changed last, to propose it; the vault's where that cannot be told.
    #[must_use]
    pub fn newer(&self) -> Side {
        if self.theirs.updated_ms() > self.mine.updated_ms() {
            Side::Theirs
        } else {
            Side::Mine
        }
    }
}

impl Merge {
    /// Compares the records of a file with those of the vault.
    #[must_use]
    pub fn compare(mine: &Contents, theirs: Contents) -> Self {
        let mut theirs = vetted(theirs);
        adopt_account_ids(&mine.accounts, &mut theirs);
        Self {
            accounts: changes(&mine.accounts, theirs.accounts),
            orders: changes(&mine.orders, theirs.orders),
            certificates: changes(&mine.certificates, theirs.certificates),
            settings: changes(
                mine.settings.as_slice(),
                theirs.settings.into_iter().collect(),
            ),
            known: mine.accounts.clone(),
        }
    }

    /// Whether every conflict is decided.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        self.accounts.is_decided()
            && self.orders.is_decided()
            && self.certificates.is_decided()
            && self.settings.is_decided()
    }

    /// The records to store; all else stays as it is. Where an account is used for new orders at a CA, it
    /// stays the one, unless the visitor chose a version of another that is preferred; and no key is lost
    /// that the CA may know the account by.
    ///
    /// # Errors
    /// [`VaultError::Undecided`] while a conflict is not.
    pub fn into_writes(self) -> Result<Contents, VaultError> {
        if !self.is_decided() {
            return Err(VaultError::Undecided);
        }
        Ok(Contents {
            accounts: accounts::writes(&self.known, self.accounts),
            orders: self.orders.into_writes(),
            certificates: self.certificates.into_writes(),
            settings: self.settings.into_writes().pop(),
        })
    }
}

impl<T> Changes<T> {
    fn is_decided(&self) -> bool {
        self.conflicts
            .iter()
            .all(|conflict| conflict.choice.is_some())
    }

    fn into_writes(self) -> Vec<T> {
        let chosen = self
            .conflicts
            .into_iter()
            .filter(|conflict| conflict.choice == Some(Side::Theirs));
        let mut writes = self.added;
        writes.extend(chosen.map(|conflict| conflict.theirs));
        writes
    }
}

/// The file's accounts take the ids of those in the vault that are the same, and what refers to them
/// follows.
fn adopt_account_ids(mine: &[Account], theirs: &mut Contents) {
    let mut renamed: BTreeMap<AccountId, AccountId> = BTreeMap::new();
    for account in &mut theirs.accounts {
        if let Some(known) = mine.iter().find(|known| known.is_same_account(account)) {
            renamed.insert(account.id, known.id);
            account.id = known.id;
        }
    }
    for order in &mut theirs.orders {
        order.account = *renamed.get(&order.account).unwrap_or(&order.account);
    }
    for account in theirs
        .certificates
        .iter_mut()
        .filter_map(|certificate| certificate.account.as_mut())
    {
        *account = *renamed.get(account).unwrap_or(account);
    }
}

fn changes<T: Mergeable>(mine: &[T], theirs: Vec<T>) -> Changes<T> {
    let known: BTreeMap<T::Id, &T> = mine.iter().map(|record| (record.id(), record)).collect();
    // A file may hold a record twice, and two of its accounts may have become one: the last counts.
    let theirs: BTreeMap<T::Id, T> = theirs
        .into_iter()
        .map(|record| (record.id(), record))
        .collect();
    let mut changes = Changes::default();
    for (id, theirs) in theirs {
        match known.get(&id) {
            None => changes.added.push(theirs),
            Some(mine) if mine.says_the_same(&theirs) => changes.same += 1,
            Some(mine) => changes.conflicts.push(Conflict {
                mine: (*mine).clone(),
                theirs,
                choice: None,
            }),
        }
    }
    changes
}

/// A record that can be in two places.
pub trait Mergeable: Clone + PartialEq {
    /// What names it.
    type Id: Ord;

    /// What names it.
    fn id(&self) -> Self::Id;

    /// When it was changed, in milliseconds since 1970.
    fn updated_ms(&self) -> u64;

    /// The same record, with what changes by itself as it is in `other`: when it was changed, and what
    /// the CA said last of its renewal, which is asked for again anyway.
    fn with_passing_of(&self, other: &Self) -> Self;

    /// Whether both differ in nothing that anybody could want to decide about.
    fn says_the_same(&self, other: &Self) -> bool {
        *self == other.with_passing_of(self)
    }
}

macro_rules! mergeable {
    ($($record:ident by $id:ty = $read:expr, passing $($field:ident)|+;)+) => {$(
        impl Mergeable for $record {
            type Id = $id;

            fn id(&self) -> $id {
                let read: fn(&$record) -> $id = $read;
                read(self)
            }

            fn updated_ms(&self) -> u64 {
                self.updated_ms
            }

            fn with_passing_of(&self, other: &Self) -> Self {
                Self { $($field: Clone::clone(&other.$field),)+ ..self.clone() }
            }
        }
    )+};
}

mergeable! {
    Account by AccountId = |record| record.id, passing updated_ms;
    Order by crate::id::OrderId = |record| record.id, passing updated_ms;
    Certificate by crate::id::CertificateId = |record| record.id, passing updated_ms | renewal | ask_again_ms;
    // There is one of them.
    Settings by () = |_| (), passing updated_ms;
}
