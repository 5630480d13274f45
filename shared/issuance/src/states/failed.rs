//! Something went wrong; there is a way on.

use tabcert_acme::domain::DomainName;

use super::{Behaviour, Connecting, Context, Journey, State};
use crate::Intent;
use crate::explain;
use crate::failure::Failure;
use crate::view::{self, NameFailure, OrderStanding, Phase};

/// The CA was never reached.
#[derive(Debug)]
pub(crate) struct Unreached {
    pub(crate) cx: Context,
    pub(super) failure: Failure,
}

impl Unreached {
    pub(super) fn enter(cx: Context, failure: Failure) -> State {
        Self { cx, failure }.into()
    }
}

impl Behaviour for Unreached {
    fn phase(&self) -> Phase {
        Phase::Failed(explain::failed(&self.failure, Some(self.cx.account_key())))
    }

    fn on_intent(self, intent: Intent) -> State {
        match intent {
            Intent::TryAgain => Connecting::begin(self.cx),
            _ => self.into(),
        }
    }
}

/// An issuance stopped. Account, key and what the CA still holds as proven serve the next attempt.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) journey: Journey,
    shown: view::Failed,
}

impl Failed {
    pub(super) fn enter(mut journey: Journey, failure: &Failure) -> State {
        let mut shown = view::Failed {
            names_are_fixed: journey.has_fixed_names(),
            order: journey.order_standing(),
            misfit: failure.misfit().cloned(),
            ..explain::failed(failure, Some(journey.cx.account_key()))
        };
        if !matches!(failure, Failure::ForeignNames(_)) {
            shown.names = of_ordered(shown.names, &journey.application.names);
        }
        journey.kept.fail(shown.clone());
        Self { journey, shown }.into()
    }

    /// As an earlier tab left it.
    pub(super) fn restore(journey: Journey, shown: view::Failed) -> State {
        Self { journey, shown }.into()
    }
}

impl Behaviour for Failed {
    fn phase(&self) -> Phase {
        Phase::Failed(self.shown.clone())
    }

    fn on_intent(mut self, intent: Intent) -> State {
        match intent {
            Intent::TryAgain if self.shown.can_try_again => self.journey.try_again(),
            Intent::OrderAnew if self.shown.order != OrderStanding::None => {
                self.journey.order_anew()
            }
            Intent::TryAgainWithout(refused) if self.journey.drop_names(&refused) => {
                self.journey.try_again()
            }
            _ => self.into(),
        }
    }
}

/// What is said about names that were ordered, once about each; a CA may say anything about any. One
/// that blames a wildcard's base means the wildcard.
fn of_ordered(said: Vec<NameFailure>, ordered: &[DomainName]) -> Vec<NameFailure> {
    let mut kept: Vec<NameFailure> = Vec::new();
    for mut failure in said {
        let is_ordered = |name: &str| ordered.iter().any(|other| other.as_str() == name);
        let wildcard = format!("*.{}", failure.name);
        if !is_ordered(&failure.name) && is_ordered(&wildcard) {
            failure.name = wildcard;
        }
        if is_ordered(&failure.name) && kept.iter().all(|other| other.name != failure.name) {
            kept.push(failure);
        }
    }
    kept
}
