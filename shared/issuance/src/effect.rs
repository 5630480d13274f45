//! What a shell has to do for the flow.

use serde::{Deserialize, Serialize};
use tabcert_acme::domain::DomainName;
use tabcert_acme::http::Request;
use tabcert_acme::key::AccountKey;
use tabcert_acme::token::Token;
use tabcert_pki::KeyType;

use crate::answer::Answer;
use crate::event::CertificateKey;
use crate::saved::Saved;
use crate::transcript::RequestKind;

/// Work for the shell. Every effect but [`Effect::WithdrawToken`] is answered by exactly one
/// [`crate::Event`].
#[derive(Debug, Clone)]
pub enum Effect {
    /// Send a request and answer with [`crate::Event::Http`]. Redirects are not followed, cookies
    /// and caches not used.
    Http {
        /// Comes back with the answer.
        id: RequestId,
        /// What the request is for; nothing that a shell needs, but good to count and to show.
        kind: RequestKind,
        /// How to reach the CA.
        route: Route,
        /// What to send.
        request: Request,
    },
    /// Wait and answer with [`crate::Event::TimerFired`].
    Wait {
        /// Comes back with the answer.
        id: TimerId,
        /// How long, in milliseconds.
        milliseconds: u64,
    },
    /// Make the certificate's key and CSR (slow for RSA: never on the page's thread) and answer
    /// with [`crate::Event::CsrPrepared`].
    PrepareCsr(CsrTask),
    /// Let the edge answer an http-01 challenge; answer with [`crate::Event::TokenPublished`].
    PublishToken(TokenTask),
    /// The edge need not answer any more. Nobody waits for this.
    WithdrawToken(TokenTask),
    /// Look for the certificate for the key and the names in what the CA delivered (signatures are slow:
    /// not on the page's thread) and answer with [`crate::Event::Checked`].
    CheckChain(CheckTask),
    /// Store this in the place of what was stored of this issuance before, so that it survives
    /// the end of the tab, and answer with [`crate::Event::Stored`]. Requests that depend on it wait
    /// for the answer.
    Store(Box<Saved>),
}

/// Names a request in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// Names a timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimerId(pub u64);

/// How requests reach the CA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Route {
    /// Straight from here.
    Direct,
    /// By way of the edge, for CAs that do not let browsers in (no CORS).
    Edge,
}

/// What the CSR is made of.
#[derive(Debug, Clone)]
pub struct CsrTask {
    /// A key to use again; otherwise one of `key_type` is made.
    pub key: Option<CertificateKey>,
    /// The kind of key.
    pub key_type: KeyType,
    /// All names; the first suitable one also becomes the common name.
    pub names: Vec<DomainName>,
}

/// A challenge that the edge shall answer.
#[derive(Debug, Clone)]
pub struct TokenTask {
    /// Signs the request to the edge.
    pub signer: AccountKey,
    /// Where the CA will ask.
    pub host: DomainName,
    /// What the CA will ask for.
    pub token: Token,
}

/// What has to belong together.
#[derive(Debug, Clone)]
pub struct CheckTask {
    /// The certificate's key; where it is not here, the certificate has to be for the request's.
    pub key: Option<CertificateKey>,
    /// The request that was handed in, PKCS#10 in DER.
    pub csr_der: Vec<u8>,
    /// The names that were asked for.
    pub names: Vec<DomainName>,
    /// What the CA delivered.
    pub answer: Answer,
    /// When it came, milliseconds since the Unix epoch.
    pub now_ms: u64,
}
