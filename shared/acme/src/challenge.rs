//! Challenges (RFC 8555 §7.1.5, §8).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::AcmeError;
use crate::error::Resource;
use crate::lenient::{FromAnswer, Members, malformed};
use crate::problem::Problem;
use crate::token::Token;
use crate::url::HttpsUrl;

/// One way to prove control of an identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// What has to be done.
    pub kind: ChallengeType,
    /// Where to say that it is done.
    pub url: HttpsUrl,
    /// Where it stands; pending, where the CA does not say.
    pub status: ChallengeStatus,
    /// The token; challenges of types unknown here may have none. A malformed one makes the
    /// challenge unusable, not the authorization.
    pub token: Option<Token>,
    /// Why the CA was not convinced.
    pub error: Option<Problem>,
}

impl Challenge {
    /// Parses a challenge, as it is answered at its URL.
    ///
    /// # Errors
    /// [`AcmeError::MalformedResource`] where it is none.
    pub fn parse(body: &[u8]) -> Result<Self, AcmeError> {
        let members = Members::of_resource(Resource::Challenge, body)?;
        Self::from_members(members)
            .ok_or_else(|| malformed(Resource::Challenge, "no type or no URL".to_owned()))
    }

    fn from_members(mut members: Members) -> Option<Self> {
        Some(Self {
            kind: ChallengeType::from(members.take::<String>("type")?),
            url: members.take("url")?,
            status: members.take("status").unwrap_or_default(),
            token: members.take("token"),
            error: members.take("error"),
        })
    }
}

impl FromAnswer for Challenge {
    fn from_answer(value: Value) -> Option<Self> {
        Self::from_members(Members::of_value(value)?)
    }
}

impl FromAnswer for Token {
    fn from_answer(value: Value) -> Option<Self> {
        Self::parse(value.as_str()?).ok()
    }
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ChallengeStatus {
    /// Not started.
    #[default]
    Pending,
    /// Being checked.
    Processing,
    /// Passed.
    Valid,
    /// Failed.
    Invalid,
    /// A state that RFC 8555 does not know.
    Unknown,
}

impl FromAnswer for ChallengeStatus {
    fn from_answer(value: Value) -> Option<Self> {
        Some(match String::from_answer(value)?.as_str() {
            "pending" => Self::Pending,
            "processing" => Self::Processing,
            "valid" => Self::Valid,
            "invalid" => Self::Invalid,
            _ => Self::Unknown,
        })
    }
}

/// What starts a challenge: "an empty JSON object ("{}")" (RFC 8555 §7.5.1).
pub const START_PAYLOAD: &str = "{}";

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Challenge {
        Challenge::parse(json.as_bytes()).expect("a challenge")
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
    #[test]
    fn a_challenge_of_which_little_is_said_is_pending() {
        for rest in [
            "",
            r#","status":null,"token":null,"error":null"#,
            r#","status":"","token":7,"error":"no""#,
            r#","status":{},"token":[],"error":[]"#,
        ] {
            let challenge = parse(&format!(
                r#"{{"type":"dns-01","url":"https://ca.example/c/1"{rest}}}"#
            ));
            assert_eq!(challenge.status, ChallengeStatus::Pending, "{rest}");
            assert_eq!((challenge.token, challenge.error), (None, None), "{rest}");
        }
    }

    #[test]
    fn nothing_can_be_done_with_one_without_type_or_address() {
        for body in [
            r#"{"type":"dns-01"}"#,
            r#"{"type":"dns-01","url":""}"#,
            r#"{"url":"https://ca.example/c/1"}"#,
            r#"{"type":null,"url":"https://ca.example/c/1"}"#,
            "{}",
            "[]",
            "",
        ] {
            assert!(Challenge::parse(body.as_bytes()).is_err(), "{body}");
        }
    }
}
