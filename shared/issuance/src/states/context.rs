//! What every state carries: the time, what was asked, and what is to be done.

use std::collections::VecDeque;

use tabcert_acme::http::Request;
use tabcert_acme::key::AccountKey;

use crate::Effect;
use crate::effect::{RequestId, Route, TimerId};
use crate::issuance::Start;
use crate::transcript::{Exchange, Outcome, RequestKind};

/// How many requests the visitor can look back on.
const TRANSCRIPT_LENGTH: usize = 100;

/// The surroundings of a state.
#[derive(Debug)]
pub(crate) struct Context {
    /// The time of the event being handled, milliseconds since the Unix epoch.
    pub(crate) now_ms: u64,
    pub(crate) start: Start,
    next_id: u64,
    effects: Vec<Effect>,
    transcript: VecDeque<(RequestId, Exchange)>,
}

impl Context {
    pub(crate) fn new(start: Start, now_ms: u64) -> Self {
        Self {
            now_ms,
            start,
            next_id: 0,
            effects: Vec::new(),
            transcript: VecDeque::new(),
        }
    }

    pub(crate) fn account_key(&self) -> &AccountKey {
        &self.start.account_key
    }

    /// Adds an effect for the shell.
    pub(crate) fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Adds what there is of effects.
    pub(crate) fn effects(&mut self, effects: impl IntoIterator<Item = Effect>) {
        self.effects.extend(effects);
    }

    pub(crate) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Sends a request and writes it into the transcript.
    pub(crate) fn send(&mut self, kind: RequestKind, route: Route, request: Request) -> RequestId {
        let id = RequestId(self.fresh_id());
        if self.transcript.len() == TRANSCRIPT_LENGTH {
            self.transcript.pop_front();
        }
        let exchange = Exchange {
            kind,
            route,
            sent_ms: self.now_ms,
            outcome: None,
        };
        self.transcript.push_back((id, exchange));
        self.push(Effect::Http {
            id,
            kind,
            route,
            request,
        });
        id
    }

    /// Writes the end of a request into the transcript; returns how long it took, in milliseconds,
    /// where the transcript still reaches back to its beginning.
    pub(crate) fn finish(
        &mut self,
        id: RequestId,
        status: Option<u16>,
        retried: bool,
    ) -> Option<u64> {
        let mut newest_first = self.transcript.iter_mut().rev();
        let (_, exchange) = newest_first.find(|(sent, _)| *sent == id)?;
        let took_ms = self.now_ms.saturating_sub(exchange.sent_ms);
        exchange.outcome = Some(Outcome {
            status,
            took_ms,
            retried,
        });
        Some(took_ms)
    }

    /// Takes a request out of the transcript that was never sent.
    pub(crate) fn forget(&mut self, id: RequestId) {
        self.transcript.retain(|(sent, _)| *sent != id);
    }

    /// Asks for a wake-up.
    pub(crate) fn wait(&mut self, milliseconds: u64) -> TimerId {
        let id = TimerId(self.fresh_id());
        self.push(Effect::Wait { id, milliseconds });
        id
    }

    pub(crate) fn transcript(&self) -> Vec<Exchange> {
        self.transcript
            .iter()
            .map(|(_, exchange)| exchange.clone())
            .collect()
    }

    fn fresh_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }
}
