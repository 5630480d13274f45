//! The CA answers; the visitor decides what to ask for, and whether to accept its terms.

use super::{Behaviour, Context, Journey, State};
use crate::Intent;
use crate::event::Application;
use crate::session::Session;
use crate::view::Phase;

/// Waits for the visitor.
#[derive(Debug)]
pub(crate) struct Connected {
    pub(crate) cx: Context,
    pub(crate) session: Session,
}

impl Connected {
    /// RFC 8555 §7.3.3: "Clients SHOULD NOT automatically agree to terms by default. Rather, they
    /// SHOULD require some user interaction for agreement to terms."
    fn may_begin(&self, application: &Application) -> bool {
        let terms = &self.session.directory.meta.terms_of_service;
        !application.names.is_empty() && (terms.is_none() || application.terms_agreed)
    }
}

impl Behaviour for Connected {
    fn phase(&self) -> Phase {
        Phase::Connected
    }

    fn on_intent(self, intent: Intent) -> State {
        match intent {
            Intent::Begin(application) if self.may_begin(&application) => {
                Journey::new(self.cx, self.session, application).go_on()
            }
            _ => self.into(),
        }
    }
}
