//! Where certificates stand.

use tabcert_engine_api::certificates::{Outcome, Status, Times};

use super::time;

/// A word, and a sign of a shape of its own for those who do not see colours.
pub(crate) fn word(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Valid => ("Valid", "●"),
        Status::RenewNow => ("Renew now", "▲"),
        Status::Expired => ("Expired", "■"),
        Status::Revoked => ("Revoked", "✕"),
        Status::Replaced => ("Replaced", "○"),
    }
}

/// For styles and tests.
pub(crate) fn id(status: Status) -> &'static str {
    match status {
        Status::Valid => "valid",
        Status::RenewNow => "renew-now",
        Status::Expired => "expired",
        Status::Revoked => "revoked",
        Status::Replaced => "replaced",
    }
}

/// What follows from it, with the time that counts.
pub(crate) fn sentence(status: Status, times: &Times, now_ms: u64) -> String {
    let until = |ms: u64| time::days(ms.saturating_sub(now_ms));
    match status {
        Status::Valid | Status::RenewNow => format!("{} left", until(times.ends_ms)),
        Status::Expired => format!("since {}", time::date_time(times.ends_ms)),
        Status::Revoked => "servers must not use it".to_owned(),
        Status::Replaced => "by a newer one".to_owned(),
    }
}

/// How an attempt ended.
pub(crate) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Issued => "Issued",
        Outcome::Revoked => "Revoked",
        Outcome::Failed => "Renewal failed",
        Outcome::Cancelled => "Renewal given up",
    }
}
