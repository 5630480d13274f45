//! Everything, or one certificate, in an encrypted file; and back.

use std::collections::HashMap;

use tabcert_engine_api::backup::{
    ChangesView, Choice, ConflictView, Exported, ImportView, Preview,
};
use tabcert_vault::VaultError;
use tabcert_vault::account::Account;
use tabcert_vault::backup::{Backup, Contents, Randomness};
use tabcert_vault::certificate::Certificate;
use tabcert_vault::difference::Differs;
use tabcert_vault::id::CertificateId;
use tabcert_vault::merge::{Changes, Conflict, Merge, Mergeable, Side};
use tabcert_vault::order::Order;
use tabcert_vault::passphrase::Parameters;
use tabcert_vault::schema::{Kind, Record};
use tabcert_vault::settings::Settings;
use tabcert_vault::summary::Summary;
use zeroize::Zeroizing;

use super::{Keeper, place, read, settings, written};
use crate::clock;
use crate::news::Written;
use crate::vault::{Plain, StorageError, Writes, random};

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
        let backup = Backup::open(file, passphrase)?;
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
    /// Where the vault has changed since the visitor chose, so that more differs, nothing is stored and
    /// the new preview returned.
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
        let outcome = self.with_vault(async |vault| {
            vault
                .change_all(|records| {
                    let mut merge = Merge::compare(&contents(&records).0, backup.contents.clone());
                    choose(&mut merge.accounts, &chosen);
                    choose(&mut merge.orders, &chosen);
                    choose(&mut merge.certificates, &chosen);
                    choose(&mut merge.settings, &chosen);
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

/// The records, and how many cannot be read.
fn contents(records: &[(String, Plain)]) -> (Contents, usize) {
    fn of<T: Record>(records: &[(String, Plain)]) -> Vec<T> {
        let of_kind = place(T::KIND, "");
        let records = records.iter();
        records
            .filter(|(place, _)| place.starts_with(&of_kind))
            .filter_map(|(_, plain)| read(plain).ok())
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

/// A record as the preview names it.
trait Shown: Record + Mergeable + Differs {
    fn shown_id(&self) -> String;
    fn title(&self) -> String;
}

impl Shown for Account {
    fn shown_id(&self) -> String {
        self.id.to_string()
    }

    fn title(&self) -> String {
        let ca = self.directory_url.authority();
        match self.label.trim() {
            "" => format!("Account at {ca}"),
            label => format!("{label} (account at {ca})"),
        }
    }
}

impl Shown for Order {
    fn shown_id(&self) -> String {
        self.id.to_string()
    }

    fn title(&self) -> String {
        self.names.first().cloned().unwrap_or_default()
    }
}

impl Shown for Certificate {
    fn shown_id(&self) -> String {
        self.id.to_string()
    }

    fn title(&self) -> String {
        Summary::from(self).title().to_owned()
    }
}

impl Shown for Settings {
    fn shown_id(&self) -> String {
        settings::ID.to_owned()
    }

    fn title(&self) -> String {
        "Settings".to_owned()
    }
}

fn choose<T: Shown>(changes: &mut Changes<T>, chosen: &HashMap<(Kind, &str), Side>) {
    for conflict in &mut changes.conflicts {
        let id = conflict.mine.shown_id();
        conflict.choice = chosen.get(&(T::KIND, id.as_str())).copied();
    }
}

fn preview(made_at_ms: u64, merge: &Merge) -> Preview {
    let changes = [
        changes_view(&merge.certificates),
        changes_view(&merge.orders),
        changes_view(&merge.accounts),
        changes_view(&merge.settings),
    ];
    Preview {
        made_at_ms,
        changes: changes.into_iter().flatten().collect(),
    }
}

fn changes_view<T: Shown>(changes: &Changes<T>) -> Option<ChangesView> {
    let is_empty = changes.added.is_empty() && changes.same == 0 && changes.conflicts.is_empty();
    (!is_empty).then(|| ChangesView {
        kind: T::KIND,
        added: changes.added.iter().map(Shown::title).collect(),
        same: changes.same,
        conflicts: changes.conflicts.iter().map(conflict_view).collect(),
    })
}

fn conflict_view<T: Shown>(conflict: &Conflict<T>) -> ConflictView {
    let Conflict { mine, theirs, .. } = conflict;
    ConflictView {
        id: mine.shown_id(),
        title: mine.title(),
        differences: mine.differences(theirs),
        mine_ms: mine.updated_ms(),
        theirs_ms: theirs.updated_ms(),
        only_key: match (mine.has_key(), theirs.has_key()) {
            (true, false) => Some(Side::Mine),
            (false, true) => Some(Side::Theirs),
            _ => None,
        },
        newer: conflict.newer(),
    }
}
