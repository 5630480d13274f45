//! Whether a request is sent again, when, and why: one [`Patience`] goes with each request.
//!
//! It counts what was sent and how long it paused itself, never the time of day: a computer that slept
//! for a night has not been patient.

mod asked;

use std::time::Duration;

use tabcert_acme::http::Response;
use tabcert_acme::problem::{Problem, ProblemKind};
use tabcert_acme::retry_after;

use crate::event::TransportError;
use crate::failure::{Failure, Refusal};
use crate::transcript::RequestKind;
use crate::view::{Hold, HoldReason};
pub(crate) use asked::is_markup;
use asked::{is_decision, is_handed_out, is_read, is_told_by_status, readable};

/// A nonce may be refused several times in a row: CAs share them among servers, badly at times.
const MAX_NONCES_AT_ONCE: u32 = 10;

/// How often a request is sent when nobody answers, or the CA is overloaded.
const MAX_ATTEMPTS: u32 = 4;

/// A CA that wants more patience than this is left to the visitor.
pub(crate) const MAX_OWN_PATIENCE_MS: u64 = 60_000;

/// How long a CA may take to know what it has handed out itself: its servers tell one another late.
const GRACE_MS: u64 = 30_000;

/// A limit that names no time is left alone for so many times the usual pause.
const LIMIT_FACTOR: u32 = 5;

/// What becomes of a request after an answer, or none.
#[derive(Debug)]
pub enum Verdict {
    /// A 2xx answer, or why there is none. The answer may be unreadable all the same: it was asked for
    /// often enough.
    Ended(Result<Response, Failure>),
    /// The nonce was refused, and the refusal brought a new one (RFC 8555 §6.5).
    AgainAtOnce,
    /// It is sent again after a pause.
    AgainAfter(Postponement),
}

/// A pause before a request is sent again.
#[derive(Debug)]
pub struct Postponement {
    /// How long it is, in milliseconds.
    pub pause_ms: u64,
    /// Why, for the visitor.
    pub hold: Hold,
    /// What the request fails with, if the visitor does not want to wait.
    pub failure: Failure,
}

impl Postponement {
    /// A pause that begins now.
    pub(crate) fn new(
        (kind, reason): (RequestKind, HoldReason),
        failure: Failure,
        pause_ms: u64,
        now_ms: u64,
    ) -> Self {
        let problem = match &failure {
            Failure::Refused(refusal) | Failure::OrderUnknown(refusal) => {
                Some(refusal.problem.clone())
            }
            _ => None,
        };
        let hold = Hold {
            kind,
            reason,
            problem,
            until_ms: now_ms.saturating_add(pause_ms),
        };
        Self {
            pause_ms,
            hold,
            failure,
        }
    }
}

impl Verdict {
    /// Whether it is sent again.
    #[must_use]
    pub fn is_again(&self) -> bool {
        !matches!(self, Self::Ended(_))
    }
}

/// How a request has fared so far.
#[derive(Debug, Clone)]
pub struct Patience {
    kind: RequestKind,
    /// Whether what was handed out is waited for; otherwise "not found" is an odd answer like others.
    has_grace: bool,
    /// How often it was sent, apart from what has counts of its own.
    attempts: u32,
    nonces_refused: u32,
    /// How long it has paused because the CA did not know what it was asked for.
    grace_used_ms: u64,
    pause: Option<Pause>,
    doubtful: bool,
    /// The first refusal because of a fault of the CA's own: what follows from it may say less.
    first_fault: Option<Problem>,
}

/// The pause that a request is in, or was in last.
#[derive(Debug, Clone, Copy)]
struct Pause {
    reason: HoldReason,
    length_ms: u64,
    until_ms: u64,
}

impl Patience {
    /// Patience for a request that has not been sent yet.
    #[must_use]
    pub fn new(kind: RequestKind) -> Self {
        Self {
            kind,
            has_grace: is_handed_out(kind),
            attempts: 0,
            nonces_refused: 0,
            grace_used_ms: 0,
            pause: None,
            doubtful: false,
            first_fault: None,
        }
    }

