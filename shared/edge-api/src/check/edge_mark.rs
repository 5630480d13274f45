//! What an edge answers at every host, so that a check can tell whether a host leads to it before it
//! has anything to answer with. Nothing is read from storage for it.
//!
//! It is public, and proves nothing: anybody may copy it to a server of their own, and deceive
//! nobody but those who check their own host. A CA is never content with it. It is made from what the
//! edge says of itself at [`crate::path::HEALTH`] anyway, and nothing else of the operator's.

use sha2::{Digest, Sha256};
use tabcert_acme::base64url;

use crate::health::Health;

/// The mark of an edge. The blanks keep it from being a key authorization (RFC 8555 §8.1), whatever
/// token a CA chooses.
#[must_use]
pub fn edge_mark(health: &Health, origin: Option<&str>) -> String {
    let description = serde_json::json!([health, origin]).to_string();
    let hash = Sha256::digest(description.as_bytes());
    format!("tabcert edge {}", base64url::encode(&hash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::MAX_BODY_BYTES;
    use crate::health::Limits;

    #[test]
    fn edges_that_are_set_up_differently_have_different_marks() {
        let health = Health {
            version: "0.1.0".to_owned(),
            api: 1,
            ca_hosts: vec!["ca.example".to_owned()],
            token_storage: true,
            local_ca: None,
            limits: Limits::with_token_ttl(3600),
        };
        let other = Health {
            limits: Limits::with_token_ttl(7200),
            ..health.clone()
        };
        let mark = edge_mark(&health, None);
        assert_eq!(mark, edge_mark(&health, None));
        assert_ne!(mark, edge_mark(&other, None));
        assert_ne!(mark, edge_mark(&health, Some("https://edge.example")));
        assert!(mark.len() <= MAX_BODY_BYTES, "{mark}");
        assert!(mark.contains(' '), "{mark}");
    }
}
