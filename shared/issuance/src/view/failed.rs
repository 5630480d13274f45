//! What is shown of an issuance that stopped.

use serde::{Deserialize, Serialize};
use tabcert_pki::Misfit;

use crate::explain::Explanation;

/// What went wrong, and the ways on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// What it was.
    #[serde(default)]
    pub cause: Cause,
    /// In human words, with the CA's own.
    pub explanation: Explanation,
    /// What the CA said about single names.
    pub names: Vec<NameFailure>,
    /// Whether [`crate::Intent::TryAgain`] makes sense.
    pub can_try_again: bool,
    /// Not before this time, milliseconds since the Unix epoch, where the CA said so. The visitor may
    /// know better.
    pub not_before_ms: Option<u64>,
    /// Whether the names are those of a request that the visitor brought: none can be left out.
    #[serde(default)]
    pub names_are_fixed: bool,
    /// What has become of the order.
    #[serde(default)]
    pub order: OrderStanding,
    /// Why the CA's answer is no certificate for the key and the names, where that is what went wrong. It
    /// is kept: [`crate::Issuance::misdelivery`].
    #[serde(default)]
    pub misfit: Option<Misfit>,
}

/// What has become of an order whose issuance stopped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderStanding {
    /// There is none, or it has ended: [`crate::Intent::TryAgain`] makes one.
    #[default]
    None,
    /// The CA has it: [`crate::Intent::TryAgain`] goes on with it, [`crate::Intent::OrderAnew`] leaves
    /// it.
    Open,
    /// The same, and its certificate has been issued.
    Issued,
}

/// The kinds of [`Failed`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// Stored without one.
    #[default]
    Unknown,
    /// No way leads to the CA.
    Unreachable,
    /// The CA does not answer any more.
    Silent,
    /// An answer is larger than a CA's can be.
    TooLarge,
    /// The CA's nonces cannot be used.
    UnusableNonce,
    /// The CA refused a request.
    Refused,
    /// The CA does not serve what its directory names.
    NotServed,
    /// The CA was not convinced by the proofs.
    Unproven,
    /// The CA has said nothing about the proofs.
    SilentAboutProofs,
    /// Authorizations have ended without a proof that failed.
    AuthorizationsEnded,
    /// The CA asks for proofs of names that were not ordered.
    ForeignNames,
    /// The CA gave the order up.
    OrderInvalid,
    /// The order's time is over.
    OrderEnded,
    /// The CA does not know the order any more.
    OrderUnknown,
    /// No challenge that can be answered here.
    NoUsableChallenge,
    /// The CA's answer cannot be understood.
    Protocol,
    /// The CA did not finish in time.
    TookTooLong,
    /// The visitor stopped waiting.
    Stopped,
    /// No key or CSR.
    Key,
    /// The request that the visitor brought is for the account's key.
    AccountKeyInRequest,
    /// Key, names and certificate do not belong together.
    Mismatch,
    /// The CA's directory does not have it.
    NotOffered,
}

impl Cause {
    /// A name for it, as used in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Unreachable => "unreachable",
            Self::Silent => "silent",
            Self::TooLarge => "too-large",
            Self::UnusableNonce => "unusable-nonce",
            Self::Refused => "refused",
            Self::NotServed => "not-served",
            Self::Unproven => "unproven",
            Self::SilentAboutProofs => "silent-about-proofs",
            Self::AuthorizationsEnded => "authorizations-ended",
            Self::ForeignNames => "foreign-names",
            Self::OrderInvalid => "order-invalid",
            Self::OrderEnded => "order-ended",
            Self::OrderUnknown => "order-unknown",
            Self::NoUsableChallenge => "no-usable-challenge",
            Self::Protocol => "protocol",
            Self::TookTooLong => "took-too-long",
            Self::Stopped => "stopped",
            Self::Key => "key",
            Self::AccountKeyInRequest => "account-key-in-request",
            Self::Mismatch => "mismatch",
            Self::NotOffered => "not-offered",
        }
    }
}

/// What the CA said about one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameFailure {
    /// The name as ordered.
    pub name: String,
    /// What it was.
    #[serde(default)]
    pub cause: NameCause,
    /// In human words, with the CA's own.
    pub explanation: Explanation,
}

/// The kinds of [`NameFailure`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum NameCause {
    /// The CA blames the name in its refusal.
    #[default]
    Blamed,
    /// The proof failed: only another order brings another try.
    ProofFailed,
    /// The proof was not found; the CA can be asked to look again.
    ProofNotFound,
    /// The CA has not said anything about the proof.
    Undecided,
    /// The authorization's time is over.
    Expired,
    /// The account gave the authorization up.
    Deactivated,
    /// The CA took the authorization back.
    Revoked,
    /// None of the challenges can be answered here.
    Unusable,
    /// Nobody ordered it.
    NotOrdered,
}
