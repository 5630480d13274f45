//! What the page signs to have the edge serve a challenge token, or stop serving it.
//!
//! The message is a JWS by the ACME account key, as a CA would get it (RFC 8555 §6.2), but without
//! nonce: it can be taken neither for a request to a CA nor the other way round, for its `url` is
//! the edge's and the edge refuses a `nonce`.

use serde::{Deserialize, Serialize};
use tabcert_acme::domain::DomainName;
use tabcert_acme::jws::{Jws, sign_for_edge};
use tabcert_acme::key::AccountKey;
use tabcert_acme::key_authorization::key_authorization;
use tabcert_acme::token::Token;

use crate::path::http01_path;

/// What is to happen to a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// Serve it; sent with PUT.
    Put,
    /// Serve it no longer; sent with DELETE.
    Remove,
}

/// The payload of the JWS. Host and token stand in the `url` that the JWS is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenClaims {
    /// Says the same as the method, which the signature does not cover.
    pub what: Operation,
    /// The key authorization that is, or was, to be served (RFC 8555 §8.1).
    pub key_authorization: String,
    /// When this was signed, in milliseconds since 1970: fine enough that no two messages of a page
    /// are the same, since the edge takes each only once.
    pub issued_at_ms: u64,
}

/// Signs the request to serve a token; send it with PUT to `edge_origin` + [`http01_path`], as
/// [`tabcert_acme::jws::CONTENT_TYPE`].
///
/// `edge_origin` is the edge's as browsers write it, for example `https://edge.example`; `now_ms`
/// is in milliseconds since 1970.
#[must_use]
pub fn sign_token_write(
    key: &AccountKey,
    edge_origin: &str,
    host: &DomainName,
    token: &Token,
    now_ms: u64,
) -> Jws {
    sign(key, Operation::Put, edge_origin, host, token, now_ms)
}

/// Signs the request to serve a token no longer; send it with DELETE. See [`sign_token_write`].
#[must_use]
pub fn sign_token_removal(
    key: &AccountKey,
    edge_origin: &str,
    host: &DomainName,
    token: &Token,
    now_ms: u64,
) -> Jws {
    sign(key, Operation::Remove, edge_origin, host, token, now_ms)
}

fn sign(
    key: &AccountKey,
    what: Operation,
    edge_origin: &str,
    host: &DomainName,
    token: &Token,
    now_ms: u64,
) -> Jws {
    let claims = TokenClaims {
        what,
        key_authorization: key_authorization(token, key.thumbprint()),
        issued_at_ms: now_ms,
    };
    // Strings and numbers only: serialising them cannot fail.
    let payload = serde_json::to_vec(&claims).unwrap_or_default();
    let url = format!("{edge_origin}{}", http01_path(host, token));
    sign_for_edge(key, &url, &payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_have_one_spelling() {
        let claims = TokenClaims {
            what: Operation::Put,
            key_authorization: "a.b".to_owned(),
            issued_at_ms: 1_700_000_000_123,
        };
        let text = r#"{"what":"put","key_authorization":"a.b","issued_at_ms":1700000000123}"#;
        assert_eq!(serde_json::to_string(&claims).expect("JSON"), text);
        assert_eq!(
            serde_json::from_str::<TokenClaims>(text).expect("claims"),
            claims
        );
        for text in [
            r#"{"what":"put","what":"remove","key_authorization":"a.b","issued_at_ms":1}"#,
            r#"{"what":"put","key_authorization":"a.b","issued_at_ms":1,"x":1}"#,
            r#"{"what":"PUT","key_authorization":"a.b","issued_at_ms":1}"#,
            r#"{"what":"put","key_authorization":"a.b","issued_at_ms":-1}"#,
            r#"{"what":"put","key_authorization":"a.b","issued_at_ms":"1"}"#,
            r#"{"what":"put","issued_at_ms":1}"#,
        ] {
            assert!(serde_json::from_str::<TokenClaims>(text).is_err(), "{text}");
        }
    }
}
