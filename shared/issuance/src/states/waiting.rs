//! Asking again and again, with patience.

use std::time::Duration;

use tabcert_acme::http::Response;
use tabcert_acme::retry_after;

use super::Context;
use crate::effect::TimerId;

/// The first pause is as long as the CA's quickest answer took: a near CA is asked again soon, a far
/// one is not pestered.
const SHORTEST_PAUSE_MS: u64 = 4;
const LONGEST_FIRST_PAUSE_MS: u64 = 1_000;
const LONGEST_PAUSE_MS: u64 = 5_000;

/// A `Retry-After` beyond this is not waited for in silence; some CAs ask for a day and are done
/// within seconds. The visitor can ask earlier than any of these.
const LONGEST_OBEYED_MS: u64 = 60_000;

/// After this the visitor is told that it takes too long.
const PATIENCE_MS: u64 = 15 * 60_000;

/// A wait between two questions.
#[derive(Debug)]
pub(crate) struct Waiting {
    timer: Option<TimerId>,
    pause_ms: u64,
    next_at_ms: Option<u64>,
    began_ms: u64,
}

impl Waiting {
    pub(crate) fn new(now_ms: u64, fastest_answer_ms: u64) -> Self {
        let pause_ms = fastest_answer_ms.clamp(SHORTEST_PAUSE_MS, LONGEST_FIRST_PAUSE_MS);
        Self {
            timer: None,
            pause_ms,
            next_at_ms: None,
            began_ms: now_ms,
        }
    }

    /// Waits before the first question, or after an answer that was not the last. Returns whether
    /// there is any patience left.
    pub(crate) fn pause(&mut self, cx: &mut Context, answer: Option<&Response>) -> bool {
        if cx.now_ms.saturating_sub(self.began_ms) > PATIENCE_MS {
            return false;
        }
        let asked = answer
            .and_then(|response| response.retry_after.as_deref())
            .and_then(|value| retry_after::parse(value, cx.now_ms))
            .map(|wait: Duration| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
            .map(|wait| wait.min(LONGEST_OBEYED_MS));
        let pause_ms = asked.unwrap_or(0).max(self.pause_ms);
        self.pause_ms = (self.pause_ms * 2).min(LONGEST_PAUSE_MS);
        self.timer = Some(cx.wait(pause_ms));
        self.next_at_ms = Some(cx.now_ms + pause_ms);
        true
    }

    /// Whether this timer ends the wait.
    pub(crate) fn ends_with(&mut self, timer: TimerId) -> bool {
        self.timer == Some(timer) && self.end()
    }

    /// Ends the wait early; `false` where there is none.
    pub(crate) fn end(&mut self) -> bool {
        self.next_at_ms = None;
        self.timer.take().is_some()
    }

    /// When the next question is asked, while waiting.
    pub(crate) fn next_at_ms(&self) -> Option<u64> {
        self.next_at_ms
    }
}
