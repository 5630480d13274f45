//! The CA was not convinced: the authorizations say of which names, and why.

use tabcert_acme::authorization::{Authorization, AuthorizationStatus};
use tabcert_acme::challenge::ChallengeStatus;
use tabcert_acme::problem::Problem;

use super::journey::ActiveOrder;
use super::{Behaviour, Journey, State, Validating};
use crate::failure::{Failure, UnprovenName};
use crate::session::Reply;
use crate::transcript::RequestKind;
use crate::view::{Phase, Stage, Work};

/// Waits for the authorizations.
#[derive(Debug)]
pub(crate) struct Diagnosing {
    pub(crate) journey: Journey,
    order: ActiveOrder,
    /// What to say where the authorizations say nothing.
    failure: Failure,
    unproven: Vec<UnprovenName>,
    /// How many are valid, or being validated.
    doing_well: usize,
    read: usize,
}

impl Diagnosing {
    pub(super) fn begin(mut journey: Journey, order: ActiveOrder, failure: Failure) -> State {
        for (index, url) in order.order.authorizations.iter().enumerate() {
            // Some may be gone with the order.
            journey.glance(RequestKind::Authorization, index, url.clone());
        }
        journey.enter();
        Self {
            journey,
            order,
            failure,
            unproven: Vec::new(),
            doing_well: 0,
            read: 0,
        }
        .go_on()
    }

    fn all(&self) -> usize {
        self.order.order.authorizations.len()
    }

    fn go_on(mut self) -> State {
        if self.read < self.all() {
            return self.into();
        }
        if !self.unproven.is_empty() {
            self.unproven
                .sort_by(|left, right| left.name.cmp(&right.name));
            return self.journey.fail(Failure::Unproven(self.unproven));
        }
        let refused_to_start = self.failure.is_refusal_of(RequestKind::Challenge);
        if refused_to_start && self.doing_well == self.all() {
            return Validating::watch(self.journey, self.order);
        }
        self.journey.fail(self.failure)
    }
}

/// What is wrong with an authorization; nothing, where it is valid or can still become so.
pub(super) fn unproven(authorization: &Authorization) -> Option<UnprovenName> {
    let failed = authorization.failed_challenge();
    let problem = failed.and_then(|challenge| challenge.error.clone());
    let problem = match (authorization.status, problem) {
        // RFC 8555 §8.2: a CA that tries again tells the error of the last attempt meanwhile.
        (AuthorizationStatus::Valid, _) => return None,
        (_, Some(problem)) => problem,
        // Nobody looked at a proof: the order as a whole ran out of time.
        (AuthorizationStatus::Expired, None) => return None,
        (status, None) if status.has_ended() => Problem::blank(),
        (_, None) => return None,
    };
    Some(UnprovenName {
        name: authorization.ordered_name(),
        challenge: failed
            .map(|challenge| challenge.kind.to_string())
            .unwrap_or_default(),
        problem,
    })
}

fn is_doing_well(authorization: &Authorization) -> bool {
    let being_validated = || {
        let mut challenges = authorization.challenges.iter();
        challenges.any(|challenge| challenge.status == ChallengeStatus::Processing)
    };
    match authorization.status {
        AuthorizationStatus::Valid => true,
        AuthorizationStatus::Pending => being_validated(),
        _ => false,
    }
}

impl Behaviour for Diagnosing {
    fn phase(&self) -> Phase {
        let progress = Some((self.read, self.all()));
        Phase::Working(Work {
            progress,
            ..self.journey.working(Stage::Diagnosing)
        })
    }

    fn on_reply(mut self, reply: Reply) -> State {
        self.read += 1;
        // One that cannot be read must not hide what the others say.
        let parsed = reply
            .result
            .ok()
            .and_then(|response| Authorization::parse(&response.body).ok());
        if let Some(authorization) = parsed {
            self.unproven.extend(unproven(&authorization));
            self.doing_well += usize::from(is_doing_well(&authorization));
        }
        self.go_on()
    }
}
