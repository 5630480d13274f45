//! What the edge says about itself at [`crate::path::HEALTH`].

use serde::{Deserialize, Serialize};
use tabcert_acme::url::HttpsUrl;

use crate::limits::{MAX_CLOCK_SKEW_SECONDS, MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES};

/// The edge's version, abilities and limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Tabcert's version, for example `0.1.0`.
    pub version: String,
    /// The API's major version, [`crate::path::API_VERSION`] of the edge.
    pub api: u32,
    /// The authorities that the proxy relays to.
    pub ca_hosts: Vec<String>,
    /// Whether tokens can be stored here, so that http-01 can be answered by the edge.
    pub token_storage: bool,
    /// The directory of a CA that runs next to the edge, for the page to offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_ca: Option<HttpsUrl>,
    /// What the edge takes at most.
    pub limits: Limits,
}

/// What the edge takes at most; see [`crate::limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// A request body, in bytes.
    pub request_bytes: usize,
    /// A CA's answer, in bytes.
    pub response_bytes: usize,
    /// How long a token is served, in seconds.
    pub token_ttl_seconds: u64,
    /// How far the clocks of page and edge may be apart, in seconds.
    pub clock_skew_seconds: u64,
}

impl Limits {
    /// The limits of this version, with the operator's token lifetime.
    #[must_use]
    pub fn with_token_ttl(token_ttl_seconds: u64) -> Self {
        Self {
            request_bytes: MAX_REQUEST_BYTES,
            response_bytes: MAX_RESPONSE_BYTES,
            token_ttl_seconds,
            clock_skew_seconds: MAX_CLOCK_SKEW_SECONDS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An older page reads what a newer edge of the same major version says.
    #[test]
    fn tolerates_members_that_it_does_not_know() {
        let health = Health {
            version: "0.1.0".to_owned(),
            api: 1,
            ca_hosts: vec!["ca.example".to_owned()],
            token_storage: true,
            local_ca: HttpsUrl::parse("https://localhost:14000/dir").ok(),
            limits: Limits::with_token_ttl(3600),
        };
        let mut value = serde_json::to_value(&health).expect("JSON");
        value["new"] = true.into();
        value["limits"]["new"] = 1.into();
        let parsed: Health = serde_json::from_value(value).expect("health");
        assert_eq!(parsed, health);
    }
}
