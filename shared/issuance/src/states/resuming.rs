//! An order that was made before is looked at, and gone on with where it stands.

use tabcert_acme::order::{Order, OrderStatus};
use tabcert_acme::problem::Problem;
use tabcert_acme::url::HttpsUrl;

use super::active_order::ActiveOrder;
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
            Err(Failure::Refused(refusal)) if refusal.is_unknown_resource() => {
                return self.journey.fail(Failure::OrderUnknown(refusal));
            }
            Err(failure) => return self.journey.fail(failure),
        };
        let certificate = order.certificate.clone();
        let status = order.status;
        let mut journey = self.journey;
        let active = match ActiveOrder::new(self.url, order) {
            Ok(active) => active,
            Err(failure) => return journey.fail(failure),
        };
        if status == OrderStatus::Valid {
            journey.order_is_valid();
        }
        match (status, certificate) {
            (OrderStatus::Valid, Some(url)) => Downloading::begin(journey, url),
            (OrderStatus::Processing | OrderStatus::Valid, _) => Finalizing::watch(journey, active),
            (OrderStatus::Ready, _) => Finalizing::begin(journey, active),
            (OrderStatus::Invalid, _) => {
                let failure = ended(active.order.error.clone());
                journey.session.expect_calls(0);
                Diagnosing::begin(journey, active, failure)
            }
            (OrderStatus::Pending | OrderStatus::Unknown, _) => Authorizing::begin(journey, active),
        }
    }
}

/// RFC 8555 §7.1.6: an order turns invalid by an error, which it tells, or by its time, of which most CAs
/// say nothing.
fn ended(error: Option<Problem>) -> Failure {
    let by_time = |error: &Problem| error.detail.to_ascii_lowercase().contains("expire");
    if error.as_ref().is_none_or(by_time) {
        Failure::OrderEnded(error.map(Box::new))
    } else {
        Failure::OrderInvalid(error.map(Box::new))
    }
}
