//! What becomes of a call after an answer: it ends, or is sent again.

use std::time::Duration;

use tabcert_acme::http::Response;
use tabcert_acme::problem::ProblemKind;
use tabcert_acme::retry_after;

use super::Call;
use crate::event::TransportError;
use crate::failure::{Failure, Refusal};

/// A nonce may be refused several times in a row: CAs share them among servers, badly at times.
const MAX_NONCE_ATTEMPTS: u32 = 10;

/// How often a request is sent when nobody answers, or the CA is overloaded.
const MAX_ATTEMPTS: u32 = 4;

/// A CA that wants more patience than this is left to the visitor.
const MAX_OWN_PATIENCE: Duration = Duration::from_secs(60);

/// What becomes of a call.
pub(super) enum Verdict {
    /// A 2xx answer, or why there is none.
    Ended(Result<Response, Failure>),
    /// The nonce was refused, and the refusal brought a new one (RFC 8555 §6.5).
    AgainAtOnce,
    AgainAfter(Duration),
}

impl Verdict {
    pub(super) fn is_again(&self) -> bool {
        !matches!(self, Self::Ended(_))
    }
}

/// Judges the answer to a call that has been sent `call.attempts` times.
pub(super) fn judge(call: &Call, result: Result<Response, TransportError>, now_ms: u64) -> Verdict {
    let kind = call.purpose.kind;
    let may_repeat = call.attempts < MAX_ATTEMPTS;
    let own_wait = Duration::from_millis(500 << call.attempts.min(5));
    let response = match result {
        Ok(response) if response.is_success() => return Verdict::Ended(Ok(response)),
        Ok(response) => response,
        Err(error) if !may_repeat || error == TransportError::TooLarge => {
            return Verdict::Ended(Err(Failure::Silent { kind, error }));
        }
        Err(_) => return Verdict::AgainAfter(own_wait),
    };
    let refusal = Refusal::read(kind, &response, now_ms);
    let bad_nonce = call.is_signed() && refusal.problem.kind() == ProblemKind::BadNonce;
    if bad_nonce && call.nonce_attempts < MAX_NONCE_ATTEMPTS {
        return Verdict::AgainAtOnce;
    }
    let asked = response.retry_after.as_deref();
    let asked = asked.and_then(|value| retry_after::parse(value, now_ms));
    // A date that is past by this clock is no leave to hammer.
    let wait = match response.status {
        500..=599 => Some(asked.unwrap_or_default().max(own_wait)),
        429 => asked.map(|wait| wait.max(own_wait)),
        _ => None,
    };
    match wait {
        Some(wait) if may_repeat && wait <= MAX_OWN_PATIENCE => Verdict::AgainAfter(wait),
        _ => Verdict::Ended(Err(Failure::Refused(Box::new(refusal)))),
    }
}
