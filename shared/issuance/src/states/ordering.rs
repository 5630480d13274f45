//! The order is made.

use tabcert_acme::AcmeError;
use tabcert_acme::error::Resource;
use tabcert_acme::order::{Order, OrderStatus};

use super::journey::ActiveOrder;
use super::{Authorizing, Behaviour, Finalizing, Journey, State};
use crate::failure::Failure;
use crate::session::Reply;
use crate::view::{Phase, Stage};

/// More authorizations than this belong to no order that was asked for here.
const MAX_AUTHORIZATIONS: usize = 200;

/// Waits for newOrder.
#[derive(Debug)]
pub(crate) struct Ordering {
    pub(crate) journey: Journey,
}

impl Behaviour for Ordering {
    fn phase(&self) -> Phase {
        self.journey.phase(Stage::Ordering)
    }

    fn on_reply(self, reply: Reply) -> State {
        let response = match reply.result {
            Ok(response) => response,
            Err(failure) => return self.journey.fail(failure),
        };
        let order = match Order::parse(&response.body) {
            Ok(order) => order,
            Err(error) => return self.journey.fail(Failure::Protocol(error)),
        };
        let Some(url) = response.location_url() else {
            let error = AcmeError::MissingHeader {
                resource: Resource::Order,
                header: "Location",
            };
            return self.journey.fail(Failure::Protocol(error));
        };
        if order.authorizations.len() > MAX_AUTHORIZATIONS {
            let reason = format!("{} authorizations", order.authorizations.len());
            let error = AcmeError::MalformedResource {
                resource: Resource::Order,
                reason,
            };
            return self.journey.fail(Failure::Protocol(error));
        }
        let active = ActiveOrder {
            url,
            order,
            already_valid: Vec::new(),
        };
        match active.order.status {
            // All authorizations are valid from before (RFC 8555 §7.1.6).
            OrderStatus::Ready => Finalizing::begin(self.journey, active),
            OrderStatus::Invalid => self
                .journey
                .fail(Failure::OrderInvalid(active.order.error.map(Box::new))),
            _ => Authorizing::begin(self.journey, active),
        }
    }
}
