//! One issuance as the vault knows it: its account, its order, and at last its certificate.

use std::cell::RefCell;
use std::collections::BTreeMap;

use tabcert_acme::domain::DomainName;
use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::event::Application;
use tabcert_issuance::issuance::Start;
use tabcert_issuance::proof::Method;
use tabcert_issuance::saved::{Saved, SavedCertificate, SavedOrder};
use tabcert_vault::account::Account;
use tabcert_vault::certificate::{Attempt, Certificate, Facts, Label, Outcome};
use tabcert_vault::id::{AccountId, CertificateId, OrderId};
use tabcert_vault::order::{Order, OrderState};
use tabcert_vault::schema::Kind;
use tabcert_vault::secret::{Secret, SecretText};
use zeroize::Zeroizing;

use super::accounts::account_lock;
use super::{Keeper, place, read, written};
use crate::clock;
use crate::lock::{self, Lock};
use crate::vault::{Plain, StorageError, Writes};

/// What the records of an issuance are.
pub(crate) struct Case {
    account: RefCell<Account>,
    order: OrderId,
    certificate: CertificateId,
    renews: Option<CertificateId>,
    created_ms: u64,
    /// Nobody else works on the order meanwhile.
    _lock: Lock,
    /// Nor changes the account's key, from the first record to the last.
    account_lock: RefCell<Option<Lock>>,
}

/// Why an order is not gone on with.
pub(crate) enum NotResumed {
    /// Another tab works on it.
    Elsewhere,
    /// It, or its account, is not there or cannot be read.
    Gone,
}

impl Keeper {
    /// Begins an issuance at a CA.
    ///
    /// # Errors
    /// [`StorageError`], where an account's key is damaged.
    pub(crate) async fn begin(
        &self,
        directory_url: HttpsUrl,
        edge_available: bool,
        redirected: Vec<String>,
    ) -> Result<(Case, Start), StorageError> {
        let account = self.account_at(&directory_url).await?;
        let mut account = self.settled(account, edge_available).await?;
        for name in redirected {
            if !account.redirected.contains(&name) {
                account.redirected.push(name);
            }
        }
        let order = OrderId::from_random(self.random_bytes());
        // Nobody else knows the id.
        let Some(lock) = lock_of(order).await else {
            return Err(StorageError::Gone);
        };
        let start = self.start(&account, edge_available, None)?;
        let case = Case {
            account: RefCell::new(account),
            order,
            certificate: CertificateId::from_random(self.random_bytes()),
            renews: None,
            created_ms: clock::now_ms(),
            _lock: lock,
            account_lock: RefCell::default(),
        };
        Ok((case, start))
    }

    /// Orders the same again: names, CA, account, kind of key and proofs are those of last time, the key
    /// is new.
    ///
    /// # Errors
    /// [`NotResumed::Gone`], where certificate or account are not there.
    pub(crate) async fn renew(
        &self,
        certificate: &str,
        edge_available: bool,
    ) -> Result<(Case, Start), NotResumed> {
        let gone = |_| NotResumed::Gone;
        let id: CertificateId = certificate.parse().map_err(gone)?;
        let old: Certificate = self.one(id).await.ok_or(NotResumed::Gone)?;
        let account = old.account.ok_or(NotResumed::Gone)?;
        let account: Account = self.one(account).await.ok_or(NotResumed::Gone)?;
        let account = self
            .settled(account, edge_available)
            .await
            .map_err(|_| NotResumed::Gone)?;
        let names = old.names.iter();
        let application = Application {
            names: names
                .filter_map(|name| DomainName::parse_a_labels(name).ok())
                .collect(),
            key_type: old.key_type.ok_or(NotResumed::Gone)?,
            contact: account.contact.clone(),
            terms_agreed: account.terms_agreed,
        };
        let mut saved = Saved::anew(application, read_methods(&old), old.facts.cert_id);
        saved.account_url.clone_from(&account.url);
        let start = self
            .start(&account, edge_available, Some(saved))
            .map_err(|_| NotResumed::Gone)?;
        let order = OrderId::from_random(self.random_bytes());
        let case = Case {
            account: RefCell::new(account),
            order,
            certificate: CertificateId::from_random(self.random_bytes()),
            renews: Some(id),
            created_ms: clock::now_ms(),
            _lock: lock_of(order).await.ok_or(NotResumed::Elsewhere)?,
            account_lock: RefCell::default(),
        };
        Ok((case, start))
    }

