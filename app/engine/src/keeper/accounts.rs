//! The accounts that are kept: looking at them, changing them, and which of two keys counts.

use tabcert_acme::account;
use tabcert_acme::jwk::{Jwk, Thumbprint};
use tabcert_acme::key::AccountKey;
use tabcert_acme::url::HttpsUrl;
use tabcert_engine_api::accounts::AccountView;
use tabcert_issuance::errand::{self, Done, Ended, Found, Task};
use tabcert_vault::account::{Account, AccountStatus, used_at};
use tabcert_vault::certificate::Certificate;
use tabcert_vault::id::AccountId;
use tabcert_vault::order::Order;
use tabcert_vault::schema::Kind;
use tabcert_vault::secret::Secret;

use super::{Keeper, place, read, written};
use crate::lock::{self, Held, Lock};
use crate::vault::{Plain, StorageError};
use crate::{clock, errand as errands};

/// Whoever works under an account's key shares this; whoever changes the key has it alone.
pub(super) fn account_lock(id: AccountId) -> String {
    format!("tabcert {}", place(Kind::Account, id))
}

impl Keeper {
    /// All accounts, those that were used last first.
    pub(crate) async fn accounts(&self) -> Vec<AccountView> {
        let mut accounts: Vec<Account> = self.all().await;
        accounts.sort_by_key(|account| std::cmp::Reverse(account.updated_ms));
        let certificates: Vec<Certificate> = self.all().await;
        let orders: Vec<Order> = self.all().await;
        let view = |account: &Account| {
            let is_its = |other: Option<AccountId>| other == Some(account.id);
            let certificates = certificates.iter().filter(|it| is_its(it.account));
            let orders = orders.iter().filter(|it| is_its(Some(it.account)));
            let key = account.account_key().ok();
            AccountView {
                id: account.id.to_string(),
                directory_url: account.directory_url.clone(),
                label: account.label.clone(),
                thumbprint: account.thumbprint.to_string(),
                url: account.url.clone(),
                contact: account.contact.clone(),
                status: account.status,
                key: key.map(|key| describe(&key)).unwrap_or_default(),
                created_ms: account.created_ms,
                updated_ms: account.updated_ms,
                certificates: certificates.count(),
                orders: orders.count(),
                redirected: account.redirected.clone(),
                is_used: used_at(&accounts, &account.directory_url) == Some(account.id),
                is_changing_key: account.pending_key.is_some(),
            }
        };
        accounts.iter().map(view).collect()
    }

    /// An account.
    pub(crate) async fn account(&self, id: &str) -> Option<Account> {
        self.one(id.parse::<AccountId>().ok()?).await
    }

    /// The account with this key at this CA.
    pub(crate) async fn account_of(
        &self,
        directory_url: &HttpsUrl,
        thumbprint: &Thumbprint,
    ) -> Option<Account> {
        let accounts: Vec<Account> = self.all().await;
        accounts.into_iter().find(|account| {
            account.thumbprint == *thumbprint && account.directory_url == *directory_url
        })
    }

    /// Keeps everybody else from working under an account's key.
    ///
    /// # Errors
    /// [`Held`], where somebody does.
    pub(crate) async fn have_account(&self, id: AccountId) -> Result<Lock, Held> {
        lock::take(&account_lock(id)).await
    }

    /// Stores an account. Which one new orders are for changes only where `preferred` says so.
    ///
    /// # Errors
    /// [`StorageError`]: it is not stored.
    pub(crate) async fn add_account(
        &self,
        mut account: Account,
        preferred: bool,
    ) -> Result<(), StorageError> {
        let (id, directory_url) = (account.id, account.directory_url.clone());
        let used = used_at(&self.all::<Account>().await, &directory_url);
        account.preferred = false;
        let writes = vec![written(id, &account)?];
        self.with_vault(async |vault| vault.write(&writes).await)
            .await?;
        match used {
            Some(used) if !preferred => self.prefer(used).await,
            _ => self.prefer(id).await,
        }
    }

