//! The machine: takes events, lets the current state consume them, hands out effects.

use tabcert_acme::key::AccountKey;
use tabcert_acme::url::HttpsUrl;

use crate::event::{Application, Delivery};
use crate::gate::Gate;
use crate::saved::Saved;
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
    /// The account's URL, where the CA has told it before: it is not asked for again.
    pub account_url: Option<HttpsUrl>,
    /// The URLs of orders that other issuances made, as far as they are known: none of them is taken for
    /// one of this issuance whose answer was lost.
    pub other_orders: Vec<HttpsUrl>,
    /// An earlier issuance to go on with.
    pub saved: Option<Saved>,
}

/// One issuance, from the first contact with the CA to the checked certificate.
#[derive(Debug)]
pub struct Issuance {
    state: State,
    gate: Gate,
}

impl Issuance {
    /// Starts: finds out whether and how the CA can be reached. `now_ms` is milliseconds since the
    /// Unix epoch.
    #[must_use]
    pub fn connect(start: Start, now_ms: u64) -> (Self, Vec<Effect>) {
        let state = Connecting::begin(Context::new(start, now_ms));
        let gate = Gate::default();
        Self { state, gate }.with_effects(Vec::new())
    }

    /// Takes an event and says what to do next. Events that do not fit the state are ignored.
    #[must_use]
    pub fn handle(mut self, event: Event, now_ms: u64) -> (Self, Vec<Effect>) {
        self.state.context_mut().now_ms = now_ms;
        let freed = match event {
            Event::Stored => self.gate.stored(),
            _ => Vec::new(),
        };
        let had_failed = self.state.has_failed();
        self.state = self.state.on(event);
        if self.state.has_failed() && !had_failed {
            self.state.never_sent(self.gate.drop_held());
            self.state.drop_requests();
        }
        self.with_effects(freed)
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
        matches!(self.state.phase(), Phase::Connecting(_) | Phase::Working(_))
    }

    /// What was asked for, once it was: with an earlier issuance, what it was for.
    #[must_use]
    pub fn application(&self) -> Option<&Application> {
        self.state.application()
    }

    /// What the certificate's files are made of, once it is issued.
    #[must_use]
    pub fn delivery(&self) -> Option<&Delivery> {
        match &self.state {
            State::Issued(issued) => Some(issued.delivery()),
            _ => None,
        }
    }

    /// What came instead of a certificate for the key and the names, with the key: the visitor may want
    /// to look at it.
    #[must_use]
    pub fn misdelivery(&self) -> Option<Delivery> {
        match &self.state {
            State::Failed(failed) => failed.journey.misdelivery(),
            _ => None,
        }
    }

    /// Adds what the state wants done, as far as it may be done yet.
    fn with_effects(mut self, mut effects: Vec<Effect>) -> (Self, Vec<Effect>) {
        let wanted = self.state.context_mut().take_effects();
        let revision = self.state.revision();
        let passed = self.gate.pass(wanted, revision, || self.state.saved());
        effects.extend(passed);
        (self, effects)
    }
}
