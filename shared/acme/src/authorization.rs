//! Authorizations (RFC 8555 §7.1.4, §7.5).

use serde::Deserialize;

use crate::AcmeError;
use crate::challenge::Challenge;
use crate::error::{Resource, parse_json};
use crate::identifier::Identifier;

/// The CA's view of whether an account may have certificates for one identifier.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Authorization {
    /// What it is about; never a wildcard (see [`Authorization::wildcard`]).
    pub identifier: Identifier,
    /// Where it stands.
    pub status: AuthorizationStatus,
    /// When it ends, RFC 3339.
    #[serde(default)]
    pub expires: Option<String>,
    /// The ways to prove control; the CA chooses their order.
    #[serde(default)]
    pub challenges: Vec<Challenge>,
    /// Whether the order asked for `*.` in front of the identifier.
    #[serde(default)]
    pub wildcard: bool,
}

/// The states of an authorization (RFC 8555 §7.1.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthorizationStatus {
    /// A challenge is to be completed.
    Pending,
    /// Control is proven; nothing to do.
    Valid,
    /// A challenge failed. It cannot be tried again: only a new order helps.
    Invalid,
    /// Given up by the account.
    Deactivated,
    /// Too old.
    Expired,
    /// Taken back by the CA.
    Revoked,
    /// A state that RFC 8555 does not know.
    #[serde(other)]
    Unknown,
}

impl AuthorizationStatus {
    /// Whether only a new order can bring another authorization (RFC 8555 §7.1.6).
    #[must_use]
    pub fn has_ended(self) -> bool {
        match self {
            Self::Invalid | Self::Deactivated | Self::Expired | Self::Revoked => true,
            Self::Pending | Self::Valid | Self::Unknown => false,
        }
    }
}

impl Authorization {
    /// Parses an authorization.
    ///
    /// # Errors
    /// [`AcmeError::MalformedResource`] where it is none.
    pub fn parse(body: &[u8]) -> Result<Self, AcmeError> {
        parse_json(Resource::Authorization, body)
    }

    /// The name as it was ordered: with `*.` for a wildcard.
    #[must_use]
    pub fn ordered_name(&self) -> String {
        if self.wildcard {
            format!("*.{}", self.identifier)
        } else {
            self.identifier.value.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::challenge::{ChallengeStatus, ChallengeType};

    /// RFC 8555 §7.1.4.
    #[test]
    fn reads_the_example_of_rfc_8555() {
        let body = br#"{
            "status": "valid",
            "expires": "2015-03-01T14:09:07.99Z",
            "identifier": { "type": "dns", "value": "www.example.org" },
            "challenges": [{
                "url": "https://example.com/acme/chall/prV_B7yEyA4",
                "type": "http-01",
                "status": "valid",
                "token": "DGyRejmCefe7v4NfDGDKfA",
                "validated": "2014-12-01T12:05:58.16Z"
            }],
            "wildcard": false
        }"#;
        let authorization = Authorization::parse(body).expect("an authorization");
        assert_eq!(authorization.status, AuthorizationStatus::Valid);
        assert_eq!(authorization.ordered_name(), "www.example.org");
        assert_eq!(authorization.challenges[0].kind, ChallengeType::Http01);
        assert_eq!(authorization.challenges[0].status, ChallengeStatus::Valid);
    }

    #[test]
    fn tells_what_is_over_from_what_can_still_be_done() {
        let ended = ["invalid", "deactivated", "expired", "revoked"];
        for status in ["pending", "valid", "pondering"].iter().chain(&ended) {
            let parsed: AuthorizationStatus =
                serde_json::from_str(&format!("\"{status}\"")).expect("a status");
            assert_eq!(parsed.has_ended(), ended.contains(status), "{status}");
        }
    }

    #[test]
    fn a_wildcard_shows_its_base_name() {
        let body = br#"{"status":"pending","identifier":{"type":"dns","value":"example.org"},"wildcard":true}"#;
        let authorization = Authorization::parse(body).expect("an authorization");
        assert_eq!(authorization.ordered_name(), "*.example.org");
        assert!(Authorization::parse(b"{}").is_err());
    }
}
