//! The one error type of this crate.

use thiserror::Error;

use crate::domain::DomainError;

/// What can be wrong with bytes that claim to be ACME. Every variant says whose they were.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AcmeError {
    /// The CA sent an object that RFC 8555 does not allow.
    #[error("the CA sent a malformed {resource}: {reason}")]
    MalformedResource {
        /// Which resource it should have been.
        resource: Resource,
        /// What the parser did not like.
        reason: String,
    },
    /// The CA left out a header that RFC 8555 requires.
    #[error("the CA's answer for a {resource} has no {header} header")]
    MissingHeader {
        /// Which resource was answered.
        resource: Resource,
        /// The header's name.
        header: &'static str,
    },
    /// The CA sent a header that RFC 8555 has clients ignore, and needs.
    #[error("the {header} header of the CA's answer for a {resource} is not what RFC 8555 allows")]
    InvalidHeader {
        /// Which resource was answered.
        resource: Resource,
        /// The header's name.
        header: &'static str,
    },
    /// A URL that is not absolute `https`, or longer than [`crate::url::MAX_LENGTH`].
    #[error("not a usable https URL: {0}")]
    InvalidUrl(String),
    /// A challenge token outside the base64url alphabet (RFC 8555 §8.3), or of an absurd length.
    #[error("the challenge token is not base64url of 22 to 256 characters")]
    InvalidToken,
    /// A name that no public CA can certify.
    #[error(transparent)]
    InvalidDomain(#[from] DomainError),
    /// A JWK or JWS that is not acceptable.
    #[error("{0}")]
    InvalidJose(#[from] JoseError),
    /// What should name a certificate in renewal information (RFC 9773 §4.1) does not.
    #[error("not the name of a certificate as RFC 9773 writes it")]
    InvalidCertId,
}

/// What is wrong with a JWK or a JWS; always the sender's fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum JoseError {
    /// Not a flattened JSON serialisation (RFC 7515 §7.2.2) of base64url members.
    #[error("not a JWS in flattened JSON serialisation")]
    Serialisation,
    /// The protected header is not what RFC 8555 §6.2 asks for.
    #[error("the protected header of the JWS is not acceptable")]
    Header,
    /// The key is of an unsupported kind, off its curve, or too small.
    #[error("the key is not an acceptable P-256, P-384 or RSA key")]
    Key,
    /// `alg` and key do not fit each other, or the algorithm is not supported.
    #[error("the signature algorithm does not fit the key")]
    Algorithm,
    /// The signature does not verify.
    #[error("the signature does not verify")]
    Signature,
}

/// The resources of RFC 8555 §7.1 and RFC 9773 §4, for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Resource {
    Directory,
    Nonce,
    Account,
    Order,
    OrdersList,
    Authorization,
    Challenge,
    Certificate,
    RenewalInfo,
}

impl std::fmt::Display for Resource {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Directory => "directory",
            Self::Nonce => "nonce",
            Self::Account => "account",
            Self::Order => "order",
            Self::OrdersList => "list of orders",
            Self::Authorization => "authorization",
            Self::Challenge => "challenge",
            Self::Certificate => "certificate",
            Self::RenewalInfo => "renewal information",
        })
    }
}
