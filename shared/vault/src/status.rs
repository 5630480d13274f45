//! Where a certificate stands, and when it is due.

use serde::{Deserialize, Serialize};
use tabcert_acme::renewal_info::Window;

use crate::summary::Summary;

pub(crate) const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// In so many days before the end, reminders come daily.
pub const LAST_DAYS: u64 = 5;

/// Where a certificate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing to do.
    Valid,
    /// Its renewal is due.
    RenewNow,
    /// Its validity is over, and nothing has taken its place.
    Expired,
    /// It was revoked.
    Revoked,
    /// Another has taken its place.
    Replaced,
}

/// When a certificate is to be renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The time in which to renew, for drawing.
    pub window: Window,
    /// From when on the renewal is due, in milliseconds since 1970.
    pub from_ms: u64,
    /// Whether the CA said so (RFC 9773).
    pub by_ca: bool,
}

/// Where a certificate stands at `now_ms`, in milliseconds since 1970.
#[must_use]
pub fn status(certificate: &Summary, now_ms: u64) -> Status {
    if certificate.revoked.is_some() {
        Status::Revoked
    } else if certificate.replaced_by.is_some() {
        Status::Replaced
    } else if now_ms >= certificate.ends_ms() {
        Status::Expired
    } else if now_ms >= due(certificate).from_ms {
        Status::RenewNow
    } else {
        Status::Valid
    }
}

/// When a certificate is to be renewed: when its CA says, or else in the last third of its validity,
/// however long that is.
#[must_use]
pub fn due(certificate: &Summary) -> Due {
    let ends_ms = certificate.ends_ms();
    // A window after the end is of no use to anybody.
    let by_ca = certificate.renewal.as_ref().filter(|renewal| {
        renewal.window.start_ms < renewal.window.end_ms && renewal.window.start_ms < ends_ms
    });
    match by_ca {
        Some(renewal) => Due {
            window: renewal.window,
            from_ms: renewal
                .selected_ms
                .clamp(renewal.window.start_ms, renewal.window.end_ms)
                .min(ends_ms),
            by_ca: true,
        },
        None => {
            let length = ends_ms.saturating_sub(certificate.begins_ms());
            let start_ms = ends_ms - (length / 3).max(1);
            Due {
                window: Window {
                    start_ms,
                    end_ms: ends_ms,
                },
                from_ms: start_ms,
                by_ca: false,
            }
        }
    }
}

/// How many certificates want something done: they are due, or over.
pub fn count_due<'a>(certificates: impl IntoIterator<Item = &'a Summary>, now_ms: u64) -> usize {
    certificates
        .into_iter()
        .filter(|certificate| {
            matches!(
                status(certificate, now_ms),
                Status::RenewNow | Status::Expired
            )
        })
        .count()
}

/// Whether to remind the visitor of a certificate now: once when it is due, once on each of the last
/// [`LAST_DAYS`] days, and once when it is over. `last_ms` is when the last reminder of it was.
///
/// Days are counted back from the end, not from the last reminder: people do not open a page at the
/// same minute every day.
#[must_use]
pub fn is_reminder_due(certificate: &Summary, last_ms: Option<u64>, now_ms: u64) -> bool {
    let ends_ms = certificate.ends_ms();
    let since_ms = match status(certificate, now_ms) {
        Status::RenewNow => {
            let days_left = ends_ms.saturating_sub(now_ms).div_ceil(DAY_MS);
            let from_ms = due(certificate).from_ms;
            if days_left <= LAST_DAYS {
                from_ms.max(ends_ms.saturating_sub(days_left * DAY_MS))
            } else {
                from_ms
            }
        }
        Status::Expired => ends_ms,
        Status::Valid | Status::Revoked | Status::Replaced => return false,
    };
    last_ms.is_none_or(|last_ms| last_ms < since_ms)
}
