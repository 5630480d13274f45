//! Certificates that were issued earlier, and what is forgotten.

use std::cell::Cell;

use tabcert_acme::revocation::Reason;
use tabcert_engine_api::Notice;
use tabcert_engine_api::certificates::What;
use tabcert_issuance::answer::Answer;
use tabcert_issuance::errand::Ended;
use tabcert_issuance::event::{CertificateKey, CertificateSummary};
use tabcert_issuance::view;
use tabcert_vault::account::{Account, AccountStatus};
use tabcert_vault::certificate::{Attempt, Certificate, Outcome, Revocation};
use tabcert_vault::id::{CertificateId, OrderId};
use tabcert_vault::order::Order;
use tabcert_vault::schema::Kind;
use zeroize::Zeroizing;

use super::beginning::have_order;
use super::not_there::damaged_as;
use super::protection::finding;
use super::{Keeper, NotThere, place, read, written};
use crate::files::Parts;
use crate::news::Written;
use crate::vault::{StorageError, Vault};
use crate::{clock, keys, scope};

/// Longest text of a label.
const MAX_LABEL_CHARACTERS: usize = 2_000;

/// What files are made of.
pub(super) fn parts(certificate: Certificate) -> Option<Parts> {
    let names = certificate.names.iter().map(|name| name.parse());
    let key = certificate
        .key
        .map(|key| CertificateKey::from_pkcs8_der(Zeroizing::new(key.as_bytes().to_vec())));
    let answer = certificate
        .answer
        .unwrap_or_else(|| certificate.chain_pem.into_bytes());
    Some(Parts {
        key,
        csr_der: certificate.csr_der,
        names: names.collect::<Result<_, _>>().ok()?,
        answer: Answer::new(answer),
    })
}

impl Keeper {
    /// A certificate with what files are made of.
    ///
    /// # Errors
    /// [`NotThere`]
    pub(crate) async fn open(
        &self,
        certificate: &str,
    ) -> Result<(CertificateId, Parts, view::Issued), NotThere> {
        let id: CertificateId = certificate.parse().map_err(|_| NotThere::Certificate)?;
        let found = self.get(id).await;
        let certificate: Certificate = found
            .map_err(damaged_as(NotThere::DamagedCertificate))?
            .ok_or(NotThere::Certificate)?;
        let issued_at_ms = certificate.issued_ms;
        let parts = parts(certificate).ok_or(NotThere::DamagedCertificate)?;
        let chain = keys::verify(&parts).map_err(|_| NotThere::DamagedCertificate)?;
        let issued = view::Issued {
            summary: CertificateSummary::of(&chain, clock::now_ms()),
            issued_at_ms,
            has_key: parts.key.is_some(),
        };
        Ok((id, parts, issued))
    }

    /// The visitor has the key in a file: what the certificate was made to replace is replaced now, and
    /// its key is forgotten if that is wanted.
    pub(crate) async fn downloaded(&self, id: CertificateId) {
        self.change(id, |certificate| {
            certificate.downloaded_ms.get_or_insert(clock::now_ms());
        })
        .await;
        let certificate: Option<Certificate> = self.one(id).await;
        if let Some(old) = certificate.and_then(|certificate| certificate.replaces) {
            let settings = self.settings().await;
            let forget_key = settings.is_ok_and(|settings| settings.delete_replaced_keys);
            self.change(old, |certificate| {
                certificate.replaced_by = Some(id);
                if forget_key {
                    certificate.key = None;
                }
            })
            .await;
        }
        self.tell().await;
    }

    /// A certificate with all that is known of it.
    pub(crate) async fn certificate(&self, id: &str) -> Option<Certificate> {
        self.one(id.parse::<CertificateId>().ok()?).await
    }

    /// The account that ordered a certificate, while it can be used.
    pub(crate) async fn account_that_ordered(&self, certificate: &Certificate) -> Option<Account> {
        let account: Account = self.one(certificate.account?).await?;
        (account.status == AccountStatus::Valid).then_some(account)
    }

