//! Identifiers as CAs write them (RFC 8555 §9.7.7, RFC 8738).

use serde::{Deserialize, Serialize};

use crate::domain::DomainName;

/// An identifier in an order, an authorization or a problem, as sent or received.
///
/// Types other than `dns` and `ip` are kept, so that nothing that a CA says is lost. What a visitor
/// asks for is a [`DomainName`]; this is the wire form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identifier {
    /// `dns` or `ip`.
    #[serde(rename = "type")]
    pub kind: String,
    /// An A-label name without trailing dot, or an address.
    pub value: String,
}

impl Identifier {
    /// An identifier of type `dns`.
    #[must_use]
    pub fn dns(name: &DomainName) -> Self {
        Self {
            kind: "dns".to_owned(),
            value: name.as_str().to_owned(),
        }
    }
}

impl std::fmt::Display for Identifier {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.value)
    }
}
