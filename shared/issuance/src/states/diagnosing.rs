//! The CA was not convinced: the authorizations say of which names, and why.

use tabcert_acme::authorization::{Authorization, AuthorizationStatus};
use tabcert_acme::problem::Problem;

use super::journey::ActiveOrder;
use super::{Behaviour, Journey, State};
use crate::failure::{Failure, UnprovenName};
use crate::proof::{self, Proof};
use crate::session::Reply;
use crate::transcript::RequestKind;
use crate::view::{Phase, Stage, Work};

/// Waits for the authorizations.
#[derive(Debug)]
pub(crate) struct Diagnosing {
    pub(crate) journey: Journey,
    /// What to say where the authorizations say nothing.
    failure: Failure,
    unproven: Vec<UnprovenName>,
    read: usize,
    all: usize,
}

impl Diagnosing {
    pub(super) fn begin(
        mut journey: Journey,
        order: ActiveOrder,
        proofs: Vec<Proof>,
        failure: Failure,
    ) -> State {
        let tasks = proof::token_tasks(&proofs, journey.cx.account_key());
        journey.withdraw(tasks);
        journey.session.abandon_calls();
        let urls = order.order.authorizations;
        let all = urls.len();
        for (index, url) in urls.into_iter().enumerate() {
            journey.fetch(RequestKind::Authorization, index, url);
        }
        journey.enter();
        Self {
            journey,
            failure,
            unproven: Vec::new(),
            read: 0,
            all,
        }
        .go_on()
    }

    fn go_on(mut self) -> State {
        if self.read < self.all {
            return self.into();
        }
        if self.unproven.is_empty() {
            return self.journey.fail(self.failure);
        }
        self.unproven
            .sort_by(|left, right| left.name.cmp(&right.name));
        self.journey.fail(Failure::Unproven(self.unproven))
    }
}

fn unproven(authorization: &Authorization) -> Option<UnprovenName> {
    let failed = authorization
        .challenges
        .iter()
        .find(|challenge| challenge.error.is_some());
    let problem = match failed.and_then(|challenge| challenge.error.clone()) {
        Some(problem) => problem,
        None if authorization.status == AuthorizationStatus::Invalid => Problem::blank(),
        None => return None,
    };
    Some(UnprovenName {
        name: authorization.ordered_name(),
        challenge: failed
            .map(|challenge| challenge.kind.to_string())
            .unwrap_or_default(),
        problem,
    })
}

impl Behaviour for Diagnosing {
    fn phase(&self) -> Phase {
        let progress = Some((self.read, self.all));
        Phase::Working(Work {
            progress,
            ..self.journey.working(Stage::Diagnosing)
        })
    }

    fn on_reply(mut self, reply: Reply) -> State {
        if reply.purpose.kind != RequestKind::Authorization {
            return self.into();
        }
        self.read += 1;
        // One that cannot be read must not hide what the others say.
        let parsed = reply
            .result
            .ok()
            .and_then(|response| Authorization::parse(&response.body).ok());
        self.unproven.extend(parsed.as_ref().and_then(unproven));
        self.go_on()
    }
}
