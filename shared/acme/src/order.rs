//! Orders (RFC 8555 §7.1.3, §7.4).

use serde::Serialize;
use serde_json::Value;

use crate::AcmeError;
use crate::error::Resource;
use crate::identifier::Identifier;
use crate::lenient::{FromAnswer, Members};
use crate::problem::Problem;
use crate::renewal_info::CertId;
use crate::url::HttpsUrl;

/// The payload of newOrder (RFC 8555 §7.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewOrder {
    /// What the certificate shall be for.
    pub identifiers: Vec<Identifier>,
    /// One of the directory's profiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// The certificate that this one takes the place of; only for CAs that have renewal information:
    /// "Clients SHOULD include this field in newOrder requests if there is a clear predecessor
    /// certificate" (RFC 9773 §5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<CertId>,
}

/// An order as the CA sees it. What it has to have depends on where it stands: once it is `valid`, the
/// certificate is all that is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Where the order stands.
    pub status: OrderStatus,
    /// When it ends, RFC 3339.
    pub expires: Option<String>,
    /// What was ordered, in the CA's order, where the CA says so.
    pub identifiers: Vec<Identifier>,
    /// The authorizations to complete. Their order has nothing to do with that of the identifiers.
    pub authorizations: Vec<HttpsUrl>,
    /// Where the CSR goes.
    pub finalize: Option<HttpsUrl>,
    /// Where the certificate is, once `status` is `valid`.
    pub certificate: Option<HttpsUrl>,
    /// Why the order failed.
    pub error: Option<Problem>,
}

/// The states of an order (RFC 8555 §7.1.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderStatus {
    /// Authorizations are to be completed.
    Pending,
    /// It can be finalized.
    Ready,
    /// The certificate is being made.
    Processing,
    /// The certificate is there.
    Valid,
    /// It failed; `error` or an authorization says why.
    Invalid,
    /// A state that RFC 8555 does not know.
    Unknown,
}

impl FromAnswer for OrderStatus {
    fn from_answer(value: Value) -> Option<Self> {
        Some(match String::from_answer(value)?.as_str() {
            "pending" => Self::Pending,
            "ready" => Self::Ready,
            "processing" => Self::Processing,
            "valid" => Self::Valid,
            "invalid" => Self::Invalid,
            _ => Self::Unknown,
        })
    }
}

impl Order {
    /// Parses an order.
    ///
    /// # Errors
    /// [`AcmeError::MalformedResource`] where it is none, or does not say where it stands.
    pub fn parse(body: &[u8]) -> Result<Self, AcmeError> {
        let mut members = Members::of_resource(Resource::Order, body)?;
        Ok(Self {
            status: members.need(Resource::Order, "status")?,
            expires: members.take("expires"),
            identifiers: members.list("identifiers"),
            authorizations: members.list("authorizations"),
            finalize: members.take("finalize"),
            certificate: members.take("certificate"),
            error: members.take("error"),
        })
    }

