//! Accounts (RFC 8555 §7.1.2, §7.3).

use serde::Serialize;
use serde_json::Value;

use crate::AcmeError;
use crate::domain::{DomainName, ToAscii};
use crate::error::Resource;
use crate::http::Response;
use crate::lenient::{FromAnswer, Members};
use crate::url::HttpsUrl;

/// The payload of newAccount (RFC 8555 §7.3).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewAccount {
    /// `mailto:` URLs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contact: Vec<String>,
    /// Whether the visitor agreed to the terms of service. RFC 8555 §7.3.3: "Clients SHOULD NOT
    /// automatically agree to terms by default."
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub terms_of_service_agreed: bool,
    /// Look the account up, do not make one (RFC 8555 §7.3.1).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub only_return_existing: bool,
}

/// The payload that changes an account's contacts, sent to the account's URL (RFC 8555 §7.3.2). An
/// empty list removes them all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContactUpdate {
    /// `mailto:` URLs, which replace those that the CA has.
    pub contact: Vec<String>,
}

/// The payload that ends an account, sent to the account's URL. RFC 8555 §7.3.6: "The server MUST
/// verify that the request is signed by the account key", and no request of the account is accepted
/// after that. It cannot be undone.
pub const DEACTIVATION: &str = r#"{"status":"deactivated"}"#;

/// An account as the CA sees it. CAs that answer with nothing mean one that is in use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// Whether it can be used.
    pub status: AccountStatus,
    /// `mailto:` URLs; some CAs store none, or do not tell.
    pub contact: Vec<String>,
    /// Whether the terms of service were agreed to, where the CA says so.
    pub terms_of_service_agreed: Option<bool>,
    /// Where the list of its orders is; some CAs have none.
    pub orders: Option<HttpsUrl>,
}

impl Account {
    /// Parses an account, as it is answered at its URL. A body without anything in it is one.
    ///
    /// # Errors
    /// [`AcmeError::MalformedResource`] where it is something else.
    pub fn parse(body: &[u8]) -> Result<Self, AcmeError> {
        if body.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let mut members = Members::of_resource(Resource::Account, body)?;
        Ok(Self {
            status: members.take("status").unwrap_or_default(),
            contact: members.list("contact"),
            terms_of_service_agreed: members.take("termsOfServiceAgreed"),
            orders: members.take("orders"),
        })
    }
}

/// The states of an account (RFC 8555 §7.1.6).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AccountStatus {
    /// In use.
    #[default]
    Valid,
    /// Ended by its owner.
    Deactivated,
    /// Ended by the CA.
    Revoked,
    /// A state that RFC 8555 does not know.
    Unknown,
}

impl FromAnswer for AccountStatus {
    fn from_answer(value: Value) -> Option<Self> {
        Some(match String::from_answer(value)?.as_str() {
            "valid" => Self::Valid,
            "deactivated" => Self::Deactivated,
            "revoked" => Self::Revoked,
            _ => Self::Unknown,
        })
    }
}

/// An account and the URL that names it in later requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownAccount {
    /// The account URL, used as `kid`.
    pub url: HttpsUrl,
    /// What the CA said of it.
    pub account: Account,
}

impl KnownAccount {
    /// Reads the answer to newAccount: 201 for a new account, 200 for one that existed
    /// (RFC 8555 §7.3, §7.3.1). `Location` is what names the account; a body that cannot be read beside
    /// it says nothing.
    ///
    /// # Errors
    /// [`AcmeError::MissingHeader`] without `Location`.
    pub fn parse(response: &Response) -> Result<Self, AcmeError> {
        let url = response.location_url().ok_or(AcmeError::MissingHeader {
            resource: Resource::Account,
            header: "Location",
        })?;
        let account = Account::parse(&response.body).unwrap_or_default();
        Ok(Self { url, account })
    }
}

