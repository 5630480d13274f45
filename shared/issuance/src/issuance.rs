//! The machine.

use tabcert_acme::key::AccountKey;
use tabcert_acme::url::HttpsUrl;

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
}

/// One issuance, from the first contact with the CA to the checked certificate.
#[derive(Debug)]
pub struct Issuance {}

impl Issuance {
    /// Starts: finds out whether and how the CA can be reached. `now_ms` is milliseconds since the
    /// Unix epoch.
    #[must_use]
    pub fn connect(start: Start, now_ms: u64) -> (Self, Vec<Effect>) {
        let _ = (start, now_ms);
        unimplemented!()
    }

    /// Takes an event and says what to do next.
    #[must_use]
    pub fn handle(self, event: Event, now_ms: u64) -> (Self, Vec<Effect>) {
        let _ = (event, now_ms);
        unimplemented!()
    }

    /// What the visitor sees.
    #[must_use]
    pub fn view(&self) -> View {
        unimplemented!()
    }
}
