//! What has to be proven is read, several authorizations at a time.

use tabcert_acme::authorization::Authorization;

use super::active_order::ActiveOrder;
use super::{Behaviour, Journey, Proving, State};
use crate::failure::Failure;
use crate::session::Reply;
use crate::transcript::RequestKind;
use crate::view::{Phase, Stage, Work};

/// Waits for the authorizations.
#[derive(Debug)]
pub(crate) struct Authorizing {
    pub(crate) journey: Journey,
    order: ActiveOrder,
    authorizations: Vec<Option<Authorization>>,
}

impl Authorizing {
    pub(super) fn begin(mut journey: Journey, order: ActiveOrder) -> State {
        let urls = order.order.authorizations.clone();
        let authorizations = vec![None; urls.len()];
        for (index, url) in urls.into_iter().enumerate() {
            journey.fetch(RequestKind::Authorization, index, url);
        }
        journey.session.expect_calls(0);
        journey.enter();
        Self {
            journey,
            order,
            authorizations,
        }
        .go_on()
    }

    fn go_on(self) -> State {
        if self.authorizations.iter().any(Option::is_none) {
            return self.into();
        }
        let authorizations = self.authorizations.into_iter().flatten().collect();
        Proving::begin(self.journey, self.order, authorizations)
    }
}

impl Behaviour for Authorizing {
    fn phase(&self) -> Phase {
        let done = self.authorizations.iter().flatten().count();
        let progress = Some((done, self.authorizations.len()));
        Phase::Working(Work {
            progress,
            ..self.journey.working(Stage::Authorizing)
        })
    }

    fn on_reply(mut self, reply: Reply) -> State {
        let parsed = reply
            .result
            .and_then(|response| Authorization::parse(&response.body).map_err(Failure::Protocol));
        match (parsed, self.authorizations.get_mut(reply.purpose.index)) {
            (Ok(authorization), Some(slot)) => *slot = Some(authorization),
            (Ok(_), None) => {}
            (Err(failure), _) => return self.journey.fail(failure),
        }
        self.go_on()
    }
}
