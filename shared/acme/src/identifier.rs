//! Identifiers as CAs write them (RFC 8555 §9.7.7, RFC 8738).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::DomainName;
use crate::lenient::{FromAnswer, Members};

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

/// An object; or a text alone, which some CAs send for a name.
impl FromAnswer for Identifier {
    fn from_answer(value: Value) -> Option<Self> {
        let dns = || "dns".to_owned();
        if value.is_string() {
            return String::from_answer(value).map(|value| Self { kind: dns(), value });
        }
        let mut members = Members::of_value(value)?;
        Some(Self {
            kind: members.take("type").unwrap_or_else(dns),
            value: members.take("value")?,
        })
    }
}

impl std::fmt::Display for Identifier {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.value)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_objects_and_bare_names() {
        let dns = Some(("dns".to_owned(), "example.org".to_owned()));
        for (value, expected) in [
            (json!({"type": "dns", "value": "example.org"}), dns.clone()),
            (json!({"type": null, "value": "example.org"}), dns.clone()),
            (json!("example.org"), dns),
            (
                json!({"type": "ip", "value": "2001:db8::1"}),
                Some(("ip".to_owned(), "2001:db8::1".to_owned())),
            ),
            (json!({"type": "dns", "value": ""}), None),
            (json!({"type": "dns"}), None),
            (json!(["example.org"]), None),
            (json!(""), None),
        ] {
            let read = Identifier::from_answer(value.clone());
            let read = read.map(|identifier| (identifier.kind, identifier.value));
            assert_eq!(read, expected, "{value}");
        }
    }
}
