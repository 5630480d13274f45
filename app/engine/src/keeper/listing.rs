//! What the page is told of what is kept.

use tabcert_acme::domain::DomainName;
use tabcert_acme::url::HttpsUrl;
use tabcert_engine_api::vault::{Asked, CertificateView, OrderView, Standing, Storage, VaultView};
use tabcert_issuance::saved::Saved;
use tabcert_pki::KeyType;
use tabcert_vault::calendar::calendar;
use tabcert_vault::certificate::Certificate;
use tabcert_vault::order::{Order, OrderState};
use tabcert_vault::status::{due, status};
use tabcert_vault::summary::Summary;
use zeroize::Zeroizing;

use super::Keeper;
use super::protection::Found;
use crate::clock;
use crate::vault::{Plain, StorageError};

impl Keeper {
    /// The renewals of all certificates, as a calendar file.
    pub(crate) async fn calendar(&self, page_url: &str) -> Zeroizing<Vec<u8>> {
        let certificates: Vec<Certificate> = self.all().await;
        let summaries: Vec<_> = certificates.iter().map(Summary::from).collect();
        let calendar = calendar(&summaries, Some(page_url), clock::now_ms());
        Zeroizing::new(calendar.into_bytes())
    }

    /// All records; nothing while they are locked. Does not wait for that to end.
    async fn records(&self) -> Option<Vec<(String, Plain)>> {
        loop {
            let finding = self.finding.borrow().clone();
            match self.noting(finding.await) {
                Some(Found::Locked(_)) => return None,
                None => return Some(Vec::new()),
                Some(Found::Open(vault)) => match vault.read_all("").await {
                    Err(StorageError::Moved) => self.lost(&vault),
                    records => return Some(self.noting(records).unwrap_or_default()),
                },
            }
        }
    }

    /// Everything that is kept, for a list.
    pub(super) async fn list(&self) -> VaultView {
        let Some(records) = self.records().await else {
            return VaultView {
                storage: Storage::Locked,
                orders: Vec::new(),
                certificates: Vec::new(),
            };
        };
        let mut orders: Vec<Order> = self.readable(&records);
        orders.sort_by_key(|order| std::cmp::Reverse(order.updated_ms));
        let mut certificates: Vec<Certificate> = self.readable(&records);
        certificates.sort_by_key(|certificate| std::cmp::Reverse(certificate.issued_ms));
        let now_ms = clock::now_ms();
        let storage = match &*self.trouble.borrow() {
            None => Storage::Kept,
            Some(trouble) => Storage::Unavailable(trouble.to_string()),
        };
        VaultView {
            storage,
            orders: orders.into_iter().filter_map(order_view).collect(),
            certificates: certificates
                .iter()
                .filter_map(|certificate| certificate_view(certificate, now_ms))
                .collect(),
        }
    }
}

fn order_view(order: Order) -> Option<OrderView> {
    let saved: Saved = serde_json::from_str(order.snapshot.as_str()).ok()?;
    let standing = match order.state {
        OrderState::WaitingForProofs => Standing::Proving,
        OrderState::Working => Standing::Working,
        OrderState::Failed { sentence } => Standing::Failed(sentence),
    };
    Some(OrderView {
        id: order.id.to_string(),
        asked: Asked {
            names: saved.application.names,
            directory_url: order.directory_url,
            key_type: saved.application.key_type,
        },
        updated_ms: order.updated_ms,
        standing,
    })
}

fn certificate_view(certificate: &Certificate, now_ms: u64) -> Option<CertificateView> {
    let summary = Summary::from(certificate);
    Some(CertificateView {
        id: certificate.id.to_string(),
        asked: asked(
            &certificate.names,
            certificate.directory_url.as_ref()?,
            certificate.key_type?,
        ),
        not_before: certificate.facts.not_before,
        not_after: certificate.facts.not_after,
        downloaded: certificate.downloaded_ms.is_some(),
        status: status(&summary, now_ms),
        due_ms: due(&summary).from_ms,
    })
}

fn asked(names: &[String], directory_url: &HttpsUrl, key_type: KeyType) -> Asked {
    let names = names.iter();
    Asked {
        names: names
            .filter_map(|name| DomainName::parse_a_labels(name).ok())
            .collect(),
        directory_url: directory_url.clone(),
        key_type,
    }
}
