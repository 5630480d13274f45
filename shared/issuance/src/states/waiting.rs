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

/// After so much waiting the visitor is told that it takes too long.
const PATIENCE_MS: u64 = 15 * 60_000;

/// A wait between two questions. Time is what was waited here, not what the clock says: it stands still
/// while a computer sleeps.
#[derive(Debug)]
pub(crate) struct Waiting {
    timer: Option<TimerId>,
    /// When the timer ends, in waited time.
    timer_ends_ms: u64,
    pause_ms: u64,
    waited_ms: u64,
    /// When the next question is due, in waited time.
    due_ms: u64,
    /// The same by the clock, to be shown.
    next_at_ms: Option<u64>,
}

impl Waiting {
    pub(crate) fn new(fastest_answer_ms: u64) -> Self {
        let pause_ms = fastest_answer_ms.clamp(SHORTEST_PAUSE_MS, LONGEST_FIRST_PAUSE_MS);
        Self {
            timer: None,
            timer_ends_ms: 0,
            pause_ms,
            waited_ms: 0,
            due_ms: 0,
            next_at_ms: None,
        }
    }

    /// Waits before the first question, or after an answer that was not the last. Returns whether
    /// there is any patience left.
    pub(crate) fn pause(&mut self, cx: &mut Context, answer: Option<&Response>) -> bool {
        self.schedule(cx, answer) && {
            self.wait_until(cx, u64::MAX);
            true
        }
    }

    /// Decides when the next question is due, without waiting for it yet.
    pub(crate) fn schedule(&mut self, cx: &Context, answer: Option<&Response>) -> bool {
        if self.waited_ms > PATIENCE_MS {
            return false;
        }
        let asked = answer
            .and_then(|response| response.retry_after.as_deref())
            .and_then(|value| retry_after::parse(value, cx.now_ms))
            .map(|wait: Duration| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
            .map(|wait| wait.min(LONGEST_OBEYED_MS));
        let pause_ms = asked.unwrap_or(0).max(self.pause_ms);
        self.pause_ms = (self.pause_ms * 2).min(LONGEST_PAUSE_MS);
        self.due_ms = self.waited_ms + pause_ms;
        true
    }

    /// Waits until the next question is due, or until something else is, in waited time.
    pub(crate) fn wait_until(&mut self, cx: &mut Context, other_ms: u64) {
        self.timer_ends_ms = self.due_ms.min(other_ms).max(self.waited_ms);
        let wait_ms = self.timer_ends_ms - self.waited_ms;
        self.timer = Some(cx.wait(wait_ms));
        self.next_at_ms = Some(cx.now_ms + (self.due_ms - self.waited_ms));
    }

    /// How long has been waited.
    pub(crate) fn waited_ms(&self) -> u64 {
        self.waited_ms
    }

    /// Whether the next question is due.
    pub(crate) fn is_due(&self) -> bool {
        self.due_ms <= self.waited_ms
    }

    /// Whether this timer ends the wait.
    pub(crate) fn ends_with(&mut self, timer: TimerId) -> bool {
        let ends = self.timer == Some(timer);
        if ends {
            self.waited_ms = self.timer_ends_ms;
            self.end();
        }
        ends
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
