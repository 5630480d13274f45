//! The CA was not convinced: the authorizations say of which names, and why.

use tabcert_acme::authorization::{Authorization, AuthorizationStatus};
use tabcert_acme::challenge::{Challenge, ChallengeStatus};
use tabcert_acme::domain::DomainName;
use tabcert_acme::problem::Problem;

use super::active_order::{ActiveOrder, shown_name};
use super::{Behaviour, Journey, State, Validating};
use crate::explain::words;
use crate::failure::{Failure, ProofStanding, UnprovenName};
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
    /// What the CA said when it was asked to look.
    said_before: Vec<UnprovenName>,
    unproven: Vec<UnprovenName>,
    /// Names whose proof may still be found.
    undecided: Vec<String>,
    /// How many are valid, or being validated.
    doing_well: usize,
    read: usize,
}

impl Diagnosing {
    pub(super) fn begin(journey: Journey, order: ActiveOrder, failure: Failure) -> State {
        Self::knowing(journey, order, failure, Vec::new())
    }

    /// The same, where the CA has said something about single names already.
    pub(super) fn knowing(
        mut journey: Journey,
        order: ActiveOrder,
        failure: Failure,
        said_before: Vec<UnprovenName>,
    ) -> State {
        for (index, url) in order.order.authorizations.iter().enumerate() {
            // Some may be gone with the order.
            journey.glance(RequestKind::Authorization, index, url.clone());
        }
        journey.enter();
        Self {
            journey,
            order,
            failure,
            said_before,
            unproven: Vec::new(),
            undecided: Vec::new(),
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
        let all_do_well = self.doing_well == self.all();
        let unproven = merge(self.unproven, self.said_before);
        if !unproven.is_empty() {
            return self.journey.fail(Failure::Unproven(unproven));
        }
        let refused_to_start = self.failure.is_refusal_of(RequestKind::Challenge);
        if refused_to_start && all_do_well {
            return Validating::watch(self.journey, self.order);
        }
        if matches!(self.failure, Failure::TookTooLong) && !self.undecided.is_empty() {
            self.undecided.sort();
            let silent = Failure::SilentAboutProofs(self.undecided);
            return self.journey.fail(silent);
        }
        self.journey.fail(self.failure)
    }
}

/// What is said about each name once, in a steady order: by its authorization, and with the words from
/// before where that has none.
pub(super) fn merge(
    mut unproven: Vec<UnprovenName>,
    said_before: Vec<UnprovenName>,
) -> Vec<UnprovenName> {
    for said in said_before {
        let known = unproven.iter_mut().find(|name| name.name == said.name);
        match known {
            None => unproven.push(said),
            Some(known) => {
                if words::is_bare(&known.problem) {
                    known.problem = said.problem;
                }
                if said.standing == ProofStanding::Failed {
                    known.standing = said.standing;
                }
            }
        }
    }
    unproven.sort_by(|left, right| left.name.cmp(&right.name));
    unproven
}

/// What is wrong with an authorization of an order for these names; nothing, where it is valid or can
/// still become so without the visitor.
pub(super) fn unproven(
    authorization: &Authorization,
    ordered: &[DomainName],
) -> Option<UnprovenName> {
    let challenges = &authorization.challenges;
    let has_failed = challenges
        .iter()
        .any(|challenge| challenge.status == ChallengeStatus::Invalid);
    let telling = most_telling(challenges);
    let standing = match authorization.status {
        AuthorizationStatus::Valid => return None,
        AuthorizationStatus::Invalid => ProofStanding::Failed,
        // A proof that failed says more than the time that is over since.
        _ if has_failed => ProofStanding::Failed,
        AuthorizationStatus::Expired => ProofStanding::Expired,
        AuthorizationStatus::Deactivated => ProofStanding::Deactivated,
        AuthorizationStatus::Revoked => ProofStanding::Revoked,
        // RFC 8555 §8.2: a CA that tries again tells the error of the last attempt meanwhile.
        _ => match telling {
            Some(challenge) if challenge.status == ChallengeStatus::Pending => {
                ProofStanding::Pending
            }
            _ => return None,
        },
    };
    Some(UnprovenName {
        name: shown_name(authorization, ordered),
        challenge: telling
            .map(|challenge| challenge.kind.to_string())
            .unwrap_or_default(),
        problem: telling
            .and_then(|challenge| challenge.error.clone())
            .unwrap_or_else(Problem::blank),
        standing,
    })
}

/// The challenge that says most about what went wrong: one with words before one without.
pub(super) fn most_telling(challenges: &[Challenge]) -> Option<&Challenge> {
    let said = |challenge: &&Challenge| {
        challenge.error.is_some() || challenge.status == ChallengeStatus::Invalid
    };
    let is_bare = |challenge: &&Challenge| {
        let problem = challenge.error.as_ref();
        (
            problem.is_none_or(words::is_bare),
            challenge.status != ChallengeStatus::Invalid,
        )
    };
    challenges.iter().filter(said).min_by_key(is_bare)
}

fn is_doing_well(authorization: &Authorization) -> bool {
    let being_validated = || {
        let mut challenges = authorization.challenges.iter();
        challenges.any(|challenge| challenge.status == ChallengeStatus::Processing)
    };
    match authorization.status {
        AuthorizationStatus::Valid => true,
        AuthorizationStatus::Pending | AuthorizationStatus::Unknown => being_validated(),
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
        if reply.purpose.kind != RequestKind::Authorization {
            return self.into();
        }
        self.read += 1;
        // One that cannot be read must not hide what the others say.
        let parsed = reply
            .result
            .ok()
            .and_then(|response| Authorization::parse(&response.body).ok());
        if let Some(authorization) = parsed {
            self.doing_well += usize::from(is_doing_well(&authorization));
            let ordered = &self.journey.application.names;
            match unproven(&authorization, ordered) {
                Some(name) => self.unproven.push(name),
                None if authorization.status == AuthorizationStatus::Valid => {}
                None => self.undecided.push(shown_name(&authorization, ordered)),
            }
        }
        self.go_on()
    }
}
