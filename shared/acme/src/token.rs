//! Challenge tokens (RFC 8555 §8.3).

use serde::{Deserialize, Serialize};

use crate::{AcmeError, base64url};

/// "A random value that uniquely identifies the challenge. This value MUST have at least 128 bits
/// of entropy. It MUST NOT contain any characters outside the base64url alphabet" (RFC 8555 §8.3).
///
/// Since tokens become file names and URL paths, anything else is refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Token(String);

impl Token {
    /// Parses a token: 22 (128 bits) to 256 characters of base64url.
    ///
    /// # Errors
    /// [`AcmeError::InvalidToken`].
    pub fn parse(text: &str) -> Result<Self, AcmeError> {
        if (22..=256).contains(&text.len()) && base64url::is_alphabet(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(AcmeError::InvalidToken)
        }
    }

    /// The token as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Token {
    type Error = AcmeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Token> for String {
    fn from(token: Token) -> Self {
        token.0
    }
}

impl std::fmt::Display for Token {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_token_of_rfc_8555_and_nothing_like_a_path() {
        assert!(Token::parse("LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0").is_ok());
        for text in [
            "",
            "short",
            "../../../../etc/passwd-aaaaaaa",
            "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0=",
        ] {
            assert_eq!(Token::parse(text), Err(AcmeError::InvalidToken), "{text}");
        }
        assert!(Token::parse(&"a".repeat(257)).is_err());
    }
}
