//! The vault behind the keeper: open, or waiting for what opens it.
//!
//! What needs the vault waits while it is locked, and does its work again where another tab has changed
//! what opens the vault meanwhile.

use std::rc::Rc;

use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::{LocalBoxFuture, Shared, ready};
use tabcert_vault::protection::{NewPasskey, Protection};

use super::Keeper;
use crate::vault::{self, StorageError, Unlock, Vault};

/// A vault on its way.
pub(super) type Finding = Shared<LocalBoxFuture<'static, Result<Found, StorageError>>>;

/// A vault that was found.
#[derive(Clone)]
pub(super) enum Found {
    Open(Rc<Vault>),
    Locked(Rc<Protection>),
}

/// Looks for the vault.
pub(super) fn finding() -> Finding {
    async {
        Ok(match Vault::open().await? {
            vault::Found::Open(vault) => Found::Open(Rc::new(vault)),
            vault::Found::Locked(protection) => Found::Locked(Rc::from(protection)),
        })
    }
    .boxed_local()
    .shared()
}

impl Keeper {
    /// The vault, once it is open.
    async fn open_vault(&self) -> Result<Rc<Vault>, StorageError> {
        loop {
            let finding = self.finding.borrow().clone();
            let found = finding.clone().await?;
            if !finding.ptr_eq(&self.finding.borrow()) {
                continue;
            }
            match found {
                Found::Open(vault) => return Ok(vault),
                Found::Locked(_) => {
                    let (sender, another_finding) = oneshot::channel();
                    self.waiting.borrow_mut().push(sender);
                    // Its end is all that there is to hear.
                    let _ = another_finding.await;
                }
            }
        }
    }

    /// Does something with the vault, once it is open; again where it has to be opened again.
    pub(super) async fn with_vault<T>(
        &self,
        work: impl AsyncFn(&Vault) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        loop {
            let vault = self.open_vault().await?;
            match work(&vault).await {
                Err(StorageError::Moved) => {
                    self.lost(&vault);
                    self.tell().await;
                }
                outcome => return outcome,
            }
        }
    }

    /// Looks for the vault anew, unless somebody has done so already.
    pub(super) fn lost(&self, vault: &Rc<Vault>) {
        let is_it = match self.finding.borrow().peek() {
            Some(Ok(Found::Open(known))) => Rc::ptr_eq(known, vault),
            _ => false,
        };
        if is_it {
            self.find(finding());
        }
    }

    /// From now on this is where the vault is.
    pub(super) fn find(&self, finding: Finding) {
        *self.finding.borrow_mut() = finding;
        self.shelf.clear();
        self.damaged.borrow_mut().clear();
        self.waiting.take();
    }

    fn has_found(&self, vault: Vault) {
        let found = Found::Open(Rc::new(vault));
        self.find(ready(Ok(found)).boxed_local().shared());
    }

    /// Opens the vault.
    ///
    /// # Errors
    /// [`StorageError::Refused`] for another passphrase or passkey.
    pub(crate) async fn unlock(&self, by: &Unlock<'_>) -> Result<(), StorageError> {
        let vault = Vault::unlock(by).await?;
        self.has_found(vault);
        self.trouble.replace(None);
        self.tell().await;
        Ok(())
    }

    /// Drops the key.
    pub(crate) async fn lock(&self) {
        // What is stored comes back; what is not was never used.
        self.memory.borrow_mut().clear();
        self.opened.take();
        self.find(finding());
        self.tell().await;
    }

    /// Puts everything under a passphrase, or under a key of this browser's.
    ///
    /// # Errors
    /// [`StorageError`]: nothing has happened.
    pub(crate) async fn protect(&self, passphrase: Option<&str>) -> Result<(), StorageError> {
        let vault = self.with_vault(async |vault| vault.protect(passphrase).await);
        let vault = vault.await?;
        self.has_found(vault);
        self.tell().await;
        Ok(())
    }

    /// What is under the passphrase; nothing where there is none.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(crate) async fn protection(&self) -> Result<Option<Protection>, StorageError> {
        let finding = self.finding.borrow().clone();
        match finding.await? {
            Found::Locked(protection) => Ok(Some(Protection::clone(&protection))),
            Found::Open(vault) => Ok(vault.protection().await?.map(|protection| *protection)),
        }
    }

    /// Has a passkey open the vault too.
    ///
    /// # Errors
    /// [`StorageError::Refused`] for another passphrase: nothing has happened.
    pub(crate) async fn add_passkey(
        &self,
        passphrase: &str,
        new: NewPasskey<'_>,
    ) -> Result<(), StorageError> {
        self.with_vault(async |vault| vault.add_passkey(passphrase, new).await)
            .await
    }

    /// Has a passkey open the vault no more, nor what it may have opened before: everything is put under
    /// another key. The passphrase is needed, as that key is put under it again.
    ///
    /// # Errors
    /// [`StorageError::Refused`] for another passphrase: nothing has happened.
    pub(crate) async fn remove_passkey(
        &self,
        passphrase: &str,
        id: &[u8],
    ) -> Result<(), StorageError> {
        let protection = self.protection().await?.ok_or(StorageError::Moved)?;
        if protection.passkeys().iter().any(|passkey| passkey.id == id) {
            protection.open(passphrase)?;
            self.protect(Some(passphrase)).await?;
        }
        Ok(())
    }
}
