//! What happens to the flow: answers to its effects, and what the visitor wants.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use tabcert_acme::domain::DomainName;
use tabcert_acme::http::Response;
use tabcert_acme::token::Token;
use tabcert_pki::{ChainNote, CheckedChain, KeyType, Misfit};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::answer::Answer;
use crate::effect::{RequestId, TimerId};
use crate::proof::Method;

/// Something that happened. Events that no longer fit (a late answer, a second click) are ignored.
#[derive(Debug, Clone)]
pub enum Event {
    /// An answer to [`crate::Effect::Http`].
    Http {
        /// The request's id.
        id: RequestId,
        /// The CA's answer, or why there is none.
        result: Result<Response, TransportError>,
    },
    /// An answer to [`crate::Effect::Wait`].
    TimerFired(TimerId),
    /// An answer to [`crate::Effect::PrepareCsr`].
    CsrPrepared(Result<PreparedCsr, KeyError>),
    /// An answer to [`crate::Effect::PublishToken`].
    TokenPublished {
        /// The challenge's token.
        token: Token,
        /// Whether the edge will answer.
        result: Result<(), PublishError>,
    },
    /// An answer to [`crate::Effect::CheckChain`]; the error says why there is no certificate in it.
    Checked(Result<CertificateSummary, CheckError>),
    /// An answer to [`crate::Effect::Store`]. Where nothing can be stored the shell tells the visitor,
    /// and says this all the same: the issuance goes on, for as long as the tab is open.
    Stored,
    /// The visitor's wish.
    Intent(Intent),
}

/// What the visitor wants.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Intent {
    /// Ask the CA for a certificate.
    Begin(Application),
    /// Prove control of one name by this method.
    ChooseMethod {
        /// The name as [`crate::view::NameProof::name`] gives it.
        name: String,
        /// The method.
        method: Method,
    },
    /// Everything is in place: let the CA look.
    Ready,
    /// Do not wait any longer before asking again.
    AskNow,
    /// Do not ask again: stop with what has been answered so far.
    Stop,
    /// After a failure: do the same step again, with the same account, key and order; where the order
    /// has ended, order again.
    TryAgain,
    /// After a failure: leave the order for a new one, with the same account, key and still valid
    /// proofs. Nothing is taken back at the CA.
    OrderAnew,
    /// After a failure: order again without these names (as ordered, wildcards with `*.`).
    TryAgainWithout(Vec<String>),
}

/// What the visitor asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// The names, each once.
    pub names: Vec<DomainName>,
    /// The kind of key.
    pub key_type: KeyType,
    /// `mailto:` URLs ([`tabcert_acme::account::mailto`]).
    pub contact: Vec<String>,
    /// Whether the visitor accepted the CA's terms of service.
    pub terms_agreed: bool,
}

/// A certificate's private key: PKCS#8 DER, wiped when the last copy goes, never printed.
#[derive(Clone)]
pub struct CertificateKey(Arc<Zeroizing<Vec<u8>>>);

impl CertificateKey {
    /// Takes PKCS#8 DER.
    #[must_use]
    pub fn from_pkcs8_der(der: Zeroizing<Vec<u8>>) -> Self {
        Self(Arc::new(der))
    }

    /// PKCS#8 DER.
    #[must_use]
    pub fn pkcs8_der(&self) -> &[u8] {
        &self.0
    }
}

impl PartialEq for CertificateKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for CertificateKey {}

impl std::fmt::Debug for CertificateKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("CertificateKey(..)")
    }
}

/// Everything that the files of an issued certificate are made of.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The private key; nothing where it is with the visitor, who brought a request.
    pub key: Option<CertificateKey>,
    /// The request that the certificate was made for, PKCS#10 in DER.
    pub csr_der: Vec<u8>,
    /// The names as ordered.
    pub names: Vec<DomainName>,
    /// What the CA sent.
    pub answer: Answer,
}

/// A key and a CSR signed by it.
#[derive(Debug, Clone)]
pub struct PreparedCsr {
    /// The key.
    pub key: CertificateKey,
    /// PKCS#10 in DER.
    pub csr_der: Vec<u8>,
}

/// What a checked certificate says; everything that the result shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateSummary {
    /// The names that it is for.
    pub names: Vec<String>,
    /// Start of validity, seconds since the Unix epoch.
    pub not_before: u64,
    /// End of validity, seconds since the Unix epoch.
    pub not_after: u64,
    /// The issuer's name.
    pub issuer: String,
    /// Serial number, hexadecimal.
    pub serial: String,
    /// SHA-256 over the certificate, hexadecimal with colons.
    pub fingerprint: String,
    /// The kind of key, for people.
    pub key_type: String,
    /// Subject names from the certificate to the last one on the path to its issuers.
    pub chain: Vec<String>,
    /// What is unusual about what came, at the time of the check.
    #[serde(default)]
    pub notes: Vec<ChainNote>,
}

impl CertificateSummary {
    /// What there is to tell at a time, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn of(checked: &CheckedChain, now_ms: u64) -> Self {
        let leaf = checked.leaf();
        Self {
            notes: checked.notes_at(now_ms / 1000),
            names: checked.names().iter().map(ToString::to_string).collect(),
            not_before: leaf.not_before(),
            not_after: leaf.not_after(),
            issuer: leaf.issuer().short(),
            serial: leaf.serial_hex(),
            fingerprint: leaf.sha256_fingerprint(),
            key_type: leaf.key_description(),
            chain: checked
                .path()
                .iter()
                .map(|link| link.subject().short())
                .collect(),
        }
    }
}

/// Why a request got no answer from the CA.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TransportError {
    /// The browser would not say: no network, no CORS, an untrusted certificate, or an overloaded CA.
    #[error("no answer: {0}")]
    Network(String),
    /// The edge did not pass the request on, or the CA did not answer it; in its own words.
    #[error("{0}")]
    Edge(String),
    /// The edge will not pass this request on, however often it is asked; in its own words.
    #[error("{0}")]
    EdgeRefused(String),
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The answer is longer than [`tabcert_acme::http::MAX_RESPONSE_BYTES`].
    #[error("the answer is larger than a CA's answer can be")]
    TooLarge,
}

/// Why the edge does not answer a challenge.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error("{detail}")]
pub struct PublishError {
    /// The edge's own words, or what kept them from arriving.
    pub detail: String,
    /// Whether the host is not tied to the account: a TXT record helps.
    pub not_tied: bool,
}

/// Why there is no key or CSR.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct KeyError(pub String);

/// Why there is no certificate for the key and the names in what the CA delivered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CheckError {
    /// It is none.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// The key or the request of the order is not here, or cannot be read.
    #[error("{0}")]
    NoKey(String),
}
