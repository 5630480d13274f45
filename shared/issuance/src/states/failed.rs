//! Something went wrong; there is a way on.

use super::{Behaviour, Connecting, Context, Journey, State};
use crate::Intent;
use crate::explain;
use crate::failure::Failure;
use crate::view::{self, Phase};

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
        Phase::Failed(explain::failed(&self.failure))
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
        let shown = view::Failed {
            names_are_fixed: journey.has_fixed_names(),
            ..explain::failed(failure)
        };
        journey.kept.fail(shown.clone(), failure.ends_order());
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
            Intent::TryAgain => self.journey.try_again(),
            Intent::TryAgainWithout(refused) if self.journey.drop_names(&refused) => {
                self.journey.try_again()
            }
            _ => self.into(),
        }
    }
}
