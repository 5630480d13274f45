//! One issuance as the vault knows it: its account, its order, and at last its certificate.

use std::cell::RefCell;
use std::collections::BTreeMap;

use tabcert_engine_api::vault::KeptAs;
use tabcert_issuance::proof::Method;
use tabcert_issuance::saved::{Saved, SavedCertificate, SavedOrder};
use tabcert_issuance::view::Failed;
use tabcert_vault::account::Account;
use tabcert_vault::certificate::{Attempt, Certificate, Facts, Label, Outcome};
use tabcert_vault::id::{AccountId, CertificateId, OrderId};
use tabcert_vault::order::{Order, OrderState};
use tabcert_vault::schema::Kind;
use tabcert_vault::secret::{Secret, SecretText};
use zeroize::Zeroizing;

use super::{Keeper, place, read, written};
use crate::clock;
use crate::files::Parts;
use crate::keys::{subject_names, verify};
use crate::lock::Lock;
use crate::vault::{Plain, StorageError, Writes};

/// What the records of an issuance are.
pub(crate) struct Case {
    pub(super) account: RefCell<Account>,
    pub(super) order: OrderId,
    pub(super) certificate: CertificateId,
    pub(super) renews: Option<CertificateId>,
    pub(super) created_ms: u64,
    /// Why it stands still, as was stored last.
    pub(super) failure: RefCell<Option<Failed>>,

    /// Nobody else works on the order meanwhile.
    pub(super) _lock: Lock,
    /// Nor changes the account's key, from before it was read until the certificate is there.
    pub(super) account_lock: RefCell<Option<Lock>>,
}

impl Keeper {
    /// Stores how an issuance stands, in one piece: the account with it, and in the end the certificate
    /// in the order's place.
    pub(crate) async fn store(&self, case: &Case, saved: Saved) {
        let label = match (&saved.issued, case.renews) {
            (Some(_), Some(renewed)) => self.summary(renewed).await.map(|it| it.label.clone()),
            _ => None,
        };
        match case.records(&saved, label.unwrap_or_default()) {
            Ok(records) => {
                let place = place(Kind::Account, case.account_id());
                let change = |stored: Option<Plain>| case.change_account(stored, &saved);
                self.write_with(&place, change, &records).await;
            }
            Err(error) => {
                self.trouble.replace(Some(error));
            }
        }
        if saved.issued.is_some() {
            case.account_lock.replace(None);
        }
        self.remember_failure(case, &saved).await;
        if saved.issued.is_some() || saved.failed.is_some() {
            self.tell().await;
        }
    }
}

impl Case {
    fn account_id(&self) -> AccountId {
        self.account.borrow().id
    }

    /// What is written with the account. A certificate gets `label`.
    fn records(&self, saved: &Saved, label: Label) -> Result<Writes, StorageError> {
        let now_ms = clock::now_ms();
        let account = self.account.borrow();
        Ok(match &saved.issued {
            None => {
                let order = self.order_record(&account, saved, now_ms)?;
                vec![written(self.order, &order)?]
            }
            Some(issued) => {
                let mut certificate = self.certificate_record(&account, saved, issued, now_ms)?;
                certificate.label = label;
                vec![
                    written(self.certificate, &certificate)?,
                    (place(Kind::Order, self.order), None),
                ]
            }
        })
    }

    /// The account as it is stored, with what this issuance has learned of it: what was changed elsewhere
    /// meanwhile stays.
    fn change_account(
        &self,
        stored: Option<Plain>,
        saved: &Saved,
    ) -> Result<Option<Plain>, StorageError> {
        let mut account = match stored {
            Some(stored) => read::<Account>(&stored)?,
            None => self.account.borrow().clone(),
        };
        // Under another key it is known elsewhere, and not by what is known here.
        if account.thumbprint == self.account.borrow().thumbprint {
            learn(&mut account, saved);
            self.account.replace(account.clone());
        }
        Ok(written(account.id, &account)?.1)
    }

