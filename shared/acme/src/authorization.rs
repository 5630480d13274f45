//! Authorizations (RFC 8555 §7.1.4, §7.5).

use serde_json::Value;

use crate::AcmeError;
use crate::challenge::Challenge;
use crate::error::Resource;
use crate::identifier::Identifier;
use crate::lenient::{FromAnswer, Members};

/// The CA's view of whether an account may have certificates for one identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// What it is about; never a wildcard (see [`Authorization::wildcard`]).
    pub identifier: Identifier,
    /// Where it stands.
    pub status: AuthorizationStatus,
    /// When it ends, RFC 3339.
    pub expires: Option<String>,
    /// The ways to prove control that are usable; the CA chooses their order.
    pub challenges: Vec<Challenge>,
    /// Whether the order asked for `*.` in front of the identifier.
    pub wildcard: bool,
}

/// The states of an authorization (RFC 8555 §7.1.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// A state that RFC 8555 does not know, or none.
    Unknown,
}

impl FromAnswer for AuthorizationStatus {
    fn from_answer(value: Value) -> Option<Self> {
        Some(match String::from_answer(value)?.as_str() {
            "pending" => Self::Pending,
            "valid" => Self::Valid,
            "invalid" => Self::Invalid,
            "deactivated" => Self::Deactivated,
            "expired" => Self::Expired,
            "revoked" => Self::Revoked,
            _ => Self::Unknown,
        })
    }
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
    /// RFC 8555 §7.1.3: "Any identifier of type "dns" in a newOrder request MAY have a wildcard domain
    /// name as its value", and §7.1.4 has its authorization name the base. An identifier that still has
    /// its `*.` is the wildcard of its base.
    ///
    /// # Errors
    /// [`AcmeError::MalformedResource`] where it is none, or does not say what it is about.
    pub fn parse(body: &[u8]) -> Result<Self, AcmeError> {
        let mut members = Members::of_resource(Resource::Authorization, body)?;
        let mut identifier: Identifier = members.need(Resource::Authorization, "identifier")?;
        let mut wildcard = members.take("wildcard").unwrap_or(false);
        let base = identifier.value.strip_prefix("*.").map(str::to_owned);
        if let Some(base) = base.filter(|_| identifier.kind == "dns") {
            identifier.value = base;
            wildcard = true;
        }
        Ok(Self {
            identifier,
            status: members
                .take("status")
                .unwrap_or(AuthorizationStatus::Unknown),
            expires: members.take("expires"),
            challenges: members.list("challenges"),
            wildcard,
        })
    }

    /// The challenge that says most about why it failed: one with words, or at least with an error.
    #[must_use]
    pub fn failed_challenge(&self) -> Option<&Challenge> {
        let failed = || self.challenges.iter().filter(|it| it.error.is_some());
        let says_why = |it: &&Challenge| it.error.as_ref().is_some_and(|error| !error.is_bare());
        failed().find(says_why).or_else(|| failed().next())
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
            let parsed = AuthorizationStatus::from_answer((*status).into()).expect("a status");
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
    #[test]
    fn an_identifier_with_its_asterisk_is_the_wildcard_of_its_base() {
        for flag in [
            "",
            r#","wildcard":true"#,
            r#","wildcard":false"#,
            r#","wildcard":null"#,
        ] {
            let body = format!(
                r#"{{"status":"pending","identifier":{{"type":"dns","value":"*.example.org"}}{flag}}}"#
            );
            let authorization = Authorization::parse(body.as_bytes()).expect("an authorization");
            assert!(authorization.wildcard, "{flag}");
            assert_eq!(authorization.identifier.value, "example.org", "{flag}");
            assert_eq!(authorization.ordered_name(), "*.example.org", "{flag}");
        }
    }

    #[test]
    fn an_unusable_challenge_costs_only_itself() {
        let good = r#"{"type":"dns-01","url":"https://ca.example/c/1"}"#;
        for odd in [
            r#"{"type":"http-01","url":""}"#,
            r#"{"type":"device-attest-01"}"#,
            r#"{"url":"https://ca.example/c/2"}"#,
            "null",
            "\"\"",
            "[]",
        ] {
            let body = format!(
                r#"{{"identifier":{{"type":"dns","value":"example.org"}},"challenges":[{odd},{good}]}}"#
            );
            let authorization = Authorization::parse(body.as_bytes()).expect("an authorization");
            let kinds: Vec<_> = authorization.challenges.iter().map(|it| &it.kind).collect();
            assert_eq!(kinds, [&ChallengeType::Dns01], "{odd}");
            assert_eq!(authorization.status, AuthorizationStatus::Unknown);
        }
        for odd in ["null", "{}", "\"\"", "7"] {
            let body =
                format!(r#"{{"identifier":"example.org","expires":{odd},"challenges":{odd}}}"#);
            let authorization = Authorization::parse(body.as_bytes()).expect("an authorization");
            assert!(authorization.challenges.is_empty(), "{odd}");
        }
    }

    #[test]
    fn the_challenge_with_words_says_why() {
        let with = |errors: &[&str]| {
            let challenges: Vec<_> = errors
                .iter()
                .enumerate()
                .map(|(index, error)| {
                    format!(
                        r#"{{"type":"t{index}","url":"https://ca.example/c/1","error":{error}}}"#
                    )
                })
                .collect();
            let body = format!(
                r#"{{"identifier":"example.org","challenges":[{}]}}"#,
                challenges.join(",")
            );
            let authorization = Authorization::parse(body.as_bytes()).expect("an authorization");
            authorization
                .failed_challenge()
                .map(|it| it.kind.to_string())
        };
        let words = r#"{"type":"urn:ietf:params:acme:error:dns","detail":"No TXT record"}"#;
        assert_eq!(with(&["{}", words]).as_deref(), Some("t1"));
        assert_eq!(with(&["null", "{}"]).as_deref(), Some("t1"));
        assert_eq!(with(&["null", "[]"]), None);
    }
}
