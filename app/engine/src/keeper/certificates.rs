//! Certificates that were issued earlier, and what is forgotten.

use tabcert_acme::domain::DomainName;
use tabcert_acme::revocation::Reason;
use tabcert_issuance::errand::Ended;
use tabcert_issuance::event::{CertificateKey, CertificateSummary, Delivery};
use tabcert_issuance::view;
use tabcert_vault::account::{Account, AccountStatus};
use tabcert_vault::certificate::{Attempt, Certificate, Outcome, Revocation};
use tabcert_vault::id::{CertificateId, OrderId};
use tabcert_vault::schema::Kind;
use zeroize::Zeroizing;

use super::protection::finding;
use super::{Keeper, place, read, written};
use crate::vault::Vault;
use crate::{clock, keys};

impl Keeper {
    /// A certificate with its key; nothing where it is not there, or not in order any more.
    pub(crate) async fn open(
        &self,
        certificate: &str,
    ) -> Option<(CertificateId, Delivery, view::Issued)> {
        let id: CertificateId = certificate.parse().ok()?;
        let certificate: Certificate = self.one(id).await?;
        let key = certificate.key?;
        let names = certificate.names.iter();
        let delivery = Delivery {
            key: CertificateKey::from_pkcs8_der(Zeroizing::new(key.as_bytes().to_vec())),
            csr_der: certificate.csr_der?,
            names: names
                .filter_map(|name| DomainName::parse_a_labels(name).ok())
                .collect(),
            chain_pem: certificate.chain_pem,
        };
        let (_, chain) = keys::verify(&delivery.key, &delivery.names, &delivery.chain_pem).ok()?;
        let issued = view::Issued {
            summary: CertificateSummary::from(&chain),
            issued_at_ms: certificate.issued_ms,
        };
        Some((id, delivery, issued))
    }

    /// The visitor has the key in a file: what the certificate was made to replace is replaced now.
    pub(crate) async fn downloaded(&self, id: CertificateId) {
        self.change(id, |certificate| {
            certificate.downloaded_ms.get_or_insert(clock::now_ms());
        })
        .await;
        let certificate: Option<Certificate> = self.one(id).await;
        if let Some(old) = certificate.and_then(|certificate| certificate.replaces) {
            self.change(old, |certificate| certificate.replaced_by = Some(id))
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

    /// Changes a certificate, if it is there.
    pub(super) async fn change(&self, id: CertificateId, change: impl Fn(&mut Certificate)) {
        let place = place(Kind::Certificate, id);
        let changed = |plain| {
            let Some(plain) = plain else {
                return Ok(None);
            };
            let mut certificate: Certificate = read(&plain)?;
            change(&mut certificate);
            certificate.updated_ms = clock::now_ms();
            Ok(written(id, &certificate)?.1)
        };
        let changed = self.with_vault(async |vault| vault.change(&place, changed).await);
        self.noting(changed.await);
    }

    /// Forgets an unfinished order, with its key.
    pub(crate) async fn discard(&self, order: &str) {
        if let Ok(id) = order.parse::<OrderId>() {
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
        // With a new key.
        self.find(finding());
        self.tell().await;
    }
}
