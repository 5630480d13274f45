//! Why an issuance stopped, as a type; [`crate::explain`] turns it into words.

use tabcert_acme::AcmeError;
use tabcert_acme::problem::Problem;

use crate::event::{CheckError, KeyError, TransportError};
use crate::transcript::RequestKind;

/// Why an issuance stopped. The variants say who can change something about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Neither way leads to the CA: the network, the address, or a missing edge.
    Unreachable {
        /// What the direct attempt met.
        direct: TransportError,
        /// What the attempt by way of the edge met, where there is an edge.
        edge: Option<TransportError>,
    },
    /// A CA that answered before does not answer any more, after several attempts.
    Silent {
        /// What was asked.
        kind: RequestKind,
        /// What the last attempt met.
        error: TransportError,
    },
    /// The CA refused a request.
    Refused(Box<Refusal>),
    /// The CA was not convinced by the proofs: the visitor's DNS or web server.
    Unproven(Vec<UnprovenName>),
    /// The order failed at the CA, which did not say which name it was about.
    OrderInvalid(Option<Box<Problem>>),
    /// The CA offers no challenge that can be answered here, for these names.
    NoUsableChallenge(Vec<String>),
    /// The CA broke the protocol.
    Protocol(AcmeError),
    /// The CA did not finish in time.
    TookTooLong,
    /// The browser could not make the key or the CSR.
    Key(KeyError),
    /// What the CA delivered does not belong to the key and the names.
    Mismatch(CheckError),
}

/// A problem document with its circumstances.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What was asked.
    pub kind: RequestKind,
    /// The CA's words, whole.
    pub problem: Problem,
    /// When the CA wants to be asked again, milliseconds since the Unix epoch.
    pub retry_at_ms: Option<u64>,
    /// A page about it: `Link rel="help"`, or the terms of service (RFC 8555 §6.7, §7.3.3).
    pub link: Option<String>,
}

/// A name whose proof failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnprovenName {
    /// The name as ordered.
    pub name: String,
    /// The challenge type that failed.
    pub challenge: String,
    /// The CA's words.
    pub problem: Problem,
}
