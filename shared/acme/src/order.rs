//! Orders (RFC 8555 §7.1.3, §7.4).

use serde::{Deserialize, Serialize};

use crate::AcmeError;
use crate::error::{Resource, parse_json};
use crate::identifier::Identifier;
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

/// An order as the CA sees it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// Where the order stands.
    pub status: OrderStatus,
    /// When it ends, RFC 3339.
    #[serde(default)]
    pub expires: Option<String>,
    /// What was ordered, in the CA's order.
    pub identifiers: Vec<Identifier>,
    /// The authorizations to complete. Their order has nothing to do with that of the identifiers.
    pub authorizations: Vec<HttpsUrl>,
    /// Where the CSR goes.
    pub finalize: HttpsUrl,
    /// Where the certificate is, once `status` is `valid`.
    #[serde(default)]
    pub certificate: Option<HttpsUrl>,
    /// Why the order failed.
    #[serde(default)]
    pub error: Option<Problem>,
}

/// The states of an order (RFC 8555 §7.1.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
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
    #[serde(other)]
    Unknown,
}

impl Order {
    /// Parses an order.
    ///
    /// # Errors
    /// [`AcmeError::MalformedResource`] where it is none.
    pub fn parse(body: &[u8]) -> Result<Self, AcmeError> {
        parse_json(Resource::Order, body)
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
    fn tolerates_new_states_but_not_missing_members() {
        let odd = EXAMPLE.replace(r#""valid""#, r#""pondering""#);
        assert_eq!(
            Order::parse(odd.as_bytes()).expect("an order").status,
            OrderStatus::Unknown
        );
        let torn = EXAMPLE.replace("finalize", "finalise");
        assert!(Order::parse(torn.as_bytes()).is_err());
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