/// An e-mail address as a contact URL; `None` where the CA could only refuse it.
///
/// RFC 8555 §7.3: "The server SHOULD validate that the contact URLs in the "contact" field are valid
/// and supported", and for mailto: "Servers MUST reject mailto URLs that contain hfields […] or more
/// than one addr-spec".
#[must_use]
pub fn mailto(address: &str, to_ascii: ToAscii) -> Option<String> {
    let (local, domain) = address.trim().rsplit_once('@')?;
    let local_fits = !local.is_empty()
        && local.len() <= 64
        && local
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+-/=^_`{|}~".contains(&byte))
        && !local.contains(['?', '%', ',']);
    let domain = DomainName::read(domain, to_ascii).ok()?;
    (local_fits && !domain.is_wildcard()).then(|| format!("mailto:{local}@{domain}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sends_only_what_is_said() {
        let new = NewAccount {
            terms_of_service_agreed: true,
            ..NewAccount::default()
        };
        assert_eq!(
            serde_json::to_string(&new).expect("JSON"),
            r#"{"termsOfServiceAgreed":true}"#
        );
        assert_eq!(
            serde_json::to_string(&NewAccount::default()).expect("JSON"),
            "{}"
        );
    }

    /// RFC 8555 §7.3.
    #[test]
    fn reads_the_example_of_rfc_8555() {
        let response = Response {
            status: 201,
            location: Some("https://example.com/acme/acct/evOfKhNU60wg".to_owned()),
            body: br#"{"status":"valid","contact":["mailto:cert-admin@example.org"],"orders":"https://example.com/acme/acct/evOfKhNU60wg/orders"}"#.to_vec(),
            ..Response::default()
        };
        let known = KnownAccount::parse(&response).expect("an account");
        assert_eq!(
            known.url.as_str(),
            "https://example.com/acme/acct/evOfKhNU60wg"
        );
        assert_eq!(known.account.status, AccountStatus::Valid);
        assert_eq!(
            known.account.orders.map(String::from).as_deref(),
            Some("https://example.com/acme/acct/evOfKhNU60wg/orders")
        );
        let lost = Response {
            location: None,
            ..response
        };
        assert!(matches!(
            KnownAccount::parse(&lost),
            Err(AcmeError::MissingHeader {
                header: "Location",
                ..
            })
        ));
    }

    #[test]
    fn an_update_says_only_what_changes() {
        let update = ContactUpdate {
            contact: vec!["mailto:certificates@example.org".to_owned()],
        };
        assert_eq!(
            serde_json::to_string(&update).expect("JSON"),
            r#"{"contact":["mailto:certificates@example.org"]}"#
        );
        let none = ContactUpdate { contact: vec![] };
        assert_eq!(
            serde_json::to_string(&none).expect("JSON"),
            r#"{"contact":[]}"#
        );
    }

    #[test]
    fn reads_an_account_that_has_ended_and_one_without_a_list() {
        let ended = Account::parse(br#"{"status":"deactivated"}"#).expect("an account");
        assert_eq!(ended.status, AccountStatus::Deactivated);
        let bare = Account::parse(br#"{"status":"valid"}"#).expect("an account");
        assert_eq!((bare.orders, bare.terms_of_service_agreed), (None, None));
    }

    #[test]
    fn an_account_of_which_nothing_is_said_is_in_use() {
        for body in [
            "",
            "\r\n",
            "{}",
            r#"{"contact":[]}"#,
            r#"{"status":"valid","contact":null}"#,
            r#"{"status":null,"contact":"","orders":"","termsOfServiceAgreed":"yes"}"#,
            r#"{"status":[],"contact":{},"orders":null}"#,
        ] {
            let account = Account::parse(body.as_bytes()).expect("an account");
            assert_eq!(account, Account::default(), "{body}");
            assert_eq!(account.status, AccountStatus::Valid);
        }
        let some = Account::parse(br#"{"contact":["mailto:a@example.org",null,7]}"#);
        assert_eq!(some.expect("an account").contact, ["mailto:a@example.org"]);
        for body in ["<html>", "[]", "{\"status\":"] {
            assert!(Account::parse(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn a_location_names_an_account_whatever_is_beside_it() {
        for body in [
            "",
            "{}",
            "{\"status\":",
            "<html>",
            "\u{feff}{\"status\":\"valid\"}",
        ] {
            let response = Response {
                status: 201,
                url: HttpsUrl::parse("https://ca.example/new-account").ok(),
                location: Some("/account/1".to_owned()),
                body: body.as_bytes().to_vec(),
                ..Response::default()
            };
            let known = KnownAccount::parse(&response).expect("an account");
            assert_eq!(known.url.as_str(), "https://ca.example/account/1", "{body}");
            assert_eq!(known.account.status, AccountStatus::Valid, "{body}");
        }
    }

    #[test]
    fn makes_mailto_urls_without_header_fields() {
        assert_eq!(
            mailto(" me@Example.org ", |_| None).as_deref(),
            Some("mailto:me@example.org")
        );
        let to_ascii = |text: &str| idna::domain_to_ascii(text).ok();
        assert_eq!(
            mailto("me@b\u{fc}cher.example", to_ascii).as_deref(),
            Some("mailto:me@xn--bcher-kva.example")
        );
        for address in [
            "",
            "me",
            "@example.org",
            "a,b@example.org",
            "me?cc=you@example.org",
            "me@localhost",
        ] {
            assert_eq!(mailto(address, |_| None), None, "{address}");
        }
    }
}
