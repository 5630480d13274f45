//! The edge is told what to answer, for the names that it answers for.

use tabcert_acme::token::Token;

use super::active_order::ActiveOrder;
use super::{Behaviour, Journey, Proving, State, Validating};
use crate::event::PublishError;
use crate::proof::{self, Proof};
use crate::view::{Phase, Stage, Work};

/// Waits for the edge.
#[derive(Debug)]
pub(crate) struct Publishing {
    pub(crate) journey: Journey,
    order: ActiveOrder,
    proofs: Vec<Proof>,
    waiting: Vec<Token>,
    errors: Vec<(Token, PublishError)>,
}

impl Publishing {
    pub(super) fn begin(mut journey: Journey, order: ActiveOrder, mut proofs: Vec<Proof>) -> State {
        for proof in &mut proofs {
            proof.publish_error = None;
        }
        let tasks = proof::token_tasks(&proofs, journey.cx.account_key());
        let waiting: Vec<_> = tasks.iter().map(|task| task.token.clone()).collect();
        journey.publish(tasks);
        journey.enter();
        Self {
            journey,
            order,
            proofs,
            waiting,
            errors: Vec::new(),
        }
        .go_on()
    }

    fn go_on(self) -> State {
        if !self.waiting.is_empty() {
            return self.into();
        }
        if self.errors.is_empty() {
            Validating::begin(self.journey, self.order, self.proofs)
        } else {
            Proving::again(self.journey, self.order, self.proofs, self.errors)
        }
    }
}

impl Behaviour for Publishing {
    fn phase(&self) -> Phase {
        let all = proof::edge_hosts(&self.proofs).len();
        let progress = Some((all.saturating_sub(self.waiting.len()), all));
        Phase::Working(Work {
            progress,
            ..self.journey.working(Stage::Publishing)
        })
    }

    fn on_token(mut self, token: &Token, result: Result<(), PublishError>) -> State {
        let Some(index) = self.waiting.iter().position(|waiting| waiting == token) else {
            return self.into();
        };
        let token = self.waiting.swap_remove(index);
        if let Err(error) = result {
            self.errors.push((token, error));
        }
        self.go_on()
    }
}
