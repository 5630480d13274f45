//! The types of problems as values that can be matched.

use super::TYPE_PREFIX;

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

    #[test]
    fn names_round_trip() {
        let uri = format!("{TYPE_PREFIX}badNonce");
        assert_eq!(ProblemKind::from_uri(&uri), ProblemKind::BadNonce);
        assert_eq!(ProblemKind::BadNonce.name(), "badNonce");
        assert_eq!(ProblemKind::from_uri("badNonce"), ProblemKind::Other);
    }
}
