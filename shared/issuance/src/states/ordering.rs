//! The order is made.

use tabcert_acme::AcmeError;
use tabcert_acme::error::Resource;
use tabcert_acme::order::{Order, OrderStatus};

use super::journey::ActiveOrder;
use super::{Authorizing, Behaviour, Finalizing, Journey, State};
use crate::failure::Failure;
use crate::session::Reply;
use crate::view::{Phase, Stage};

/// Waits for newOrder.
#[derive(Debug)]
pub(crate) struct Ordering {
    pub(crate) journey: Journey,
}

impl Behaviour for Ordering {
    fn phase(&self) -> Phase {
        self.journey.phase(Stage::Ordering)
    }

    fn on_reply(mut self, reply: Reply) -> State {
        let response = match reply.result {
            Ok(response) => response,
            // RFC 9773 §5 lets a CA refuse a predecessor; the certificate is wanted all the same.
            Err(failure) if self.journey.replaced().is_some() && failure.is_about_replacing() => {
                return self.journey.order_as_new();
            }
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
        self.journey.kept.order_made(url.clone());
        let active = match ActiveOrder::new(url, order) {
            Ok(active) => active,
            Err(failure) => return self.journey.fail(failure),
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
