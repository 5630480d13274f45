//! Certificates for a screen: lists, single ones, and which of them serve a host.

use std::rc::Rc;

use tabcert_engine_api::certificates::{
    Cover, Covering, Details, List, Listed, Other, Row, Status, Times,
};
use tabcert_pki::Chain;
use tabcert_vault::account::Account;
use tabcert_vault::certificate::Certificate;
use tabcert_vault::coverage::covering;
use tabcert_vault::id::CertificateId;
use tabcert_vault::list::{groups, list};
use tabcert_vault::status::{due, status};
use tabcert_vault::summary::Summary;

use super::certificates::parts;
use super::{Keeper, NotThere};
use crate::clock;
use crate::keys::verify;

/// Names that a row has.
const NAMES: usize = 3;
/// Most rows that are told at once.
const MAX_ROWS: usize = 500;
/// In the order in which they are counted.
const STATUSES: [Status; 5] = [
    Status::RenewNow,
    Status::Expired,
    Status::Valid,
    Status::Replaced,
    Status::Revoked,
];

impl Keeper {
    /// A part of a list.
    pub(crate) async fn list_certificates(&self, wanted: &List) -> Listed {
        let now_ms = clock::now_ms();
        let all = self.summaries().await;
        let found = list(all.iter().map(Rc::as_ref), &wanted.query);
        let found: Vec<(&Summary, Status)> = found
            .into_iter()
            .map(|summary| (summary, status(summary, now_ms)))
            .collect();
        let count = |wanted| found.iter().filter(|(_, status)| *status == wanted).count();
        let counts = STATUSES.map(|status| (status, count(status))).to_vec();
        let listed: Vec<_> = found
            .into_iter()
            .filter(|(_, status)| wanted.status.is_none_or(|wanted| wanted == *status))
            .collect();
        let begins = listed.iter().map(|(summary, _)| summary.begins_ms()).min();
        let ends = listed.iter().map(|(summary, _)| summary.ends_ms()).max();
        let from = wanted.from.min(listed.len());
        let rows = listed.iter().skip(from).take(wanted.count.min(MAX_ROWS));
        Listed {
            kept: all.len(),
            total: listed.len(),
            counts,
            groups: groups(all.iter().map(Rc::as_ref))
                .into_iter()
                .map(ToOwned::to_owned)
                .collect(),
            span: (begins.unwrap_or(now_ms), ends.unwrap_or(now_ms)),
            from,
            rows: rows
                .map(|(summary, status)| row(summary, *status))
                .collect(),
        }
    }

    /// One certificate, with what belongs to it.
    ///
    /// # Errors
    /// [`NotThere`]
    pub(crate) async fn show(&self, id: &str) -> Result<Details, NotThere> {
        let id: CertificateId = id.parse().map_err(|_| NotThere::Certificate)?;
        let record: Certificate = self.get(id).await?.ok_or(NotThere::Certificate)?;
        let chain = Chain::from_pem(&record.chain_pem).map_err(|_| NotThere::DamagedCertificate)?;
        let checked = parts(record.clone()).and_then(|parts| verify(&parts).ok());
        let account: Option<Account> = match record.account {
            Some(account) => self.get(account).await?,
            None => None,
        };
        let all = self.summaries().await;
        let kept = |id: Option<CertificateId>| {
            let summary = all.iter().find(|summary| Some(summary.id) == id)?;
            Some(other(summary))
        };
        let summary = Summary::from(&record);
        Ok(Details {
            status: status(&summary, clock::now_ms()),
            times: times(&summary),
            key: chain.leaf().key_description(),
            chain: chain.iter().map(|it| it.subject().short()).collect(),
            // One that was made elsewhere may have names that cannot be ordered: nothing is unusual then.
            notes: checked
                .map(|checked| checked.notes().to_vec())
                .unwrap_or_default(),
            can_renew: account.is_some() && summary.key_type.is_some(),
            replaces: kept(summary.replaces),
            replaced_by: kept(summary.replaced_by),
            summary,
        })
    }

    /// Which certificates serve a host, the best first.
    pub(crate) async fn cover(&self, wanted: &Cover) -> Vec<Covering> {
        let now_ms = clock::now_ms();
        let all = self.summaries().await;
        let found = covering(all.iter().map(Rc::as_ref), &wanted.host, now_ms);
        let found = found.into_iter().take(MAX_ROWS);
        found
            .map(|found| Covering {
                certificate: other(found.certificate),
                via: found.via,
                status: status(found.certificate, now_ms),
                ends_ms: found.certificate.ends_ms(),
            })
            .collect()
    }
}

fn row(summary: &Summary, status: Status) -> Row {
    Row {
        id: summary.id.to_string(),
        title: summary.title().to_owned(),
        names: summary.names.iter().take(NAMES).cloned().collect(),
        name_count: summary.names.len(),
        ca: summary.ca().to_owned(),
        group: summary.label.group.clone(),
        used_for: summary.label.used_for.clone(),
        fallback: summary.label.fallback,
        status,
        times: times(summary),
        has_key: summary.has_key,
        downloaded: summary.downloaded_ms.is_some(),
    }
}

fn times(summary: &Summary) -> Times {
    let due = due(summary);
    Times {
        begins_ms: summary.begins_ms(),
        ends_ms: summary.ends_ms(),
        window_ms: (due.window.start_ms, due.window.end_ms),
        due_ms: due.from_ms,
        by_ca: due.by_ca,
    }
}

pub(super) fn other(summary: &Summary) -> Other {
    Other {
        id: summary.id.to_string(),
        title: summary.title().to_owned(),
    }
}
