//! Changing what opens the vault: all records at once, or a passkey.

use std::collections::HashMap;
use std::rc::Rc;

use tabcert_vault::protection::{NewPasskey, Protection};

use super::database::Write;
use super::protected::{By, Protected, random};
use super::seal::Sealed;
use super::{MAX_CONFLICTS, StorageError, Vault};

impl Vault {
    /// Puts everything under a new key: one of this browser's, or one under a passphrase. What others
    /// write meanwhile comes along.
    ///
    /// # Errors
    /// [`StorageError`]: nothing has happened.
    pub(crate) async fn protect(&self, passphrase: Option<&str>) -> Result<Self, StorageError> {
        let (protected, key) = Protected::after(&self.name, passphrase).await?;
        let stored = protected.to_stored()?;
        let new = Self {
            database: Rc::clone(&self.database),
            key,
            name: protected.name,
        };
        // By place, with the nonce that it had: what stays the same is sealed once.
        let mut sealed: HashMap<String, (Vec<u8>, Sealed)> = HashMap::new();
        for _ in 0..MAX_CONFLICTS {
            let read = self.database.read_all(&self.name, "").await?;
            let is_changed = |(place, record): &&(String, Sealed)| {
                let known = sealed.get(place);
                known.is_none_or(|(nonce, _)| nonce != record.nonce())
            };
            let changed: Vec<_> = read.iter().filter(is_changed).cloned().collect();
            for (place, plain) in self.opened(&changed).await {
                // What cannot be opened stays as it is: nothing more is lost by that.
                let Ok(plain) = plain else {
                    continue;
                };
                let record = changed.iter().find(|(changed, _)| *changed == place);
                let nonce = record.map(|(_, record)| record.nonce().to_vec());
                let resealed = new.key.seal(&place, &plain).await?;
                sealed.insert(place, (nonce.unwrap_or_default(), resealed));
            }
            let writes = read.iter().filter_map(|(place, _)| {
                let (_, resealed) = sealed.get(place)?;
                Some((place.clone(), Write::Put(resealed.clone())))
            });
            let replaced = self
                .database
                .replace_all(&self.name, &read, writes.collect(), Some(&stored))
                .await?;
            if replaced.is_ok() {
                return Ok(new);
            }
        }
        Err(StorageError::busy())
    }

    /// The passphrase's side of things; nothing where there is none.
    ///
    /// # Errors
    /// [`StorageError`]
    pub(crate) async fn protection(&self) -> Result<Option<Box<Protection>>, StorageError> {
        let stored = self.database.protection().await?;
        let protected = Protected::from_stored(&stored.ok_or(StorageError::Forgotten)?)?;
        Ok(match protected.by {
            By::Browser(_) => None,
            By::Passphrase(protection) => Some(protection),
        })
    }

    /// Has a passkey open the vault too. The passphrase is needed, as the browser does not give the key
    /// out.
    ///
    /// # Errors
    /// [`StorageError::Refused`] for another passphrase: nothing has happened.
    pub(crate) async fn add_passkey(
        &self,
        passphrase: &str,
        new: NewPasskey<'_>,
    ) -> Result<(), StorageError> {
        self.change_protection(|protection| {
            let key = protection.open(passphrase)?;
            Ok(protection.add_passkey(&key, new, random()?)?)
        })
        .await
    }

    async fn change_protection(
        &self,
        change: impl Fn(&mut Protection) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        for _ in 0..MAX_CONFLICTS {
            let mut protection = self.protection().await?.ok_or(StorageError::Moved)?;
            let before = protection.clone();
            change(&mut protection)?;
            let protected = Protected {
                name: self.name.clone(),
                by: By::Passphrase(protection),
            };
            let is_read = |found: &_| {
                let found = Protected::from_stored(found);
                matches!(found, Ok(Protected { by: By::Passphrase(found), .. }) if found == before)
            };
            let stored = protected.to_stored()?;
            let replaced = self
                .database
                .replace_protection(&self.name, is_read, &stored)
                .await?;
            if replaced.is_ok() {
                return Ok(());
            }
        }
        Err(StorageError::busy())
    }
}