    /// The same for what need not be there.
    pub(crate) fn without_grace(kind: RequestKind) -> Self {
        Self {
            has_grace: false,
            ..Self::new(kind)
        }
    }

    /// Whether one of the attempts so far may have been obeyed, although its answer did not say so.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.doubtful
    }

    /// What the CA said at first, where it had a fault of its own then.
    pub(crate) fn first_fault(&self) -> Option<&Problem> {
        self.first_fault.as_ref()
    }

    /// Judges what came of sending the request once (more).
    pub fn judge(&mut self, result: Result<Response, TransportError>, now_ms: u64) -> Verdict {
        self.attempts += 1;
        let kind = self.kind;
        let response = match result {
            Ok(response) => response,
            Err(TransportError::TooLarge) => {
                self.doubtful = true;
                return Verdict::Ended(Err(Failure::TooLarge { kind }));
            }
            Err(error @ TransportError::EdgeRefused(_)) => {
                return Verdict::Ended(Err(Failure::Silent { kind, error }));
            }
            Err(error) => {
                self.doubtful = true;
                let failure = Failure::Silent { kind, error };
                return self.again_or(failure, HoldReason::NoAnswer, Duration::ZERO, now_ms);
            }
        };
        if response.is_success() {
            return self.judge_success(response, now_ms);
        }
        let refusal = Refusal::read(kind, &response, now_ms);
        if self.first_fault.is_none() && matches!(response.status, 500..=599) {
            self.first_fault = Some(refusal.problem.clone());
        }
        let Some(reason) = self.reason_to_repeat(&response, &refusal) else {
            let last = last_word(refusal, self.grace_used_ms > 0);
            return Verdict::Ended(Err(last));
        };
        if reason == HoldReason::NonceRefused && self.nonces_refused < MAX_NONCES_AT_ONCE {
            self.nonces_refused += 1;
            self.attempts -= 1;
            return Verdict::AgainAtOnce;
        }
        let asked = response.retry_after.as_deref();
        let asked = asked.and_then(|value| retry_after::parse(value, now_ms));
        let asked = match reason {
            HoldReason::Busy | HoldReason::Limited => asked,
            _ => None,
        };
        let wait = match (reason, asked) {
            (HoldReason::Limited, None) => self.own_pause() * LIMIT_FACTOR,
            (_, asked) => asked.unwrap_or_default(),
        };
        let failure = last_word(refusal, reason == HoldReason::NotKnownYet);
        self.again_or(failure, reason, wait, now_ms)
    }

    /// The pause ends before its time, because the visitor wants it so: that was no impatience of the
    /// CA's, and does not count as an attempt.
    pub(crate) fn hurry(&mut self, now_ms: u64) {
        let Some(pause) = self.pause.take() else {
            return;
        };
        if pause.reason == HoldReason::NotKnownYet {
            let left_ms = pause.until_ms.saturating_sub(now_ms).min(pause.length_ms);
            self.grace_used_ms -= left_ms;
        } else {
            self.attempts = self.attempts.saturating_sub(1);
        }
    }

    /// A captive portal answers 200 as well, and half an answer is none.
    fn judge_success(&mut self, response: Response, now_ms: u64) -> Verdict {
        let Err(error) = readable(self.kind, &response) else {
            return Verdict::Ended(Ok(response));
        };
        self.doubtful = true;
        let often_enough = match self.kind {
            // Whoever sent it looks first whether the order was made.
            RequestKind::NewOrder => 1,
            // The visitor may have mistyped the address, and waits to be told.
            RequestKind::Directory => 2,
            _ => MAX_ATTEMPTS,
        };
        if self.attempts >= often_enough {
            return Verdict::Ended(if is_told_by_status(self.kind) {
                Err(Failure::Protocol(error))
            } else {
                Ok(response)
            });
        }
        let failure = Failure::Protocol(error);
        self.again_or(failure, HoldReason::OddAnswer, Duration::ZERO, now_ms)
    }

    /// Why a refusal may pass; `None` where it will not, or where another try would do harm.
    fn reason_to_repeat(&mut self, response: &Response, refusal: &Refusal) -> Option<HoldReason> {
        let problem = refusal.problem.kind();
        let is_new_order = self.kind == RequestKind::NewOrder;
        let reason = match response.status {
            _ if problem == ProblemKind::BadNonce => HoldReason::NonceRefused,
            404 | 410 if self.has_grace => HoldReason::NotKnownYet,
            // It will not be implemented within a minute.
            405 | 501 => return None,
            429 => HoldReason::Limited,
            _ if problem == ProblemKind::RateLimited => HoldReason::Limited,
            500..=599 => HoldReason::Busy,
            408 | 425 => HoldReason::Busy,
            _ if is_read(self.kind) && !is_decision(problem) => HoldReason::OddAnswer,
            // What speaks HTML is no ACME server, but something before it.
            400 | 403 if is_markup(&response.body) => HoldReason::OddAnswer,
            _ => return None,
        };
        // A balancer that answers 503 has passed nothing on; the others may have.
        let may_be_done = matches!(reason, HoldReason::Busy | HoldReason::OddAnswer);
        self.doubtful |= may_be_done && (response.status != 503 || !is_new_order);
        // An order costs the visitor's rate limits: whoever sent it looks first whether it was made, and
        // a limit is not answered by more of them.
        let is_harmful = is_new_order
            && (self.doubtful || reason == HoldReason::Limited || reason == HoldReason::OddAnswer);
        (!is_harmful).then_some(reason)
    }

    fn again_or(
        &mut self,
        failure: Failure,
        reason: HoldReason,
        asked: Duration,
        now_ms: u64,
    ) -> Verdict {
        let pause = match reason {
            HoldReason::NotKnownYet => self.next_of_grace(),
            // An order whose answer is lost is looked for before it is sent again.
            HoldReason::NoAnswer if self.kind == RequestKind::NewOrder => None,
            _ if self.attempts >= MAX_ATTEMPTS => None,
            // A date that is past by this clock is no leave to hammer.
            _ => Some(asked.max(self.own_pause())),
        };
        let pause_ms = pause.map(|pause| u64::try_from(pause.as_millis()).unwrap_or(u64::MAX));
        let Some(pause_ms) = pause_ms.filter(|pause_ms| *pause_ms <= MAX_OWN_PATIENCE_MS) else {
            return Verdict::Ended(Err(failure));
        };
        let postponement = Postponement::new((self.kind, reason), failure, pause_ms, now_ms);
        self.pause = Some(Pause {
            reason,
            length_ms: pause_ms,
            until_ms: postponement.hold.until_ms,
        });
        Verdict::AgainAfter(postponement)
    }

    /// The pause after so many attempts, where the CA asks for none: one second, and twice as long each
    /// time.
    fn own_pause(&self) -> Duration {
        Duration::from_millis(500 << self.attempts.min(5))
    }

    /// Short pauses that grow, until the grace is used up.
    fn next_of_grace(&mut self) -> Option<Duration> {
        self.attempts -= 1;
        let left_ms = GRACE_MS.saturating_sub(self.grace_used_ms);
        // As long as all before together, and half a second more: 0.5, 1, 2, 4, …
        let pause_ms = (self.grace_used_ms + 500).min(left_ms);
        self.grace_used_ms += pause_ms;
        (pause_ms > 0).then(|| Duration::from_millis(pause_ms))
    }
}

/// What a refusal means that stays.
fn last_word(refusal: Refusal, is_lasting: bool) -> Failure {
    let refusal = Box::new(refusal);
    if is_lasting && refusal.is_unknown_resource() {
        Failure::OrderUnknown(refusal)
    } else {
        Failure::Refused(refusal)
    }
}
