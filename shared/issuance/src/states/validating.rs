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
use crate::proof::Proof;
use crate::session::{Purpose, Reply};
use crate::transcript::RequestKind;
use crate::view::{Phase, Stage, Work};

/// Starts the challenges, then watches the order.
#[derive(Debug)]
pub(crate) struct Validating {
    pub(crate) journey: Journey,
    order: ActiveOrder,
    challenges: usize,
    answered: usize,
    /// The first refusal to start a challenge.
    refusal: Option<Failure>,
    waiting: Waiting,
}

impl Validating {
    pub(super) fn begin(mut journey: Journey, order: ActiveOrder, proofs: &[Proof]) -> State {
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
        Self::new(journey, order, proofs.len()).into()
    }

    /// All challenges are decided or under way already.
    pub(super) fn watch(journey: Journey, order: ActiveOrder) -> State {
        let mut state = Self::new(journey, order, 0);
        state.ask();
        state.into()
    }

    fn new(mut journey: Journey, order: ActiveOrder, challenges: usize) -> Self {
        journey.enter();
        let waiting = Waiting::new(journey.cx.now_ms, journey.session.fastest_ms());
        Self {
            journey,
            order,
            challenges,
            answered: 0,
            refusal: None,
            waiting,
        }
    }

    fn ask(&mut self) {
        self.journey
            .fetch(RequestKind::Order, 0, self.order.url.clone());
    }

    fn challenge_answered(mut self, reply: Reply) -> State {
        match reply.result {
            Ok(_) => {}
            Err(refusal @ Failure::Refused(_)) => {
                self.refusal.get_or_insert(refusal);
            }
            Err(failure) => return self.journey.fail(failure),
        }
        self.answered += 1;
        if self.answered < self.challenges {
            return self.into();
        }
        // A challenge that cannot be started has been decided already (an earlier attempt arrived,
        // only its answer did not), or never can be: the authorizations say which.
        if let Some(refusal) = self.refusal {
            return Diagnosing::begin(self.journey, self.order, refusal);
        }
        self.waiting.pause(&mut self.journey.cx, None);
        self.into()
    }

    fn order_arrived(mut self, reply: Reply) -> State {
        let response = match reply.result {
            Ok(response) => response,
            Err(failure) => return self.journey.fail(failure),
        };
        let order = match Order::parse(&response.body) {
            Ok(order) => order,
            Err(error) => return self.journey.fail(Failure::Protocol(error)),
        };
        match order.status {
            OrderStatus::Ready | OrderStatus::Processing | OrderStatus::Valid => {
                self.journey.withdraw();
                Finalizing::begin(self.journey, self.order)
            }
            OrderStatus::Invalid => {
                let failure = Failure::OrderInvalid(order.error.map(Box::new));
                Diagnosing::begin(self.journey, self.order, failure)
            }
            OrderStatus::Pending | OrderStatus::Unknown => {
                if self.waiting.pause(&mut self.journey.cx, Some(&response)) {
                    self.into()
                } else {
                    Diagnosing::begin(self.journey, self.order, Failure::TookTooLong)
                }
            }
        }
    }
}

impl Behaviour for Validating {
    fn phase(&self) -> Phase {
        let starting = self.answered < self.challenges;
        let next_at_ms = self.waiting.next_at_ms();
        Phase::Working(Work {
            progress: starting.then_some((self.answered, self.challenges)),
            next_at_ms,
            ..self.journey.working(Stage::Validating)
        })
    }

    fn on_reply(self, reply: Reply) -> State {
        match reply.purpose.kind {
            RequestKind::Challenge => self.challenge_answered(reply),
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