    fn order_record(
        &self,
        account: &Account,
        saved: &Saved,
        now_ms: u64,
    ) -> Result<Order, StorageError> {
        let snapshot = serde_json::to_string(saved).map(Zeroizing::new);
        let snapshot = snapshot.map_err(|error| StorageError::Failed(error.to_string()))?;
        Ok(Order {
            id: self.order,
            account: account.id,
            directory_url: account.directory_url.clone(),
            names: names(saved),
            renews: self.renews,
            created_ms: self.created_ms,
            updated_ms: now_ms,
            state: state(saved),
            snapshot: SecretText::new(snapshot),
        })
    }

    fn certificate_record(
        &self,
        account: &Account,
        saved: &Saved,
        issued: &SavedCertificate,
        now_ms: u64,
    ) -> Result<Certificate, StorageError> {
        let failed = |error: &dyn std::fmt::Display| StorageError::Failed(error.to_string());
        let parts = Parts {
            key: saved.key.clone(),
            csr_der: saved.csr_der.clone(),
            names: subject_names(&saved.application.names).map_err(|error| failed(&error))?,
            answer: issued.answer.clone(),
        };
        let checked = verify(&parts).map_err(|error| failed(&error))?;
        let chain_pem = checked.path().to_pem().map_err(|error| failed(&error))?;
        let answer = issued.answer.as_bytes();
        let answer = (answer != chain_pem.as_bytes()).then(|| answer.to_vec());
        let key = saved.key.as_ref();
        Ok(Certificate {
            id: self.certificate,
            account: Some(account.id),
            directory_url: Some(account.directory_url.clone()),
            names: names(saved),
            key_type: Some(saved.application.key_type),
            key: key.map(|key| Secret::new(Zeroizing::new(key.pkcs8_der().to_vec()))),
            csr_der: saved.csr_der.clone(),
            chain_pem,
            answer,
            facts: Facts::of(checked.leaf()),
            label: Label::default(),
            methods: methods(saved),
            issued_ms: issued.shown.issued_at_ms,
            updated_ms: now_ms,
            downloaded_ms: None,
            replaces: self.renews,
            replaced_by: None,
            revoked: None,
            renewal: None,
            ask_again_ms: None,
            reminded_ms: None,
            history: vec![Attempt {
                at_ms: now_ms,
                outcome: Outcome::Issued,
                reason: None,
            }],
        })
    }

    /// The order's id.
    pub(crate) fn order(&self) -> OrderId {
        self.order
    }

    /// Where it is kept, once this is stored.
    pub(crate) fn kept_as(&self, saved: &Saved) -> KeptAs {
        match saved.issued {
            None => KeptAs::Order(self.order.to_string()),
            Some(_) => KeptAs::Certificate(self.certificate.to_string()),
        }
    }

    /// The certificate's id, once it is one.
    pub(crate) fn certificate(&self) -> CertificateId {
        self.certificate
    }
}

fn learn(account: &mut Account, saved: &Saved) {
    account.url.clone_from(&saved.account_url);
    if account.contact.is_empty() {
        account.contact.clone_from(&saved.application.contact);
    }
    account.terms_agreed |= saved.application.terms_agreed;
    for (name, method) in &saved.methods {
        account.redirected.retain(|known| known != name);
        if *method == Method::HttpRedirect {
            account.redirected.push(name.clone());
        }
    }
    account.updated_ms = clock::now_ms();
}

fn names(saved: &Saved) -> Vec<String> {
    let names = saved.application.names.iter();
    names.map(ToString::to_string).collect()
}

/// In the words that the flow itself uses when it is stored.
fn methods(saved: &Saved) -> BTreeMap<String, String> {
    let word = |method: &Method| match serde_json::to_value(method) {
        Ok(serde_json::Value::String(word)) => Some(word),
        _ => None,
    };
    let methods = saved.methods.iter();
    methods
        .filter_map(|(name, method)| Some((name.clone(), word(method)?)))
        .collect()
}

fn state(saved: &Saved) -> OrderState {
    match (&saved.failed, &saved.order) {
        (Some(failed), _) => OrderState::Failed {
            sentence: failed.explanation.sentence.clone(),
        },
        (None, SavedOrder::Made(_)) if !saved.ready => OrderState::WaitingForProofs,
        _ => OrderState::Working,
    }
}
