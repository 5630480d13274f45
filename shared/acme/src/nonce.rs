//! Replay nonces (RFC 8555 §6.5).

use crate::base64url;

/// A value for one JWS, from a `Replay-Nonce` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonce(String);

impl Nonce {
    /// Parses a `Replay-Nonce` value; `None` where it is not one.
    ///
    /// RFC 8555 §6.5.1: "The value of the Replay-Nonce header field MUST be an octet string encoded
    /// according to the base64url encoding […]. Clients MUST ignore invalid Replay-Nonce values."
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=512).contains(&text.len()) && base64url::is_alphabet(text);
        fits.then(|| Self(text.to_owned()))
    }

    /// The nonce as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignores_invalid_values() {
        assert_eq!(
            Nonce::parse("D8s4D2mLs8Vn-goWuPQeKA")
                .map(|nonce| nonce.0)
                .as_deref(),
            Some("D8s4D2mLs8Vn-goWuPQeKA")
        );
        assert_eq!(Nonce::parse(""), None);
        assert_eq!(Nonce::parse("with blank"), None);
        assert_eq!(Nonce::parse("a, b"), None);
        assert_eq!(Nonce::parse("oFvnlFP1wIhRlYS2jTaXbA=="), None);
        assert_eq!(Nonce::parse(&"a".repeat(513)), None);
    }
}
