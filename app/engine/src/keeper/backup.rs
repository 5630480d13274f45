//! Everything, or one certificate, in an encrypted file; and back.

mod preview;
mod snapshot;

use std::collections::HashMap;

use tabcert_engine_api::backup::{Choice, Exported, ImportView, InUse};
use tabcert_vault::VaultError;
use tabcert_vault::backup::{Backup, Contents, Randomness};
use tabcert_vault::id::CertificateId;
use tabcert_vault::merge::{Merge, Side};
use tabcert_vault::passphrase::Parameters;
use tabcert_vault::schema::Record;
use zeroize::Zeroizing;

use super::accounts::account_lock;
use super::beginning::order_lock;
use super::{Keeper, place, read, settings, written};
use crate::clock;
use crate::lock::{self, Lock};
use crate::news::Written;
use crate::vault::{Records, StorageError, Writes, random};
use preview::{Shown, choose, preview};

impl Keeper {
    /// Everything, or one certificate, in an encrypted file.
    ///
    /// # Errors
    /// [`StorageError`], also where the certificate is not there.
    pub(crate) async fn export(
        &self,
        certificate: Option<&str>,
        passphrase: &str,
    ) -> Result<Exported, StorageError> {
        let records = self.with_vault(async |vault| vault.read_all("").await);
        let (mut contents, left_out) = contents(&records.await?);
        if let Some(certificate) = certificate {
            let id: CertificateId = certificate.parse()?;
            let found = contents.certificates.into_iter().find(|it| it.id == id);
            let found = found.ok_or(StorageError::Refused(VaultError::InvalidId))?;
            contents = Contents::of_certificate(found);
        }
        let backup = Backup {
            made_at_ms: clock::now_ms(),
            contents,
        };
        let random = Randomness {
            salt: random()?,
            nonce: random()?,
        };
        Ok(Exported {
            file: Zeroizing::new(backup.seal(passphrase, Parameters::default(), random)?),
            left_out: if certificate.is_some() { 0 } else { left_out },
        })
    }

    /// Opens a file and says what it would do. Nothing is stored.
    ///
    /// # Errors
    /// [`StorageError`], also where it is no backup, damaged, or under another passphrase.
    pub(crate) async fn open_backup(
        &self,
        file: &[u8],
        passphrase: &str,
    ) -> Result<ImportView, StorageError> {
        self.opened.take();
        let mut backup = Backup::open(file, passphrase)?;
        for order in &mut backup.contents.orders {
            order.snapshot = snapshot::vetted(&order.snapshot)?;
        }
        let records = self.with_vault(async |vault| vault.read_all("").await);
        let merge = Merge::compare(&contents(&records.await?).0, backup.contents.clone());
        let preview = preview(backup.made_at_ms, &merge);
        self.opened.replace(Some(backup));
        Ok(ImportView::Preview(preview))
    }

    /// Forgets the file that was opened.
    pub(crate) fn close_backup(&self) {
        self.opened.take();
    }

    /// Stores what is new in the file that was opened, and what was chosen of it: all of it or nothing.
    /// Where a tab works with what would be overwritten, or the vault has changed since the visitor chose,
    /// so that more differs, nothing is stored, and that or the new preview is returned.
    ///
    /// # Errors
    /// [`StorageError`]: nothing has happened.
    pub(crate) async fn import(&self, choices: &[Choice]) -> Result<ImportView, StorageError> {
        let Some(backup) = self.opened.borrow().clone() else {
            return Ok(ImportView::Nothing);
        };
        let chosen: HashMap<_, _> = choices
            .iter()
            .map(|choice| ((choice.kind, choice.id.as_str()), choice.side))
            .collect();
        let chosen_of = |merge: &mut Merge| {
            choose(&mut merge.accounts, &chosen);
            choose(&mut merge.orders, &chosen);
            choose(&mut merge.certificates, &chosen);
            choose(&mut merge.settings, &chosen);
        };
        let records = self.with_vault(async |vault| vault.read_all("").await);
        let mut merge = Merge::compare(&contents(&records.await?).0, backup.contents.clone());
        chosen_of(&mut merge);
        let _locks = match locks(&merge).await {
            Ok(locks) => locks,
            Err(in_use) => return Ok(ImportView::InUse(in_use)),
        };
        let outcome = self.with_vault(async |vault| {
            vault
                .change_all(|records| {
                    let mut merge = Merge::compare(&contents(&records).0, backup.contents.clone());
                    chosen_of(&mut merge);
                    if !merge.is_decided() {
                        let preview = preview(backup.made_at_ms, &merge);
                        return Ok((Writes::new(), ImportView::Preview(preview)));
                    }
                    let writes = writes(&merge.into_writes()?)?;
                    let count = writes.len();
                    Ok((writes, ImportView::Done(count)))
                })
                .await
        });
        let outcome = outcome.await?;
        if matches!(outcome, ImportView::Done(_)) {
            self.opened.take();
            // What was made here before an account of the same CA came with the file.
            self.memory.borrow_mut().clear();
            self.has_written(&Written::Everything);
            self.tell().await;
        }
        Ok(outcome)
    }
}

/// The locks of the accounts and orders that would be overwritten.
///
/// # Errors
/// Those that a tab works with.
async fn locks(merge: &Merge) -> Result<Vec<Lock>, Vec<InUse>> {
    let accounts = merge.accounts.conflicts.iter();
    let accounts = accounts
        .filter(|it| it.choice == Some(Side::Theirs))
        .map(|it| (account_lock(it.mine.id), in_use(&it.mine)));
    let orders = merge.orders.conflicts.iter();
    let orders = orders
        .filter(|it| it.choice == Some(Side::Theirs))
        .map(|it| (order_lock(it.mine.id), in_use(&it.mine)));
    let taking = accounts
        .chain(orders)
        .map(|(name, in_use)| async move { lock::take(&name).await.map_err(|_| in_use) });
    let (mut locks, mut held) = (Vec::new(), Vec::new());
    for taken in futures::future::join_all(taking).await {
        match taken {
            Ok(lock) => locks.push(lock),
            Err(in_use) => held.push(in_use),
        }
    }
    if held.is_empty() {
        Ok(locks)
    } else {
        Err(held)
    }
}

fn in_use<T: Shown>(record: &T) -> InUse {
    InUse {
        kind: T::KIND,
        title: record.title(),
    }
}

/// The records, and how many cannot be read.
fn contents(records: &Records) -> (Contents, usize) {
    fn of<T: Record>(records: &Records) -> Vec<T> {
        let of_kind = place(T::KIND, "");
        let records = records.iter();
        records
            .filter(|(place, _)| place.starts_with(&of_kind))
            .filter_map(|(_, plain)| read(plain.as_ref().ok()?).ok())
            .collect()
    }
    let contents = Contents {
        accounts: of(records),
        orders: of(records),
        certificates: of(records),
        settings: of(records).pop(),
    };
    let count = contents.accounts.len()
        + contents.orders.len()
        + contents.certificates.len()
        + contents.settings.iter().len();
    (contents, records.len() - count)
}

fn writes(contents: &Contents) -> Result<Writes, StorageError> {
    let mut writes = Writes::new();
    for account in &contents.accounts {
        writes.push(written(account.id, account)?);
    }
    for order in &contents.orders {
        writes.push(written(order.id, order)?);
    }
    for certificate in &contents.certificates {
        writes.push(written(certificate.id, certificate)?);
    }
    if let Some(settings) = &contents.settings {
        writes.push(written(settings::ID, settings)?);
    }
    Ok(writes)
}
