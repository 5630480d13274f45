//! Challenges (RFC 8555 §7.1.5, §8).

use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::token::Token;
use crate::url::HttpsUrl;

/// One way to prove control of an identifier.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Challenge {
    /// What has to be done.
    #[serde(rename = "type")]
    pub kind: ChallengeType,
    /// Where to say that it is done.
    pub url: HttpsUrl,
    /// Where it stands.
    pub status: ChallengeStatus,
    /// The token; challenges of types unknown here may have none. A malformed one makes the
    /// challenge unusable, not the authorization.
    #[serde(default, deserialize_with = "usable_token")]
    pub token: Option<Token>,
    /// Why the CA was not convinced.
    #[serde(default)]
    pub error: Option<Problem>,
}

/// What a challenge asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum ChallengeType {
    /// A file under `/.well-known/acme-challenge/` (RFC 8555 §8.3).
    Http01,
    /// A TXT record at `_acme-challenge` (RFC 8555 §8.4).
    Dns01,
    /// A type that is not supported here; tolerated (RFC 8555 §9.7.8 is an open registry).
    Unknown(String),
}

impl ChallengeType {
    /// The name in the registry of RFC 8555 §9.7.8.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Http01 => "http-01",
            Self::Dns01 => "dns-01",
            Self::Unknown(name) => name,
        }
    }
}

impl From<String> for ChallengeType {
    fn from(name: String) -> Self {
        match name.as_str() {
            "http-01" => Self::Http01,
            "dns-01" => Self::Dns01,
            _ => Self::Unknown(name),
        }
    }
}

impl From<ChallengeType> for String {
    fn from(kind: ChallengeType) -> Self {
        kind.as_str().to_owned()
    }
}

impl std::fmt::Display for ChallengeType {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.as_str())
    }
}

/// The states of a challenge (RFC 8555 §7.1.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChallengeStatus {
    /// Not started.
    Pending,
    /// Being checked.
    Processing,
    /// Passed.
    Valid,
    /// Failed.
    Invalid,
    /// A state that RFC 8555 does not know.
    #[serde(other)]
    Unknown,
}

/// What starts a challenge: "an empty JSON object ("{}")" (RFC 8555 §7.5.1).
pub const START_PAYLOAD: &str = "{}";

fn usable_token<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Token>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.and_then(|text| Token::parse(&text).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Challenge {
        serde_json::from_str(json).expect("a challenge")
    }

    #[test]
    fn tolerates_unknown_types_and_missing_tokens() {
        let challenge =
            parse(r#"{"type":"dns-persist-01","url":"https://ca.example/c/1","status":"pending"}"#);
        assert_eq!(
            challenge.kind,
            ChallengeType::Unknown("dns-persist-01".to_owned())
        );
        assert_eq!(
            (challenge.kind.as_str(), challenge.token),
            ("dns-persist-01", None)
        );
    }

    #[test]
    fn a_malformed_token_makes_no_usable_challenge() {
        let challenge = parse(
            r#"{"type":"http-01","url":"https://ca.example/c/1","status":"pending","token":"../../x"}"#,
        );
        assert_eq!(challenge.token, None);
    }

    #[test]
    fn keeps_the_error() {
        let challenge = parse(
            r#"{"type":"dns-01","url":"https://ca.example/c/1","status":"invalid","token":"LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0",
                "error":{"type":"urn:ietf:params:acme:error:dns","detail":"NXDOMAIN"}}"#,
        );
        assert_eq!(
            challenge.error.map(|problem| problem.detail).as_deref(),
            Some("NXDOMAIN")
        );
    }
}
