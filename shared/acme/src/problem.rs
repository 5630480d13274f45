//! Problem documents (RFC 7807) as ACME uses them (RFC 8555 §6.7).

use serde::{Deserialize, Serialize};

use crate::identifier::Identifier;

/// What every ACME error type starts with (RFC 8555 §6.7).
pub const TYPE_PREFIX: &str = "urn:ietf:params:acme:error:";

/// A CA's refusal, kept whole: the visitor sees the CA's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The full type URI; [`Problem::kind`] reads it.
    #[serde(rename = "type", default = "about_blank")]
    pub type_uri: String,
    /// The CA's sentence about what went wrong.
    #[serde(default)]
    pub detail: String,
    /// HTTP status; absent inside challenges and subproblems of some CAs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// A URL that the visitor should open (RFC 8555 §6.7, userActionRequired).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Which name a subproblem is about (RFC 8555 §6.7.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<Identifier>,
    /// Problems per identifier (RFC 8555 §6.7.1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subproblems: Vec<Problem>,
    /// Signature algorithms that the CA takes, with badSignatureAlgorithm (RFC 8555 §6.2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub algorithms: Vec<String>,
}

impl Problem {
    /// Reads the body of an error answer. A body that is no problem document (a load balancer's
    /// page, for example) becomes one of type `about:blank` that quotes its beginning, so that no
    /// answer of a CA is lost.
    #[must_use]
    pub fn from_response(status: u16, body: &[u8]) -> Self {
        let mut problem: Self = serde_json::from_slice(body).unwrap_or_else(|_| Self {
            detail: String::from_utf8_lossy(&body[..body.len().min(300)])
                .trim()
                .to_owned(),
            ..Self::blank()
        });
        problem.status.get_or_insert(status);
        problem
    }

    /// A problem without type and text.
    #[must_use]
    pub fn blank() -> Self {
        Self {
            type_uri: about_blank(),
            detail: String::new(),
            status: None,
            instance: None,
            identifier: None,
            subproblems: Vec::new(),
            algorithms: Vec::new(),
        }
    }

    /// The type as a value that can be matched.
    #[must_use]
    pub fn kind(&self) -> ProblemKind {
        ProblemKind::from_uri(&self.type_uri)
    }

    /// This problem and all below it, itself first.
    pub fn flatten(&self) -> impl Iterator<Item = &Self> {
        let mut stack = vec![self];
        std::iter::from_fn(move || {
            let next = stack.pop()?;
            stack.extend(next.subproblems.iter().rev());
            Some(next)
        })
    }
}

fn about_blank() -> String {
    "about:blank".to_owned()
}

macro_rules! problem_kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// The error types of RFC 8555 §6.7, RFC 9773 §7.4 and the profiles extension.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum ProblemKind {
            $($(#[$doc])* $variant,)+
            /// Any other type, or none.
            Other,
        }

        impl ProblemKind {
            /// Reads a type URI.
            #[must_use]
            pub fn from_uri(uri: &str) -> Self {
                match uri.strip_prefix(TYPE_PREFIX) {
                    $(Some($name) => Self::$variant,)+
                    _ => Self::Other,
                }
            }

            /// The last part of the type URI, empty for [`ProblemKind::Other`].
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                    Self::Other => "",
                }
            }
        }
    };
}

problem_kinds! {
    /// The account does not exist.
    AccountDoesNotExist = "accountDoesNotExist",
    /// The certificate named in `replaces` has been replaced already (RFC 9773 §7.4).
    AlreadyReplaced = "alreadyReplaced",
    /// The certificate is revoked already.
    AlreadyRevoked = "alreadyRevoked",
    /// The CSR is not acceptable.
    BadCsr = "badCSR",
    /// The nonce was used, or is too old.
    BadNonce = "badNonce",
    /// The public key is not acceptable.
    BadPublicKey = "badPublicKey",
    /// The revocation reason is not allowed.
    BadRevocationReason = "badRevocationReason",
    /// The JWS algorithm is not supported.
    BadSignatureAlgorithm = "badSignatureAlgorithm",
    /// CAA records forbid this CA to issue.
    Caa = "caa",
    /// Several problems; look at the subproblems.
    Compound = "compound",
    /// The CA could not connect to the host.
    Connection = "connection",
    /// A DNS query failed.
    Dns = "dns",
    /// The CA wants an external account binding.
    ExternalAccountRequired = "externalAccountRequired",
    /// The answer to the challenge was not the expected one.
    IncorrectResponse = "incorrectResponse",
    /// A contact URL is invalid.
    InvalidContact = "invalidContact",
    /// The profile is not offered.
    InvalidProfile = "invalidProfile",
    /// The request was malformed.
    Malformed = "malformed",
    /// The order is not ready to be finalized.
    OrderNotReady = "orderNotReady",
    /// Too many requests.
    RateLimited = "rateLimited",
    /// The CA will not issue for this identifier.
    RejectedIdentifier = "rejectedIdentifier",
    /// The CA failed.
    ServerInternal = "serverInternal",
    /// A TLS error during validation.
    Tls = "tls",
    /// The client is not allowed to do this.
    Unauthorized = "unauthorized",
    /// The contact's scheme is not supported.
    UnsupportedContact = "unsupportedContact",
    /// The identifier's type is not supported.
    UnsupportedIdentifier = "unsupportedIdentifier",
    /// The visitor has to do something at the CA's site.
    UserActionRequired = "userActionRequired",
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8555 §6.7.1.
    const EXAMPLE: &str = r#"{
        "type": "urn:ietf:params:acme:error:malformed",
        "detail": "Some of the identifiers requested were rejected",
        "subproblems": [
            {
                "type": "urn:ietf:params:acme:error:malformed",
                "detail": "Invalid underscore in DNS name \"_example.org\"",
                "identifier": { "type": "dns", "value": "_example.org" }
            },
            {
                "type": "urn:ietf:params:acme:error:rejectedIdentifier",
                "detail": "This CA will not issue for \"example.net\"",
                "identifier": { "type": "dns", "value": "example.net" }
            }
        ]
    }"#;

    #[test]
    fn reads_the_example_of_rfc_8555() {
        let problem = Problem::from_response(403, EXAMPLE.as_bytes());
        assert_eq!(problem.kind(), ProblemKind::Malformed);
        assert_eq!(problem.status, Some(403));
        let kinds: Vec<_> = problem.flatten().map(Problem::kind).collect();
        assert_eq!(
            kinds,
            [
                ProblemKind::Malformed,
                ProblemKind::Malformed,
                ProblemKind::RejectedIdentifier
            ]
        );
        let named = problem.subproblems[0]
            .identifier
            .as_ref()
            .map(ToString::to_string);
        assert_eq!(named.as_deref(), Some("_example.org"));
    }

    #[test]
    fn keeps_the_words_of_a_load_balancer() {
        let problem = Problem::from_response(503, b"<html>busy</html>");
        assert_eq!(
            (problem.kind(), problem.status),
            (ProblemKind::Other, Some(503))
        );
        assert_eq!(problem.detail, "<html>busy</html>");
    }

    #[test]
    fn names_round_trip() {
        let uri = format!("{TYPE_PREFIX}badNonce");
        assert_eq!(ProblemKind::from_uri(&uri), ProblemKind::BadNonce);
        assert_eq!(ProblemKind::BadNonce.name(), "badNonce");
        assert_eq!(ProblemKind::from_uri("badNonce"), ProblemKind::Other);
    }
}
