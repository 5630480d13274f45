//! Something went wrong; there is a way on.

use super::{Behaviour, Connecting, Context, Journey, State};
use crate::Intent;
use crate::explain;
use crate::failure::Failure;
use crate::view::Phase;

/// The CA was never reached.
#[derive(Debug)]
pub(crate) struct Unreached {
    pub(crate) cx: Context,
    failure: Failure,
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
    pub(super) failure: Failure,
}

impl Behaviour for Failed {
    fn phase(&self) -> Phase {
        Phase::Failed(explain::failed(&self.failure))
    }

    fn on_intent(mut self, intent: Intent) -> State {
        match intent {
            Intent::TryAgain => self.journey.start_over(),
            Intent::TryAgainWithout(refused) if self.journey.drop_names(&refused) => {
                self.journey.start_over()
            }
            _ => self.into(),
        }
    }
}