    /// Remembers what came of an attempt to revoke a certificate.
    pub(crate) async fn note_revocation(
        &self,
        certificate: &Certificate,
        reason: Reason,
        ended: &Ended,
    ) {
        let at_ms = clock::now_ms();
        self.change(certificate.id, |certificate| {
            let (outcome, why) = match ended {
                Ok(_) => (Outcome::Revoked, None),
                Err(undone) => {
                    let sentence = undone.shown().explanation.sentence;
                    (Outcome::Failed, Some(format!("Not revoked: {sentence}")))
                }
            };
            if ended.is_ok() {
                certificate
                    .revoked
                    .get_or_insert(Revocation { at_ms, reason });
            }
            certificate.remember(Attempt {
                at_ms,
                outcome,
                reason: why,
            });
        })
        .await;
        self.tell().await;
    }

    /// Changes what the visitor wants changed.
    ///
    /// # Errors
    /// [`NotThere`]: nothing has changed.
    pub(crate) async fn change_as_wanted(&self, id: &str, what: What) -> Result<(), NotThere> {
        let id: CertificateId = id.parse().map_err(|_| NotThere::Certificate)?;
        if what == What::Forget {
            self.try_write(vec![(place(Kind::Certificate, id), None)])
                .await?;
        } else {
            let text = |text: &String| text.trim().chars().take(MAX_LABEL_CHARACTERS).collect();
            let changed = self.try_change(id, |certificate| match &what {
                What::Name(name) => certificate.label.name = text(name),
                What::Description(description) => {
                    certificate.label.description = text(description);
                }
                What::UsedFor(used_for) => certificate.label.used_for = text(used_for),
                What::Group(group) => certificate.label.group = text(group),
                What::Fallback(fallback) => certificate.label.fallback = *fallback,
                What::ForgetKey => certificate.key = None,
                What::Forget => {}
            });
            if !changed.await? {
                return Err(NotThere::Certificate);
            }
        }
        self.tell().await;
        Ok(())
    }

    /// Changes a certificate, if it is there.
    pub(super) async fn change(&self, id: CertificateId, change: impl Fn(&mut Certificate)) {
        let changed = self.try_change(id, change).await;
        self.noting(changed);
    }

    /// Changes a certificate, and says whether it is there.
    ///
    /// # Errors
    /// [`StorageError`]: nothing has changed.
    pub(super) async fn try_change(
        &self,
        id: CertificateId,
        change: impl Fn(&mut Certificate),
    ) -> Result<bool, StorageError> {
        let place = place(Kind::Certificate, id);
        let was_there = Cell::new(false);
        let changed = |plain: Option<_>| {
            was_there.set(plain.is_some());
            let Some(plain) = plain else {
                return Ok(None);
            };
            let mut certificate: Certificate = read(&plain)?;
            change(&mut certificate);
            certificate.updated_ms = clock::now_ms();
            Ok(written(id, &certificate)?.1)
        };
        self.with_vault(async |vault| vault.change(&place, &changed).await)
            .await?;
        self.has_written(&Written::Places(vec![place]));
        Ok(was_there.get())
    }

    /// Forgets an unfinished order, with its key; not one that a tab works on, which the page is told.
    pub(crate) async fn discard(&self, order: &str) {
        if let Ok(id) = order.parse::<OrderId>() {
            let Ok(_lock) = have_order(id).await else {
                scope::tell(&Notice::NotDiscarded(order.to_owned()));
                return;
            };
            let forgotten: Option<Order> = self.get(id).await.ok().flatten();
            if let Some(renewed) = forgotten.and_then(|order| order.renews) {
                self.change(renewed, |certificate| {
                    certificate.remember(Attempt {
                        at_ms: clock::now_ms(),
                        outcome: Outcome::Cancelled,
                        reason: Some("You forgot the order before it was finished.".to_owned()),
                    });
                })
                .await;
            }
            self.write(vec![(place(Kind::Order, id), None)]).await;
        }
        self.tell().await;
    }

    /// Forgets a certificate, with its key.
    pub(crate) async fn delete(&self, certificate: &str) {
        if let Ok(id) = certificate.parse::<CertificateId>() {
            self.write(vec![(place(Kind::Certificate, id), None)]).await;
        }
        self.tell().await;
    }

    /// Forgets everything, and the key that it was kept under.
    pub(crate) async fn forget_everything(&self) {
        self.memory.borrow_mut().clear();
        let forgotten = Vault::forget().await;
        self.trouble.replace(forgotten.err());
        self.has_written(&Written::Everything);
        // With a new key.
        self.find(finding());
        self.tell().await;
    }
}
