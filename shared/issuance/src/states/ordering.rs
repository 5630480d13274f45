//! The order is made.
//!
//! An order costs the visitor's rate limits, and its URL is told once. Where the answer is lost or
//! cannot be read, the order is looked for ([`Recovering`]) before it is asked for again.

use tabcert_acme::AcmeError;
use tabcert_acme::error::Resource;
use tabcert_acme::http::Response;
use tabcert_acme::identifier::Identifier;
use tabcert_acme::order::{NewOrder, Order, OrderStatus};
use tabcert_acme::renewal_info::CertId;
use tabcert_acme::url::HttpsUrl;

use super::active_order::ActiveOrder;
use super::recovering::Otherwise;
use super::{Authorizing, Behaviour, Finalizing, Journey, Recovering, Resuming, State};
use crate::failure::Failure;
use crate::patience::{MAX_OWN_PATIENCE_MS, Postponement};
use crate::session::{Purpose, Reply};
use crate::transcript::RequestKind;
use crate::view::{HoldReason, Phase, Stage};

/// So many answers in a row may be lost; then it is the visitor's turn.
const MAX_LOST: u32 = 3;

/// What is known of orders that were asked for, and whose answers never came.
#[derive(Debug, Default)]
pub(super) struct Lost {
    /// How many answers in a row.
    pub(super) orders: u32,
    /// Whether they were looked for, and the CA did not answer.
    pub(super) looked_in_vain: bool,
}

/// Waits for newOrder.
#[derive(Debug)]
pub(crate) struct Ordering {
    pub(crate) journey: Journey,
}

impl Ordering {
    /// What was asked for was done, or may have been, and this is all that is known of it.
    fn without_url(self, response: &Response, may_be_told_elsewhere: bool) -> State {
        match Order::parse(&response.body) {
            // Asking again would make another, and hide its URL again.
            Ok(_) if !may_be_told_elsewhere => {
                let otherwise = Otherwise::Fail(no_location());
                Recovering::begin(self.journey, otherwise)
            }
            Ok(_) => self.lost(no_location()),
            Err(error) => self.lost(Failure::Protocol(error)),
        }
    }

    fn lost(mut self, failure: Failure) -> State {
        self.journey.lost.orders += 1;
        let otherwise = match failure {
            // The next answer would be as large.
            Failure::TooLarge { .. } => Otherwise::Fail(failure),
            _ => Otherwise::Repeat(failure),
        };
        Recovering::begin(self.journey, otherwise)
    }
}

impl Journey {
    /// Sends newOrder.
    pub(super) fn order(mut self) -> State {
        let (purpose, url, payload) = self.prepare_order();
        self.session.post(&mut self.cx, purpose, url, payload);
        Ordering { journey: self }.into()
    }

    /// Sends newOrder once more after a pause, as the CA does not seem to have made the order.
    pub(super) fn order_again(mut self, failure: Failure) -> State {
        let asked_ms = failure
            .retry_at_ms()
            .unwrap_or_default()
            .saturating_sub(self.cx.now_ms);
        let pause_ms = asked_ms.max(500 << self.lost.orders.min(MAX_LOST));
        if self.lost.orders > MAX_LOST || pause_ms > MAX_OWN_PATIENCE_MS {
            return self.fail(failure);
        }
        let reason = match failure {
            Failure::Silent { .. } => HoldReason::NoAnswer,
            Failure::Refused(_) => HoldReason::Busy,
            _ => HoldReason::OddAnswer,
        };
        let about = (RequestKind::NewOrder, reason);
        let postponement = Postponement::new(about, failure, pause_ms, self.cx.now_ms);
        let order = self.prepare_order();
        self.session.post_later(&mut self.cx, order, postponement);
        Ordering { journey: self }.into()
    }

    /// Orders without telling the CA of a predecessor.
    pub(super) fn order_as_new(mut self) -> State {
        self.replaces = None;
        self.order()
    }

    fn prepare_order(&mut self) -> (Purpose, HttpsUrl, String) {
        self.prepare_csr();
        self.kept.order_asked();
        let identifiers = self.application.names.iter().map(Identifier::dns).collect();
        let payload = NewOrder {
            identifiers,
            profile: None,
            replaces: self.replaced().cloned(),
        };
        // Strings only: serialising them cannot fail.
        let payload = serde_json::to_string(&payload).unwrap_or_default();
        let url = self.session.directory.new_order.clone();
        // One authorization per name comes next: have the nonces by then.
        self.session.expect_calls(self.application.names.len() + 1);
        self.enter();
        let purpose = Purpose {
            kind: RequestKind::NewOrder,
            index: 0,
        };
        (purpose, url, payload)
    }

    /// The certificate that the CA is told of. RFC 9773 §5: "Clients SHOULD include this field in
    /// newOrder requests if there is a clear predecessor certificate"; not where the CA has no renewal
    /// information, as it would not know the field.
    fn replaced(&self) -> Option<&CertId> {
        let known = self.session.directory.renewal_info.is_some();
        self.replaces.as_ref().filter(|_| known)
    }

    /// The CA has it, and has said where.
    pub(super) fn order_made(&mut self, url: HttpsUrl) {
        self.lost = Lost::default();
        self.kept.order_made(url);
    }
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
                // It may have been replaced by the order whose answer was lost.
                return if self.journey.lost.orders > 0 {
                    Recovering::begin(self.journey, Otherwise::OrderAsNew)
                } else {
                    self.journey.order_as_new()
                };
            }
            Err(failure) if reply.is_doubtful => return self.lost(failure),
            Err(failure) => return self.journey.fail(failure),
        };
        let Some(url) = response.location_url() else {
            let may_be_told_elsewhere = reply.route != self.journey.session.route();
            return self.without_url(&response, may_be_told_elsewhere);
        };
        self.journey.order_made(url.clone());
        let order = match Order::parse(&response.body) {
            Ok(order) if order.is_complete() => order,
            _ => return Resuming::begin(self.journey, url),
        };
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

fn no_location() -> Failure {
    Failure::Protocol(AcmeError::MissingHeader {
        resource: Resource::Order,
        header: "Location",
    })
}
