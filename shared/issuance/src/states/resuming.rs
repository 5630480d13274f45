//! An order that was made before is looked at, and gone on with where it stands.

use tabcert_acme::order::{Order, OrderStatus};
use tabcert_acme::url::HttpsUrl;

use super::journey::ActiveOrder;
use super::{Authorizing, Behaviour, Diagnosing, Downloading, Finalizing, Journey, State};
use crate::failure::Failure;
use crate::session::Reply;
use crate::transcript::RequestKind;
use crate::view::{Phase, Stage};

/// Waits for the order.
#[derive(Debug)]
pub(crate) struct Resuming {
    pub(crate) journey: Journey,
    url: HttpsUrl,
}

impl Resuming {
    pub(super) fn begin(mut journey: Journey, url: HttpsUrl) -> State {
        journey.prepare_csr();
        // One authorization per name comes next: have the nonces by then.
        journey
            .session
            .expect_calls(journey.application.names.len() + 1);
        journey.fetch(RequestKind::Order, 0, url.clone());
        journey.enter();
        Self { journey, url }.into()
    }
}

impl Behaviour for Resuming {
    fn phase(&self) -> Phase {
        self.journey.phase(Stage::Resuming)
    }

    fn on_reply(self, reply: Reply) -> State {
        let order = reply
            .result
            .and_then(|response| Order::parse(&response.body).map_err(Failure::Protocol));
        let order = match order {
            Ok(order) => order,
            Err(failure) => return self.journey.fail(failure),
        };
        let certificate = order.certificate.clone();
        let status = order.status;
        let mut journey = self.journey;
        let active = match ActiveOrder::new(self.url, order) {
            Ok(active) => active,
            Err(failure) => return journey.fail(failure),
        };
        match (status, certificate) {
            (OrderStatus::Valid, Some(url)) => Downloading::begin(journey, url),
            (OrderStatus::Processing | OrderStatus::Valid, _) => Finalizing::watch(journey, active),
            (OrderStatus::Ready, _) => Finalizing::begin(journey, active),
            (OrderStatus::Invalid, _) => {
                let failure = Failure::OrderInvalid(active.order.error.clone().map(Box::new));
                journey.session.expect_calls(0);
                Diagnosing::begin(journey, active, failure)
            }
            (OrderStatus::Pending | OrderStatus::Unknown, _) => Authorizing::begin(journey, active),
        }
    }
}
