//! The machine: takes events, lets the current state consume them, hands out effects.

use tabcert_acme::key::AccountKey;
use tabcert_acme::url::HttpsUrl;

use crate::event::Delivery;
use crate::states::{Connecting, Context, State};
use crate::view::Phase;
use crate::{Effect, Event, View};

/// How an issuance starts.
#[derive(Debug, Clone)]
pub struct Start {
    /// The CA's directory.
    pub directory_url: HttpsUrl,
    /// The account's key; the same key finds the same account again.
    pub account_key: AccountKey,
    /// Whether an edge is there that relays to CAs and answers challenges.
    pub edge_available: bool,
    /// Names whose servers redirect their challenges to the edge for this account: proven by
    /// [`Method::HttpRedirect`](crate::proof::Method::HttpRedirect) unless the visitor chooses otherwise.
    pub redirected: Vec<String>,
}

/// One issuance, from the first contact with the CA to the checked certificate.
#[derive(Debug)]
pub struct Issuance {
    state: State,
}

impl Issuance {
    /// Starts: finds out whether and how the CA can be reached. `now_ms` is milliseconds since the
    /// Unix epoch.
    #[must_use]
    pub fn connect(start: Start, now_ms: u64) -> (Self, Vec<Effect>) {
        let state = Connecting::begin(Context::new(start, now_ms));
        Self { state }.with_effects()
    }

    /// Takes an event and says what to do next. Events that do not fit the state are ignored.
    #[must_use]
    pub fn handle(mut self, event: Event, now_ms: u64) -> (Self, Vec<Effect>) {
        self.state.context_mut().now_ms = now_ms;
        Self {
            state: self.state.on(event),
        }
        .with_effects()
    }

    /// What the visitor sees.
    #[must_use]
    pub fn view(&self) -> View {
        let context = self.state.context();
        View {
            phase: self.state.phase(),
            ca: self.state.ca(),
            thumbprint: context.account_key().thumbprint().clone(),
            transcript: context.transcript(),
        }
    }

    /// Whether the machine works; otherwise it is the visitor's turn.
    #[must_use]
    pub fn is_working(&self) -> bool {
        matches!(self.state.phase(), Phase::Connecting | Phase::Working(_))
    }

    /// What the certificate's files are made of, once it is issued.
    #[must_use]
    pub fn delivery(&self) -> Option<&Delivery> {
        match &self.state {
            State::Issued(issued) => Some(issued.delivery()),
            _ => None,
        }
    }

    fn with_effects(mut self) -> (Self, Vec<Effect>) {
        let effects = self.state.context_mut().take_effects();
        (self, effects)
    }
}