    /// From now on new orders at its CA are this account's.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(crate) async fn prefer(&self, id: AccountId) -> Result<(), StorageError> {
        let accounts: Vec<Account> = self.all().await;
        let Some(preferred) = accounts.iter().find(|account| account.id == id) else {
            return Err(StorageError::Gone);
        };
        self.memory.borrow_mut().remove(&preferred.directory_url);
        for account in &accounts {
            let is_it = account.id == id;
            let is_rival = account.directory_url == preferred.directory_url;
            if is_rival && account.preferred != is_it {
                self.change_account(account.id, |account| {
                    account.preferred = is_it;
                    Ok(())
                })
                .await?;
            }
        }
        Ok(())
    }

    /// Changes an account that is there.
    ///
    /// # Errors
    /// [`StorageError`], also of `change`: nothing has happened.
    pub(crate) async fn change_account(
        &self,
        id: AccountId,
        change: impl Fn(&mut Account) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        let place = place(Kind::Account, id);
        let changed = |plain: Option<Plain>| {
            let Some(plain) = plain else {
                return Ok(None);
            };
            let mut account: Account = read(&plain)?;
            change(&mut account)?;
            Ok(written(id, &account)?.1)
        };
        self.with_vault(async |vault| vault.change(&place, &changed).await)
            .await
    }

    /// Forgets an account, with its key. What was issued under it stays.
    ///
    /// # Errors
    /// [`StorageError`]: it is still there.
    pub(crate) async fn forget_account(&self, account: &Account) -> Result<(), StorageError> {
        self.memory.borrow_mut().remove(&account.directory_url);
        let writes = vec![(place(Kind::Account, account.id), None)];
        self.with_vault(async |vault| vault.write(&writes).await)
            .await
    }

    /// The CA has ended an account: no order is this one's any more.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(crate) async fn account_ended(&self, account: &Account) -> Result<(), StorageError> {
        self.memory.borrow_mut().remove(&account.directory_url);
        self.change_account(account.id, |account| {
            account.status = AccountStatus::Deactivated;
            account.preferred = false;
            Ok(())
        })
        .await
    }

    /// A key for an account at this CA, which makes it with the first order.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(crate) async fn make_account(&self, directory_url: &HttpsUrl) -> Result<(), StorageError> {
        let account = self.new_account(directory_url)?;
        self.add_account(account, true).await
    }

    /// A new record for a key that the CA knows.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(crate) async fn take_in(
        &self,
        directory_url: HttpsUrl,
        key: &AccountKey,
        found: &Found,
    ) -> Result<AccountId, StorageError> {
        let id = AccountId::from_random(self.random_bytes());
        let mut account = Account::new(id, directory_url, key, clock::now_ms())?;
        account.url = Some(found.url.clone());
        account.contact.clone_from(&found.account.contact);
        account.terms_agreed = true;
        account.status = status_of(found.account.status).unwrap_or_default();
        self.add_account(account, false).await?;
        Ok(id)
    }

    /// Has something done at an account's CA under its key.
    ///
    /// # Errors
    /// [`StorageError`], where the key is damaged.
    pub(crate) async fn errand(
        &self,
        account: &Account,
        edge_available: bool,
        task: Task,
    ) -> Result<Ended, StorageError> {
        let start = errand::Start {
            directory_url: account.directory_url.clone(),
            key: account.account_key()?,
            account_url: account.url.clone(),
            edge_available,
            task,
        };
        Ok(errands::run(start).await)
    }

    /// Stores a new key beside the account's, unless one is there from a change that has not ended.
    ///
    /// # Errors
    /// [`StorageError`]: then it must not be used.
    pub(crate) async fn prepare_key(&self, id: AccountId) -> Result<Account, StorageError> {
        let key = AccountKey::generate(&mut *self.rng.borrow_mut());
        let der = key.to_pkcs8_der().map_err(|_| StorageError::Damaged)?;
        self.change_account(id, |account| {
            let key = || Secret::new(der.clone());
            account.pending_key.get_or_insert_with(key);
            account.updated_ms = clock::now_ms();
            Ok(())
        })
        .await?;
        self.one(id).await.ok_or(StorageError::Gone)
    }

    /// The CA has said which key counts.
    ///
    /// # Errors
    /// [`StorageError`]: both are still there.
    pub(crate) async fn settle(
        &self,
        account: &Account,
        key: Option<&AccountKey>,
    ) -> Result<(), StorageError> {
        self.memory.borrow_mut().remove(&account.directory_url);
        self.change_account(account.id, |account| {
            match key {
                Some(new) => account.key_changed(new)?,
                None => account.pending_key = None,
            }
            account.updated_ms = clock::now_ms();
            Ok(())
        })
        .await
    }

    /// The account as the CA knows it: where a change of its key has not ended, the CA is asked whether it
    /// took the new one. As long as it has not, the old one counts, and the new one stays.
    ///
    /// # Errors
    /// [`StorageError`], where a key is damaged or cannot be stored.
    pub(crate) async fn settled(
        &self,
        account: Account,
        edge_available: bool,
    ) -> Result<Account, StorageError> {
        let Some(new_key) = account.pending_account_key()? else {
            return Ok(account);
        };
        let start = errand::Start {
            directory_url: account.directory_url.clone(),
            key: new_key.clone(),
            account_url: None,
            edge_available,
            task: Task::Find,
        };
        if let Ok(Done::Account(found)) = errands::run(start).await
            && account.url.as_ref().is_none_or(|url| *url == found.url)
        {
            self.settle(&account, Some(&new_key)).await?;
            return self.one(account.id).await.ok_or(StorageError::Gone);
        }
        Ok(account)
    }
}

/// What the CA says of an account, as it is kept; nothing for what RFC 8555 does not know.
pub(crate) fn status_of(status: account::AccountStatus) -> Option<AccountStatus> {
    match status {
        account::AccountStatus::Valid => Some(AccountStatus::Valid),
        account::AccountStatus::Deactivated => Some(AccountStatus::Deactivated),
        account::AccountStatus::Revoked => Some(AccountStatus::Revoked),
        account::AccountStatus::Unknown => None,
    }
}

/// The kind of a key, for people.
pub(crate) fn describe(key: &AccountKey) -> String {
    match key.jwk() {
        Jwk::Ec { crv, .. } => format!("ECDSA {crv}"),
        // Six bits a character; a modulus begins with a bit that is set.
        Jwk::Rsa { n, .. } => format!("RSA {}", n.len() * 6 / 8 * 8),
    }
}