    /// Whether there is what can be done next where it stands (RFC 8555 §7.1.6): an answer that leaves
    /// it out is no reason to do without.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        match self.status {
            OrderStatus::Pending => !self.authorizations.is_empty(),
            OrderStatus::Ready => self.finalize.is_some(),
            OrderStatus::Valid => self.certificate.is_some(),
            OrderStatus::Processing | OrderStatus::Invalid | OrderStatus::Unknown => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8555 §7.1.3.
    const EXAMPLE: &str = r#"{
        "status": "valid",
        "expires": "2016-01-20T14:09:07.99Z",
        "identifiers": [
            { "type": "dns", "value": "www.example.org" },
            { "type": "dns", "value": "example.org" }
        ],
        "notBefore": "2016-01-01T00:00:00Z",
        "notAfter": "2016-01-08T00:00:00Z",
        "authorizations": [
            "https://example.com/acme/authz/PAniVnsZcis",
            "https://example.com/acme/authz/r4HqLzrSrpI"
        ],
        "finalize": "https://example.com/acme/order/TOlocE8rfgo/finalize",
        "certificate": "https://example.com/acme/cert/mAt3xBGaobw"
    }"#;

    #[test]
    fn reads_the_example_of_rfc_8555() {
        let order = Order::parse(EXAMPLE.as_bytes()).expect("an order");
        assert_eq!(order.status, OrderStatus::Valid);
        assert_eq!(order.authorizations.len(), 2);
        assert_eq!(
            order.certificate.map(String::from).as_deref(),
            Some("https://example.com/acme/cert/mAt3xBGaobw")
        );
    }

    #[test]
    fn tolerates_new_states_but_needs_one() {
        let odd = EXAMPLE.replace(r#""valid""#, r#""pondering""#);
        assert_eq!(
            Order::parse(odd.as_bytes()).expect("an order").status,
            OrderStatus::Unknown
        );
        for body in ["", "{}", "[]", "<html>", r#"{"status":null}"#] {
            assert!(Order::parse(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn each_member_costs_only_itself() {
        let mut whole: Value = serde_json::from_str(EXAMPLE).expect("JSON");
        whole["error"] = serde_json::json!({"type": "about:blank", "detail": "words"});
        let reference = Order::parse(whole.to_string().as_bytes()).expect("an order");
        for name in [
            "expires",
            "identifiers",
            "authorizations",
            "finalize",
            "certificate",
            "error",
        ] {
            for odd in [None, Some("null"), Some("\"\""), Some("7"), Some("[[]]")] {
                let mut spoilt = whole.clone();
                match odd {
                    Some(odd) => spoilt[name] = serde_json::from_str(odd).expect("JSON"),
                    None => {
                        spoilt.as_object_mut().expect("an object").remove(name);
                    }
                }
                let read = Order::parse(spoilt.to_string().as_bytes()).expect("an order");
                let mut expected = reference.clone();
                match name {
                    "expires" => expected.expires = None,
                    "identifiers" => expected.identifiers.clear(),
                    "authorizations" => expected.authorizations.clear(),
                    "finalize" => expected.finalize = None,
                    "certificate" => expected.certificate = None,
                    _ => expected.error = None,
                }
                assert_eq!(read, expected, "{name}: {odd:?}");
            }
        }
    }

    #[test]
    fn a_valid_order_needs_nothing_but_its_certificate() {
        let body = br#"{"status":"valid","certificate":"https://ca.example/c/1"}"#;
        let order = Order::parse(body).expect("an order");
        assert_eq!(order.status, OrderStatus::Valid);
        assert!(order.certificate.is_some());
    }

    #[test]
    fn what_an_order_needs_depends_on_where_it_stands() {
        for (status, needed) in [
            ("pending", Some("authorizations")),
            ("ready", Some("finalize")),
            ("valid", Some("certificate")),
            ("processing", None),
            ("invalid", None),
            ("pondering", None),
        ] {
            let mut body: Value = serde_json::from_str(EXAMPLE).expect("JSON");
            body["status"] = status.into();
            for spoilt in ["authorizations", "finalize", "certificate", "identifiers"] {
                let mut body = body.clone();
                body[spoilt] = Value::Null;
                let order = Order::parse(body.to_string().as_bytes()).expect("an order");
                let expected = needed != Some(spoilt);
                assert_eq!(order.is_complete(), expected, "{status} without {spoilt}");
            }
        }
    }

    #[test]
    fn new_order_leaves_out_what_is_not_asked_for() {
        let mut new = NewOrder {
            identifiers: vec![Identifier {
                kind: "dns".to_owned(),
                value: "example.org".to_owned(),
            }],
            profile: None,
            replaces: None,
        };
        let json = serde_json::to_string(&new).expect("JSON");
        assert_eq!(
            json,
            r#"{"identifiers":[{"type":"dns","value":"example.org"}]}"#
        );
        new.replaces = CertId::parse("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE").ok();
        let json = serde_json::to_string(&new).expect("JSON");
        assert!(
            json.ends_with(r#","replaces":"aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE"}"#),
            "{json}"
        );
    }
}