    /// Goes on with an order.
    ///
    /// # Errors
    /// [`NotResumed`]
    pub(crate) async fn resume(
        &self,
        order: &str,
        edge_available: bool,
    ) -> Result<(Case, Start), NotResumed> {
        let gone = |_| NotResumed::Gone;
        let id: OrderId = order.parse().map_err(gone)?;
        // Before it is read: whoever had it may have changed it.
        let lock = lock_of(id).await.ok_or(NotResumed::Elsewhere)?;
        let order: Order = self.one(id).await.ok_or(NotResumed::Gone)?;
        let account: Account = self.one(order.account).await.ok_or(NotResumed::Gone)?;
        let account = self
            .settled(account, edge_available)
            .await
            .map_err(|_| NotResumed::Gone)?;
        let saved: Saved =
            serde_json::from_str(order.snapshot.as_str()).map_err(|_| NotResumed::Gone)?;
        let start = self
            .start(&account, edge_available, Some(saved))
            .map_err(|_| NotResumed::Gone)?;
        let case = Case {
            account: RefCell::new(account),
            order: id,
            certificate: CertificateId::from_random(self.random_bytes()),
            renews: order.renews,
            created_ms: order.created_ms,
            _lock: lock,
            account_lock: RefCell::default(),
        };
        Ok((case, start))
    }

    fn start(
        &self,
        account: &Account,
        edge_available: bool,
        saved: Option<Saved>,
    ) -> Result<Start, StorageError> {
        Ok(Start {
            directory_url: account.directory_url.clone(),
            account_key: account.account_key()?,
            edge_available,
            redirected: account.redirected.clone(),
            account_url: account.url.clone(),
            saved,
        })
    }

    /// Stores how an issuance stands, in one piece: the account with it, and in the end the certificate
    /// in the order's place.
    pub(crate) async fn store(&self, case: &Case, saved: Saved) {
        case.hold_account().await;
        match case.records(&saved) {
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
        if saved.issued.is_some() || saved.failed.is_some() {
            self.tell().await;
        }
    }
}

async fn lock_of(order: OrderId) -> Option<Lock> {
    lock::take(&format!("tabcert {}", place(Kind::Order, order))).await
}

impl Case {
    fn account_id(&self) -> AccountId {
        self.account.borrow().id
    }

    async fn hold_account(&self) {
        let name = account_lock(self.account_id());
        if self.account_lock.borrow().is_none() {
            let lock = lock::share(&name).await;
            self.account_lock.replace(lock);
        }
    }

    /// What is written with the account.
    fn records(&self, saved: &Saved) -> Result<Writes, StorageError> {
        let now_ms = clock::now_ms();
        let account = self.account.borrow();
        Ok(match &saved.issued {
            None => {
                let order = self.order_record(&account, saved, now_ms)?;
                vec![written(self.order, &order)?]
            }
            Some(issued) => {
                let certificate = self.certificate_record(&account, saved, issued, now_ms)?;
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
        let chain = tabcert_pki::Chain::from_pem(&issued.chain_pem);
        let chain = chain.map_err(|error| StorageError::Failed(error.to_string()))?;
        let key = saved.key.as_ref();
        Ok(Certificate {
            id: self.certificate,
            account: Some(account.id),
            directory_url: Some(account.directory_url.clone()),
            names: names(saved),
            key_type: Some(saved.application.key_type),
            key: key.map(|key| Secret::new(Zeroizing::new(key.pkcs8_der().to_vec()))),
            csr_der: saved.csr_der.clone(),
            chain_pem: issued.chain_pem.clone(),
            facts: Facts::of(chain.leaf()),
            label: Label::default(),
            methods: methods(saved),
            issued_ms: issued.shown.issued_at_ms,
            updated_ms: now_ms,
            downloaded_ms: None,
            replaces: self.renews,
            replaced_by: None,
            revoked: None,
            renewal: None,
            history: vec![Attempt {
                at_ms: now_ms,
                outcome: Outcome::Issued,
                reason: None,
            }],
        })
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

fn read_methods(certificate: &Certificate) -> BTreeMap<String, Method> {
    let method = |word: &String| serde_json::from_value(word.as_str().into()).ok();
    let methods = certificate.methods.iter();
    methods
        .filter_map(|(name, word)| Some((name.clone(), method(word)?)))
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
