//! Key authorizations and what the challenges make of them (RFC 8555 §8).

use sha2::{Digest, Sha256};

use crate::base64url;
use crate::jwk::Thumbprint;
use crate::token::Token;

/// `token || '.' || base64url(Thumbprint(accountKey))` (RFC 8555 §8.1): the body of an http-01
/// answer (§8.3).
#[must_use]
pub fn key_authorization(token: &Token, thumbprint: &Thumbprint) -> String {
    format!("{token}.{thumbprint}")
}

/// The TXT value for dns-01: base64url of the key authorization's SHA-256 (RFC 8555 §8.4).
#[must_use]
pub fn dns_txt_value(token: &Token, thumbprint: &Thumbprint) -> String {
    base64url::encode(&Sha256::digest(
        key_authorization(token, thumbprint).as_bytes(),
    ))
}

/// The record's name for dns-01, without trailing dot: `_acme-challenge` in front of the name
/// without wildcard (RFC 8555 §8.4).
#[must_use]
pub fn dns_record_name(base: &str) -> String {
    format!("_acme-challenge.{base}")
}

/// The path that an http-01 answer is fetched from (RFC 8555 §8.3).
#[must_use]
pub fn http_path(token: &Token) -> String {
    format!("/.well-known/acme-challenge/{token}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Token and thumbprint of RFC 8555 §8.3 and RFC 7638 §3.1; the digest was made with openssl.
    #[test]
    fn matches_the_examples() {
        let token = Token::parse("LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0").expect("a token");
        let thumbprint =
            Thumbprint::parse("9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI").expect("a thumbprint");
        assert_eq!(
            key_authorization(&token, &thumbprint),
            "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI"
        );
        assert_eq!(
            dns_txt_value(&token, &thumbprint),
            "LPsIwTo7o8BoG0-vjCyGQGBWSVIPxI-i_X336eUOQZo"
        );
        assert_eq!(
            dns_record_name("www.example.org"),
            "_acme-challenge.www.example.org"
        );
        assert_eq!(
            http_path(&token),
            "/.well-known/acme-challenge/LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0"
        );
    }
}
