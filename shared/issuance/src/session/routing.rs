//! Which way requests go, and what is learned of it on the way.
//!
//! That directory and nonce can be read from a browser does not mean that the rest can: the CA may
//! refuse the preflight of a POST, answer POSTs without CORS headers, or keep `Location` to itself.

use tabcert_acme::http::Response;

use super::call::Call;
use crate::effect::Route;
use crate::event::TransportError;
use crate::patience::is_markup;
use crate::transcript::RequestKind;

/// So many times nobody may answer directly, until the edge is tried for the same call.
const PATIENCE_WITH_DIRECT: u32 = 2;

/// The way that is taken.
#[derive(Debug)]
pub(super) struct Routing {
    current: Route,
    /// Whether it was another one at first.
    has_changed: bool,
    /// Whether there is an edge that relays to this CA, as far as is known.
    has_edge: bool,
    /// Whether a signed request has been answered directly.
    direct_is_open: bool,
}

impl Routing {
    pub(super) fn new(route: Route, has_edge: bool) -> Self {
        Self {
            current: route,
            has_changed: false,
            has_edge,
            direct_is_open: false,
        }
    }

    pub(super) fn current(&self) -> Route {
        self.current
    }

    /// The way for this call.
    pub(super) fn of(&self, call: &Call) -> Route {
        if self.has_edge && call.unanswered_directly >= PATIENCE_WITH_DIRECT {
            Route::Edge
        } else {
            self.current
        }
    }

    /// Learns from what came of a call; returns whether the same call may be answered if it goes at once
    /// by the way that is taken from now on.
    pub(super) fn learn(&mut self, call: &Call, result: &Result<Response, TransportError>) -> bool {
        match (call.route, result) {
            (Route::Direct, Ok(response)) => {
                let is_hidden = self.has_edge && lacks_location(call.purpose.kind, response);
                self.direct_is_open |= call.is_signed();
                if is_hidden {
                    self.change_to(Route::Edge);
                }
                is_hidden
            }
            // Browsers do not say whether it was the network or the CA's CORS policy.
            (Route::Direct, Err(TransportError::Network(_))) => {
                let is_closed = self.has_edge && call.is_signed() && !self.direct_is_open;
                if is_closed {
                    self.change_to(Route::Edge);
                }
                is_closed
            }
            (Route::Edge, Ok(_)) => {
                self.change_to(Route::Edge);
                false
            }
            // The edge was the second choice, and is none.
            (Route::Edge, Err(TransportError::EdgeRefused(_)))
                if self.has_edge && (self.has_changed || self.current == Route::Direct) =>
            {
                self.has_edge = false;
                self.change_to(Route::Direct);
                true
            }
            _ => false,
        }
    }

    fn change_to(&mut self, route: Route) {
        self.has_changed |= self.current != route;
        self.current = route;
    }
}

/// Whether the answer should have a `Location` (RFC 8555 §7.3, §7.4) and shows none.
fn lacks_location(kind: RequestKind, response: &Response) -> bool {
    let has_one = matches!(kind, RequestKind::NewAccount | RequestKind::NewOrder);
    has_one && response.is_success() && response.location.is_none() && !is_markup(&response.body)
}
