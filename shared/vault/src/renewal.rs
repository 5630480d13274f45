//! When a CA is asked for renewal information (RFC 9773 §4.3), and what is remembered of its answer.

use std::time::Duration;

use tabcert_acme::http::Response;
use tabcert_acme::renewal_info::{CHECK_AFTER_ERROR, RenewalInfo};
use tabcert_acme::retry_after;

use crate::certificate::{Certificate, Renewal};
use crate::status::{DAY_MS, Status, status};
use crate::summary::Summary;

/// RFC 9773 §4.3.2: "values under one minute could be treated as if they were one minute, and values over
/// one day could be treated as if they were one day."
const LEAST: Duration = Duration::from_secs(60);
const MOST: Duration = Duration::from_secs(24 * 60 * 60);

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The CA says when to renew.
    Told(RenewalInfo),
    /// Nothing for this certificate: the CA does not know it, or what it says makes no sense.
    Nothing,
    /// Nothing for any certificate: the CA is not reached, has no renewal information, or wants to be left
    /// alone, for so long where it says.
    Silent(Option<Duration>),
}

impl Answer {
    /// What an answer of the CA's means; `None` where there is none. `now_ms` in milliseconds since 1970.
    #[must_use]
    pub fn of(response: Option<&Response>, now_ms: u64) -> Self {
        let Some(response) = response else {
            return Self::Silent(None);
        };
        if response.is_success() {
            return RenewalInfo::parse(response, now_ms).map_or(Self::Nothing, Self::Told);
        }
        match response.status {
            429 | 500.. => Self::Silent(wait_of(response, now_ms)),
            _ => Self::Nothing,
        }
    }

    /// Whether it is no use to ask this CA about other certificates now.
    #[must_use]
    pub fn is_of_all(&self) -> bool {
        matches!(self, Self::Silent(_))
    }

    /// How long the CA is left alone now. RFC 9773 §4.3.3: "On receiving a long-term error, clients MUST
    /// make their next RenewalInfo request as soon as possible after six hours have passed". A request is
    /// made once, so that an error in passing is a long-term one, unless the CA says for how long.
    #[must_use]
    pub fn leave_alone(&self) -> Duration {
        match self {
            Self::Told(info) => info.check_again,
            Self::Nothing | Self::Silent(None) => CHECK_AFTER_ERROR,
            Self::Silent(Some(wait)) => *wait,
        }
        .clamp(LEAST, MOST)
    }

    /// Remembers it. `dice` is what is random. A time that was chosen stays as long as the window does:
    /// choosing again and again would move it to the window's end.
    pub fn note(&self, certificate: &mut Certificate, dice: u64, now_ms: u64) {
        let wait_ms = u64::try_from(self.leave_alone().as_millis()).unwrap_or(DAY_MS);
        let next_ms = now_ms.saturating_add(wait_ms);
        let Self::Told(info) = self else {
            certificate.ask_again_ms = Some(next_ms);
            return;
        };
        let known = certificate.renewal.as_ref();
        let chosen = known.filter(|known| known.window == info.window);
        let selected_ms = chosen.map(|known| known.selected_ms);
        certificate.ask_again_ms = None;
        certificate.renewal = Some(Renewal {
            window: info.window,
            selected_ms: selected_ms.unwrap_or_else(|| info.window.select(dice)),
            explanation_url: info.explanation_url.clone(),
            fetched_ms: now_ms,
            next_check_ms: next_ms,
        });
    }
}

/// For how long the CA wants to be left alone, where it says.
fn wait_of(response: &Response, now_ms: u64) -> Option<Duration> {
    retry_after::parse(response.retry_after.as_deref()?, now_ms)
}

/// Whether it is time to ask the CA about a certificate at `now_ms`, in milliseconds since 1970. RFC 9773
/// §4.3.3: "Clients MUST stop checking RenewalInfo after a certificate is expired. Clients MUST stop
/// checking RenewalInfo after they consider a certificate to be replaced".
#[must_use]
pub fn is_check_due(certificate: &Summary, now_ms: u64) -> bool {
    let lives = matches!(
        status(certificate, now_ms),
        Status::Valid | Status::RenewNow
    );
    let has_ca = certificate.directory_url.is_some() && certificate.facts.cert_id.is_some();
    let told = certificate.renewal.as_ref().map(|it| it.next_check_ms);
    let next_ms = certificate.ask_again_ms.or(told);
    // Later than the longest wait is a clock that was wrong when it was noted.
    let is_now = next_ms.is_none_or(|next| next <= now_ms || next > now_ms + DAY_MS);
    lives && has_ca && is_now
}
