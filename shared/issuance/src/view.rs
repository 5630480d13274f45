//! What the visitor sees, derived from the state.

mod failed;

use serde::{Deserialize, Serialize};
use tabcert_acme::jwk::Thumbprint;
use tabcert_acme::problem::Problem;
use tabcert_acme::token::Token;
use tabcert_acme::url::HttpsUrl;

use crate::effect::Route;
use crate::event::CertificateSummary;
use crate::proof::{ChallengeFile, Method, TxtRecord};
use crate::transcript::{Exchange, RequestKind};
pub use failed::{Cause, Failed, NameCause, NameFailure, OrderStanding};

/// Everything that can be shown of an issuance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct View {
    /// Where the journey stands.
    pub phase: Phase,
    /// What is known of the CA, once it has answered.
    pub ca: Option<CaView>,
    /// The account key's thumbprint.
    pub thumbprint: Thumbprint,
    /// The last requests, oldest first.
    pub transcript: Vec<Exchange>,
}

/// Where the journey stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Phase {
    /// Finding out how to reach the CA, and why that takes a while, where it does.
    Connecting(Option<Hold>),
    /// The CA answers; the visitor has not asked for a certificate yet.
    Connected,
    /// The machine works; the visitor may watch.
    Working(Work),
    /// The visitor has to put proofs in place.
    Proving(Proving),
    /// Done.
    Issued(Box<Issued>),
    /// Something went wrong; there is a way on.
    Failed(Failed),
}

/// The CA, as its directory tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaView {
    /// The directory's URL.
    pub directory_url: HttpsUrl,
    /// How it is reached.
    pub route: Route,
    /// What the visitor has to accept.
    pub terms_of_service: Option<Terms>,
    /// The CA's site.
    pub website: Option<HttpsUrl>,
    /// Whether the CA takes only accounts that were made on its site first, and none is known here.
    pub external_account_required: bool,
}

/// A CA's terms of service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Terms {
    /// A page that is safe to link to.
    Link(HttpsUrl),
    /// Whatever else the CA gives for them, to be shown as text.
    Text(String),
}

/// What the machine is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// The stage.
    pub stage: Stage,
    /// When the stage began, milliseconds since the Unix epoch.
    pub since_ms: u64,
    /// Parts done and parts in all, where the stage has parts.
    pub progress: Option<(usize, usize)>,
    /// When the CA is asked next, where the machine waits; the visitor may
    /// [`crate::Intent::AskNow`], or [`crate::Intent::Stop`].
    pub next_at_ms: Option<u64>,
    /// Why a request has to be repeated, where that is what the machine waits for; the visitor may
    /// [`crate::Intent::AskNow`] or [`crate::Intent::Stop`].
    pub hold: Option<Hold>,
    /// The proofs that the CA has been asked about for a while and has not decided on.
    pub undecided: Option<Undecided>,
}

/// A request that is repeated after a pause, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// What is asked.
    pub kind: RequestKind,
    /// Why it is asked again.
    pub reason: HoldReason,
    /// What the CA said, where it answered.
    pub problem: Option<Problem>,
    /// When it is asked again, milliseconds since the Unix epoch.
    pub until_ms: u64,
}

/// Why a request is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HoldReason {
    /// The CA is busy, or has a fault of its own.
    Busy,
    /// The CA has been asked too often.
    Limited,
    /// Nobody answered.
    NoAnswer,
    /// The CA does not know yet what it has handed out itself.
    NotKnownYet,
    /// The CA refuses its own nonces.
    NonceRefused,
    /// What answered does not look like the CA: a portal, a firewall, half an answer.
    OddAnswer,
}

/// Proofs that the CA has not decided on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undecided {
    /// The names as ordered.
    pub names: Vec<String>,
    /// What the CA has said about them so far (RFC 8555 §8.2); nothing where it is silent.
    pub words: Option<String>,
    /// What has to be in place for them, to be checked meanwhile.
    pub records: Vec<TxtRecord>,
    /// The same for files.
    pub files: Vec<ChallengeFile>,
}

/// The stages of [`Work`], in the order of the journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Stage {
    /// Making or finding the account.
    Registering,
    /// Ordering.
    Ordering,
    /// Looking how an order stands that was made earlier.
    Resuming,
    /// Reading what has to be proven.
    Authorizing,
    /// Handing the challenge's answers to the edge.
    Publishing,
    /// The CA looks at the proofs.
    Validating,
    /// Reading why the CA was not convinced.
    Diagnosing,
    /// Waiting for the certificate's key (RSA takes its time).
    MakingKey,
    /// The CA makes the certificate.
    Finalizing,
    /// Fetching the chain.
    Downloading,
    /// Checking that key, names and chain belong together.
    Checking,
}

/// What the visitor has to put in place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proving {
    /// Every name that needs a proof, in the order in which it was asked for.
    pub names: Vec<NameProof>,
    /// Names whose proof the CA still has from before.
    pub already_valid: Vec<String>,
    /// All TXT records for the names proven by DNS, grouped by record name.
    pub records: Vec<TxtRecord>,
    /// All files for the names proven by a file of the visitor's.
    pub files: Vec<ChallengeFile>,
    /// Hosts that the edge will answer for.
    pub edge_hosts: Vec<String>,
}

/// One name and how it is proven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameProof {
    /// The name as ordered: with `*.` for a wildcard.
    pub name: String,
    /// What the CA and this page offer for it.
    pub methods: Vec<Method>,
    /// What was chosen.
    pub method: Method,
    /// The token of the challenge that was chosen with it.
    pub token: Token,
    /// Why the edge would not answer for it, after a try.
    pub publish_error: Option<crate::event::PublishError>,
    /// The method that was chosen earlier and is not offered now: the visitor chooses anew.
    #[serde(default)]
    pub not_offered: Option<Method>,
}

/// A checked certificate. What it is made of stays behind: [`crate::Issuance::delivery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// What it says.
    pub summary: CertificateSummary,
    /// When it was downloaded, milliseconds since the Unix epoch.
    pub issued_at_ms: u64,
    /// Whether its private key is here, and not with the visitor, who brought a request.
    #[serde(default = "yes")]
    pub has_key: bool,
}

/// What was stored before requests could be brought.
fn yes() -> bool {
    true
}
