//! What the page is told of what is kept.

use std::cmp::Reverse;
use std::rc::Rc;

use tabcert_acme::domain::DomainName;
use tabcert_acme::url::HttpsUrl;
use tabcert_engine_api::vault::{Asked, CertificateView, OrderView, Standing, Storage, VaultView};
use tabcert_issuance::saved::Saved;
use tabcert_pki::KeyType;
use tabcert_vault::calendar::calendar;
use tabcert_vault::order::{Order, OrderState};
use tabcert_vault::schema::Kind;
use tabcert_vault::status::{Status, count_due, due, status};
use tabcert_vault::summary::Summary;
use zeroize::Zeroizing;

use super::protection::Found;
use super::{Keeper, place};
use crate::clock;
use crate::vault::StorageError;

/// How many of those that are due are told; the rest is on the screen of all.
const MOST_URGENT: usize = 10;
/// How many of the others are told.
const LATEST: usize = 5;

impl Keeper {
    /// The renewals of all certificates, or of one, as a calendar file.
    pub(crate) async fn calendar(
        &self,
        certificate: Option<String>,
        page_url: &str,
    ) -> Zeroizing<Vec<u8>> {
        let mut summaries = self.summaries().await;
        if let Some(id) = certificate {
            summaries.retain(|summary| summary.id.to_string() == id);
        }
        let summaries = summaries.iter().map(Rc::as_ref);
        let calendar = calendar(summaries, Some(page_url), clock::now_ms());
        Zeroizing::new(calendar.into_bytes())
    }

    /// Orders and certificates; nothing while they are locked. Does not wait for that to end.
    async fn records(&self) -> Option<(Vec<Order>, Vec<Rc<Summary>>)> {
        loop {
            let finding = self.finding.borrow().clone();
            let vault = match self.noting(finding.await) {
                Some(Found::Locked(_)) => return None,
                None => return Some((Vec::new(), Vec::new())),
                Some(Found::Open(vault)) => vault,
            };
            let of_kind = place(Kind::Order, "");
            let read = async {
                let orders = vault.read_all(&of_kind).await?;
                Ok((orders, self.shelf.read(&vault).await?))
            };
            match read.await {
                Err(StorageError::Moved) => self.lost(&vault),
                read => {
                    let (orders, summaries) = self.noting(read).unwrap_or_default();
                    return Some((self.readable(orders), summaries));
                }
            }
        }
    }

    /// How many records cannot be read, apart from certificates, which the shelf counts.
    fn damaged_others(&self) -> usize {
        let of_certificates = place(Kind::Certificate, "");
        let damaged = self.damaged.borrow();
        let others = damaged
            .iter()
            .filter(|it| !it.starts_with(&of_certificates));
        others.count()
    }

    /// What is kept, in short.
    pub(super) async fn list(&self) -> VaultView {
        // Before anything is read: what is written meanwhile is in a later list, at the latest.
        let revision = self.shelf.revision();
        let Some((mut orders, summaries)) = self.records().await else {
            return VaultView {
                storage: Storage::Locked,
                orders: Vec::new(),
                certificates: Vec::new(),
                kept: 0,
                due: 0,
                damaged: 0,
                revision,
            };
        };
        orders.sort_by_key(|order| Reverse(order.updated_ms));
        let shown_orders: Vec<_> = orders
            .into_iter()
            .filter_map(|order| {
                let place = place(Kind::Order, order.id);
                self.noting_at(&place, order_view(order))
            })
            .collect();
        let now_ms = clock::now_ms();
        let storage = match &*self.trouble.borrow() {
            None => Storage::Kept,
            Some(trouble) => Storage::Unavailable {
                obstacle: trouble.obstacle(),
                words: trouble.to_string(),
            },
        };
        VaultView {
            storage,
            orders: shown_orders,
            certificates: shown(&summaries, now_ms),
            kept: summaries.len(),
            due: count_due(summaries.iter().map(Rc::as_ref), now_ms),
            damaged: self.damaged_others() + self.shelf.damaged(),
            revision,
        }
    }
}

/// The most urgent of those that were issued here, and the latest of the others; the last issued first.
fn shown(summaries: &[Rc<Summary>], now_ms: u64) -> Vec<CertificateView> {
    let all = summaries.iter();
    let mut all: Vec<_> = all
        .filter_map(|summary| Some((summary, certificate_view(summary, now_ms)?)))
        .collect();
    let urgency = |summary: &Summary, view: &CertificateView| match view.status {
        Status::RenewNow | Status::Expired => (0, summary.facts.not_after),
        Status::Valid | Status::Revoked | Status::Replaced => (1, 0),
    };
    all.sort_by_key(|(summary, view)| (urgency(summary, view), Reverse(summary.issued_ms)));
    let urgent = all.partition_point(|(summary, view)| urgency(summary, view).0 == 0);
    let mut shown: Vec<_> = all.split_off(urgent).into_iter().take(LATEST).collect();
    shown.extend(all.into_iter().take(MOST_URGENT));
    shown.sort_by_key(|(summary, _)| Reverse(summary.issued_ms));
    shown.into_iter().map(|(_, view)| view).collect()
}

fn order_view(order: Order) -> Result<OrderView, StorageError> {
    let saved: Saved =
        serde_json::from_str(order.snapshot.as_str()).map_err(|_| StorageError::Damaged)?;
    let standing = match order.state {
        OrderState::WaitingForProofs => Standing::Proving,
        OrderState::Working => Standing::Working,
        OrderState::Failed { sentence } => Standing::Failed(sentence),
    };
    Ok(OrderView {
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

fn certificate_view(summary: &Summary, now_ms: u64) -> Option<CertificateView> {
    Some(CertificateView {
        id: summary.id.to_string(),
        asked: asked(
            &summary.names,
            summary.directory_url.as_ref()?,
            summary.key_type?,
        ),
        not_before: summary.facts.not_before,
        not_after: summary.facts.not_after,
        downloaded: summary.downloaded_ms.is_some(),
        status: status(summary, now_ms),
        due_ms: due(summary).from_ms,
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
