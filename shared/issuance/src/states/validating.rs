//! The CA looks at the proofs.
//!
//! All challenges are started, then the order is watched: it becomes ready when the last
//! authorization is valid, and invalid when one fails (RFC 8555 §7.1.6). Watching one order instead
//! of N authorizations saves requests; the authorizations are read only to learn what failed.

use tabcert_acme::challenge::START_PAYLOAD;
use tabcert_acme::order::{Order, OrderStatus};

use super::journey::ActiveOrder;
use super::waiting::Waiting;
use super::{Behaviour, Diagnosing, Finalizing, Journey, State};
use crate::Intent;
use crate::effect::TimerId;
use crate::failure::Failure;
use crate::proof::{self, Proof};
use crate::session::{Purpose, Reply};
use crate::transcript::RequestKind;
use crate::view::{Phase, Stage, Work};

/// Starts the challenges, then watches the order.
#[derive(Debug)]
pub(crate) struct Validating {
    pub(crate) journey: Journey,
    order: ActiveOrder,
    proofs: Vec<Proof>,
    started: usize,
    waiting: Waiting,
}

impl Validating {
    pub(super) fn begin(mut journey: Journey, order: ActiveOrder, proofs: Vec<Proof>) -> State {
        for (index, proof) in proofs.iter().enumerate() {
            let purpose = Purpose {
                kind: RequestKind::Challenge,
                index,
            };
            let url = proof.challenge_url().clone();
            journey
                .session
                .post(&mut journey.cx, purpose, url, START_PAYLOAD.to_owned());
        }
        journey.enter();
        let waiting = Waiting::new(journey.cx.now_ms, journey.session.fastest_ms());
        Self {
            journey,
            order,
            proofs,
            started: 0,
            waiting,
        }
        .into()
    }

    /// Every authorization is valid already, but the order did not say "ready" yet.
    pub(super) fn watch(mut journey: Journey, order: ActiveOrder, proofs: Vec<Proof>) -> State {
        journey.enter();
        let waiting = Waiting::new(journey.cx.now_ms, journey.session.fastest_ms());
        let mut state = Self {
            journey,
            order,
            proofs,
            started: 0,
            waiting,
        };
        state.ask();
        state.into()
    }

    fn ask(&mut self) {
        self.journey
            .fetch(RequestKind::Order, 0, self.order.url.clone());
    }

    fn challenge_started(mut self, reply: Reply) -> State {
        if let Err(failure) = reply.result {
            // A challenge that cannot be started has been decided already, or never can be: the
            // authorizations say which.
            return Diagnosing::begin(self.journey, self.order, self.proofs, failure);
        }
        self.started += 1;
        if self.started == self.proofs.len() {
            self.waiting.pause(&mut self.journey.cx, None);
        }
        self.into()
    }

    fn order_arrived(mut self, reply: Reply) -> State {
        let response = match reply.result {
            Ok(response) => response,
            Err(failure) => return self.give_up(failure),
        };
        let order = match Order::parse(&response.body) {
            Ok(order) => order,
            Err(error) => return self.give_up(Failure::Protocol(error)),
        };
        self.order.order = order;
        match self.order.order.status {
            OrderStatus::Ready | OrderStatus::Processing | OrderStatus::Valid => {
                let tasks = proof::token_tasks(&self.proofs, self.journey.cx.account_key());
                self.journey.withdraw(tasks);
                Finalizing::begin(self.journey, self.order)
            }
            OrderStatus::Invalid => {
                let failure = Failure::OrderInvalid(self.order.order.error.clone().map(Box::new));
                Diagnosing::begin(self.journey, self.order, self.proofs, failure)
            }
            OrderStatus::Pending | OrderStatus::Unknown => {
                if self.waiting.pause(&mut self.journey.cx, Some(&response)) {
                    self.into()
                } else {
                    Diagnosing::begin(self.journey, self.order, self.proofs, Failure::TookTooLong)
                }
            }
        }
    }

    fn give_up(mut self, failure: Failure) -> State {
        let tasks = proof::token_tasks(&self.proofs, self.journey.cx.account_key());
        self.journey.withdraw(tasks);
        self.journey.fail(failure)
    }
}

impl Behaviour for Validating {
    fn phase(&self) -> Phase {
        let progress =
            (self.started < self.proofs.len()).then_some((self.started, self.proofs.len()));
        let next_at_ms = self.waiting.next_at_ms();
        Phase::Working(Work {
            progress,
            next_at_ms,
            ..self.journey.working(Stage::Validating)
        })
    }

    fn on_reply(self, reply: Reply) -> State {
        match reply.purpose.kind {
            RequestKind::Challenge => self.challenge_started(reply),
            RequestKind::Order => self.order_arrived(reply),
            _ => self.into(),
        }
    }

    fn on_timer(mut self, id: TimerId) -> State {
        if self.waiting.ends_with(id) {
            self.ask();
        }
        self.into()
    }

    fn on_intent(mut self, intent: Intent) -> State {
        if matches!(intent, Intent::AskNow) && self.waiting.end() {
            self.ask();
        }
        self.into()
    }
}
