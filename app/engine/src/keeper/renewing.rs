//! Renewing a certificate: how it begins, and what is remembered of how it failed.

use std::cell::RefCell;
use std::collections::BTreeMap;

use tabcert_acme::domain::DomainName;
use tabcert_engine_api::EngineError;
use tabcert_engine_api::certificates::RenewalKey;
use tabcert_issuance::event::{Application, CertificateKey};
use tabcert_issuance::issuance::Start;
use tabcert_issuance::proof::Method;
use tabcert_issuance::saved::Saved;
use tabcert_issuance::view::Failed;
use tabcert_pki::{CertificationRequest, KeyType};
use tabcert_vault::account::Account;
use tabcert_vault::certificate::{Attempt, Certificate, Outcome};
use tabcert_vault::id::{CertificateId, OrderId};
use zeroize::Zeroizing;

use super::adding::fits;
use super::beginning::have_order;
use super::case::Case;
use super::not_there::damaged_as;
use super::{Keeper, NotThere};
use crate::clock;

/// Longest reason that a certificate remembers.
const MAX_REASON_CHARACTERS: usize = 1_000;

impl Keeper {
    /// Orders the same again: names, CA, account, kind of key and proofs are those of last time; the key
    /// is new, or what the visitor wants.
    ///
    /// # Errors
    /// [`NotThere`]
    pub(crate) async fn renew(
        &self,
        certificate: &str,
        key: RenewalKey,
        edge_available: bool,
    ) -> Result<(Case, Start), NotThere> {
        let id: CertificateId = certificate.parse().map_err(|_| NotThere::Certificate)?;
        let found = self.get(id).await;
        let old: Certificate = found
            .map_err(damaged_as(NotThere::DamagedCertificate))?
            .ok_or(NotThere::Certificate)?;
        let (account, account_lock) = self
            .settled_account(old.account.ok_or(NotThere::Account)?, edge_available)
            .await?;
        let saved = saved_anew(&old, &account, key)?;
        let order = OrderId::from_random(self.random_bytes());
        let start = self
            .start(&account, order, edge_available, Some(saved))
            .await?;
        let case = Case {
            account: RefCell::new(account),
            order,
            certificate: CertificateId::from_random(self.random_bytes()),
            renews: Some(id),
            created_ms: clock::now_ms(),
            failure: RefCell::default(),
            _lock: have_order(order).await?,
            account_lock: RefCell::new(Some(account_lock)),
        };
        Ok((case, start))
    }

    /// What is renewed remembers why that failed, once for each time.
    pub(super) async fn remember_failure(&self, case: &Case, saved: &Saved) {
        let before = case.failure.replace(saved.failed.clone());
        let (Some(failed), Some(renewed)) = (&saved.failed, case.renews) else {
            return;
        };
        if before.as_ref() == Some(failed) {
            return;
        }
        self.change(renewed, |certificate| {
            certificate.remember(Attempt {
                at_ms: clock::now_ms(),
                outcome: Outcome::Failed,
                reason: Some(reason(failed)),
            });
        })
        .await;
    }
}

/// In a sentence, with the CA's own words.
fn reason(failed: &Failed) -> String {
    let named = failed.names.iter().map(|failure| &failure.explanation);
    let details = std::iter::once(&failed.explanation).chain(named);
    let mut words = failed.explanation.sentence.clone();
    for detail in details.filter_map(|explanation| explanation.detail.as_deref()) {
        words.push(' ');
        words.push_str(detail);
    }
    words.chars().take(MAX_REASON_CHARACTERS).collect()
}

/// A renewal that has not begun.
fn saved_anew(old: &Certificate, account: &Account, key: RenewalKey) -> Result<Saved, NotThere> {
    let names = old.names.iter();
    let names = names.map(|name| DomainName::parse_a_labels(name));
    let mut application = Application {
        names: names
            .collect::<Result<_, _>>()
            .map_err(|_| NotThere::DamagedCertificate)?,
        // Of a key of another kind nothing is known but that it was no good choice.
        key_type: old.key_type.unwrap_or(KeyType::P256),
        contact: account.contact.clone(),
        terms_agreed: account.terms_agreed,
    };
    let choose: Box<dyn FnOnce(Saved) -> Saved> = match key {
        RenewalKey::New => Box::new(|saved| saved),
        RenewalKey::Same => {
            let kept = old.key.as_ref().ok_or(NotThere::Key)?;
            let der = Zeroizing::new(kept.as_bytes().to_vec());
            Box::new(|saved| saved.with_key(CertificateKey::from_pkcs8_der(der)))
        }
        RenewalKey::Request(der) => {
            let unfit = |error: EngineError| NotThere::Request(error.to_string());
            let request = CertificationRequest::from_der(&der);
            let request = request.map_err(|error| unfit(error.into()))?;
            application.key_type = fits(&request, &old.names).map_err(unfit)?;
            Box::new(|saved| saved.with_request(der))
        }
    };
    let saved = Saved::anew(application, read_methods(old), old.facts.cert_id.clone());
    let mut saved = choose(saved);
    saved.account_url.clone_from(&account.url);
    Ok(saved)
}

fn read_methods(certificate: &Certificate) -> BTreeMap<String, Method> {
    let method = |word: &String| serde_json::from_value(word.as_str().into()).ok();
    let methods = certificate.methods.iter();
    methods
        .filter_map(|(name, word)| Some((name.clone(), method(word)?)))
        .collect()
}
