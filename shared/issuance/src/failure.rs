//! Why an issuance stopped, as a type; [`crate::explain`] turns it into words.

mod refusal;

use tabcert_acme::AcmeError;
use tabcert_acme::problem::{Problem, ProblemKind};
use tabcert_pki::Misfit;

use crate::event::{CheckError, KeyError, TransportError};
use crate::transcript::RequestKind;
use crate::view::{Cause, NameCause};
pub use refusal::Refusal;

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
    /// The CA, or what answers in its place, sends more than a CA's answer can be.
    TooLarge {
        /// What was asked.
        kind: RequestKind,
    },
    /// The CA gives nonces that are not base64url. RFC 8555 §6.5.1: "Clients MUST ignore invalid
    /// Replay-Nonce values."
    UnusableNonce,
    /// The CA refused a request.
    Refused(Box<Refusal>),
    /// The CA has an address for this request and does not serve it (405, 501).
    NotServed(Box<Refusal>),
    /// The CA was not convinced by the proofs, or its authorizations have ended.
    Unproven(Vec<UnprovenName>),
    /// The CA has said nothing about the proofs of these names, for as long as it was asked.
    SilentAboutProofs(Vec<String>),
    /// The CA asks for proofs of names that were not ordered.
    ForeignNames(Vec<String>),
    /// The order failed at the CA, which did not say which name it was about.
    OrderInvalid(Option<Box<Problem>>),
    /// The order was open when it was looked at last, and has ended since: its time was over.
    OrderEnded(Option<Box<Problem>>),
    /// The CA has kept saying that it does not have something that belongs to the order, though it gave
    /// the URL itself. The order may be there all the same: a new one is the visitor's decision.
    OrderUnknown(Box<Refusal>),
    /// The CA offers no challenge that can be answered here, for these names.
    NoUsableChallenge(Vec<String>),
    /// The CA broke the protocol.
    Protocol(AcmeError),
    /// The CA did not finish in time.
    TookTooLong,
    /// The visitor did not want to wait any longer.
    Stopped,
    /// The browser could not make the key or the CSR.
    Key(KeyError),
    /// The request that the visitor brought is for the account's key.
    AccountKeyInRequest,
    /// There is no certificate for the key and the names in what the CA delivered.
    Mismatch(CheckError),
    /// The CA's directory does not have this.
    NotOffered(&'static str),
}

impl Failure {
    /// Its kind, for those who look at it from outside.
    pub(crate) fn cause(&self) -> Cause {
        match self {
            Self::Unreachable { .. } => Cause::Unreachable,
            Self::Silent { .. } => Cause::Silent,
            Self::TooLarge { .. } => Cause::TooLarge,
            Self::UnusableNonce => Cause::UnusableNonce,
            Self::NotServed(_) => Cause::NotServed,
            Self::Refused(_) => Cause::Refused,
            Self::Unproven(names) if names.iter().all(|name| name.standing.is_over()) => {
                Cause::AuthorizationsEnded
            }
            Self::Unproven(_) => Cause::Unproven,
            Self::SilentAboutProofs(_) => Cause::SilentAboutProofs,
            Self::ForeignNames(_) => Cause::ForeignNames,
            Self::OrderInvalid(_) => Cause::OrderInvalid,
            Self::OrderEnded(_) => Cause::OrderEnded,
            Self::OrderUnknown(_) => Cause::OrderUnknown,
            Self::NoUsableChallenge(_) => Cause::NoUsableChallenge,
            Self::Protocol(_) => Cause::Protocol,
            Self::TookTooLong => Cause::TookTooLong,
            Self::Stopped => Cause::Stopped,
            Self::Key(_) => Cause::Key,
            Self::AccountKeyInRequest => Cause::AccountKeyInRequest,
            Self::Mismatch(_) => Cause::Mismatch,
            Self::NotOffered(_) => Cause::NotOffered,
        }
    }

    /// Why the CA's answer is no certificate for the key and the names.
    pub(crate) fn misfit(&self) -> Option<&Misfit> {
        match self {
            Self::Mismatch(CheckError::Misfit(misfit)) => Some(misfit),
            _ => None,
        }
    }

    /// Whether the CA refused this kind of request.
    pub(crate) fn is_refusal_of(&self, kind: RequestKind) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.kind == kind)
    }

    /// Whether the CA has said that there is no order, or none any more. Everything else – an answer
    /// that surprises, a refusal to show something, silence – leaves the order where it was.
    pub(crate) fn ends_order(&self) -> bool {
        match self {
            Self::OrderInvalid(_) | Self::OrderEnded(_) => true,
            // RFC 8555 §7.1.6: the order is invalid with the first authorization that fails or ends.
            Self::Unproven(names) => names.iter().any(|name| name.standing.ends_order()),
            // What a server at fault says does not settle whether the order was made.
            Self::Refused(refusal) => {
                refusal.kind == RequestKind::NewOrder && !refusal.leaves_doubt()
            }
            Self::NotServed(refusal) => refusal.kind == RequestKind::NewOrder,
            Self::Unreachable { .. }
            | Self::Silent { .. }
            | Self::TooLarge { .. }
            | Self::UnusableNonce
            | Self::SilentAboutProofs(_)
            | Self::ForeignNames(_)
            | Self::OrderUnknown(_)
            | Self::NoUsableChallenge(_)
            | Self::Protocol(_)
            | Self::TookTooLong
            | Self::Stopped
            | Self::Key(_)
            | Self::AccountKeyInRequest
            | Self::Mismatch(_)
            | Self::NotOffered(_) => false,
        }
    }

    /// Whether the CA refuses an order because of the certificate that it shall replace. RFC 9773 §5 has a
    /// type for one that has been replaced already; of others CAs speak in words.
    pub(crate) fn is_about_replacing(&self) -> bool {
        let Self::Refused(refusal) = self else {
            return false;
        };
        let says = |word| {
            let detail = &refusal.problem.detail;
            detail.to_ascii_lowercase().contains(word)
        };
        match (refusal.problem.kind(), refusal.problem.status) {
            (ProblemKind::AlreadyReplaced, _) => true,
            (ProblemKind::Malformed | ProblemKind::Unauthorized | ProblemKind::Other, status) => {
                match status {
                    Some(404 | 409) => says("replace") || says("certificate") || says("certid"),
                    Some(400 | 403) => says("replace"),
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// Whether the same may be answered another time: it says nothing about what was asked for.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::Silent { .. }
            | Self::UnusableNonce
            | Self::Protocol(_) => true,
            Self::Refused(refusal) => refusal.is_for_now() && refusal.problem.status != Some(501),
            _ => false,
        }
    }

    /// When the CA wants to be asked again, where it said so.
    pub(crate) fn retry_at_ms(&self) -> Option<u64> {
        match self {
            Self::Refused(refusal) => refusal.retry_at_ms,
            _ => None,
        }
    }

    /// Whether the CA does not know the account, so that it has to be made again.
    pub(crate) fn is_lost_account(&self) -> bool {
        let Self::Refused(refusal) = self else {
            return false;
        };
        refusal.problem.kind() == ProblemKind::AccountDoesNotExist
    }
}

/// A name that is not proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnprovenName {
    /// The name as ordered.
    pub name: String,
    /// The challenge type that failed, where it is known.
    pub challenge: String,
    /// The CA's words.
    pub problem: Problem,
    /// Whether anything can become of it.
    pub standing: ProofStanding,
}

/// How a proof stands that the CA was not convinced by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofStanding {
    /// The CA can be asked to look again (RFC 8555 §8.2).
    Pending,
    /// It failed, for good (RFC 8555 §7.1.6).
    Failed,
    /// The authorization's time is over.
    Expired,
    /// The account gave the authorization up.
    Deactivated,
    /// The CA took the authorization back.
    Revoked,
}

impl ProofStanding {
    /// Whether only another order brings another try.
    pub(crate) fn ends_order(self) -> bool {
        self != Self::Pending
    }

    /// Whether it ended without being looked at.
    fn is_over(self) -> bool {
        matches!(self, Self::Expired | Self::Deactivated | Self::Revoked)
    }

    /// Its kind, for those who look at it from outside.
    pub(crate) fn cause(self) -> NameCause {
        match self {
            Self::Pending => NameCause::ProofNotFound,
            Self::Failed => NameCause::ProofFailed,
            Self::Expired => NameCause::Expired,
            Self::Deactivated => NameCause::Deactivated,
            Self::Revoked => NameCause::Revoked,
        }
    }
}
