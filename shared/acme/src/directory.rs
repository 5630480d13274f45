//! The directory: where a CA keeps its resources (RFC 8555 §7.1.1).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::AcmeError;
use crate::error::Resource;
use crate::lenient::{FromAnswer, Members};
use crate::url::HttpsUrl;

/// A CA's directory. Members that are not known are ignored: some CAs put random ones in, to keep
/// clients honest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// Where nonces come from.
    pub new_nonce: HttpsUrl,
    /// Where accounts are made and found.
    pub new_account: HttpsUrl,
    /// Where orders are made.
    pub new_order: HttpsUrl,
    /// Where certificates are revoked.
    pub revoke_cert: Option<HttpsUrl>,
    /// Where account keys are changed.
    pub key_change: Option<HttpsUrl>,
    /// Where renewal information is (RFC 9773 §4.1).
    pub renewal_info: Option<HttpsUrl>,
    /// What the CA says of itself.
    pub meta: Meta,
}

/// The `meta` member of a directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meta {
    /// The current terms of service.
    pub terms_of_service: Option<String>,
    /// The CA's site.
    pub website: Option<String>,
    /// The names that the CA knows itself by in CAA records.
    pub caa_identities: Vec<String>,
    /// Whether an account needs an external account binding.
    pub external_account_required: bool,
    /// Profiles and what they mean, which may be nothing.
    pub profiles: BTreeMap<String, String>,
}

impl FromAnswer for Meta {
    fn from_answer(value: Value) -> Option<Self> {
        let mut members = Members::of_value(value)?;
        Some(Self {
            terms_of_service: members.take("termsOfService"),
            website: members.take("website"),
            caa_identities: members.list("caaIdentities"),
            external_account_required: members.take("externalAccountRequired").unwrap_or(false),
            profiles: members.take("profiles").unwrap_or_default(),
        })
    }
}

impl Directory {
    /// Parses a directory.
    ///
    /// # Errors
    /// [`AcmeError::MalformedResource`] where it is none, or one of the three resources is missing
    /// without which nothing can be ordered.
    pub fn parse(body: &[u8]) -> Result<Self, AcmeError> {
        let mut members = Members::of_resource(Resource::Directory, body)?;
        Ok(Self {
            new_nonce: members.need(Resource::Directory, "newNonce")?,
            new_account: members.need(Resource::Directory, "newAccount")?,
            new_order: members.need(Resource::Directory, "newOrder")?,
            revoke_cert: members.take("revokeCert"),
            key_change: members.take("keyChange"),
            renewal_info: members.take("renewalInfo"),
            meta: members.take("meta").unwrap_or_default(),
        })
    }

    /// The terms of service, where they are a link that is safe to show.
    #[must_use]
    pub fn terms_of_service(&self) -> Option<HttpsUrl> {
        let terms = self.meta.terms_of_service.as_deref()?;
        HttpsUrl::parse(terms).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8555 §7.1.1, with the random member that Boulder adds.
    const EXAMPLE: &str = r#"{
        "newNonce": "https://example.com/acme/new-nonce",
        "newAccount": "https://example.com/acme/new-account",
        "newOrder": "https://example.com/acme/new-order",
        "newAuthz": "https://example.com/acme/new-authz",
        "revokeCert": "https://example.com/acme/revoke-cert",
        "keyChange": "https://example.com/acme/key-change",
        "xF3a9Qz": "https://community.letsencrypt.org/t/adding-random-entries-to-the-directory/33417",
        "meta": {
            "termsOfService": "https://example.com/acme/terms/2017-5-30",
            "website": "https://www.example.com/",
            "caaIdentities": ["example.com"],
            "externalAccountRequired": false
        }
    }"#;

    #[test]
    fn reads_the_example_of_rfc_8555() {
        let directory = Directory::parse(EXAMPLE.as_bytes()).expect("a directory");
        assert_eq!(
            directory.new_nonce.as_str(),
            "https://example.com/acme/new-nonce"
        );
        let terms = directory.terms_of_service().map(String::from);
        assert_eq!(
            terms.as_deref(),
            Some("https://example.com/acme/terms/2017-5-30")
        );
        assert_eq!(directory.renewal_info, None);
        assert!(!directory.meta.external_account_required);
    }

    #[test]
    fn meta_is_optional_and_its_link_must_be_https() {
        let bare = r#"{"newNonce":"https://a.example/n","newAccount":"https://a.example/a","newOrder":"https://a.example/o"}"#;
        let directory = Directory::parse(bare.as_bytes()).expect("a directory");
        assert_eq!(directory.terms_of_service(), None);
        let bad = EXAMPLE.replace(
            "https://example.com/acme/terms/2017-5-30",
            "javascript:alert(1)",
        );
        assert_eq!(
            Directory::parse(bad.as_bytes())
                .expect("a directory")
                .terms_of_service(),
            None
        );
    }

    #[test]
    fn each_optional_member_costs_only_itself() {
        let reference = Directory::parse(EXAMPLE.as_bytes()).expect("a directory");
        let whole: Value = serde_json::from_str(EXAMPLE).expect("JSON");
        for odd in ["null", "\"\"", "7", "[7]", "[]"] {
            let odd: Value = serde_json::from_str(odd).expect("JSON");
            let read = |member: &str| {
                let mut spoilt = whole.clone();
                *spoilt.pointer_mut(member).expect("a member") = odd.clone();
                Directory::parse(spoilt.to_string().as_bytes()).expect("a directory")
            };
            let without = |edit: fn(&mut Directory)| {
                let mut expected = reference.clone();
                edit(&mut expected);
                expected
            };
            assert_eq!(read("/meta"), without(|it| it.meta = Meta::default()));
            assert_eq!(read("/revokeCert"), without(|it| it.revoke_cert = None));
            assert_eq!(read("/keyChange"), without(|it| it.key_change = None));
            assert_eq!(
                read("/meta/caaIdentities"),
                without(|it| it.meta.caa_identities.clear())
            );
            assert_eq!(read("/meta/externalAccountRequired"), reference);
            assert_eq!(
                read("/meta/termsOfService"),
                without(|it| it.meta.terms_of_service = None)
            );
        }
    }

    #[test]
    fn a_profile_without_a_text_is_a_profile() {
        let with = |profiles: &str| {
            let meta = format!(r#""meta": {{ "profiles": {profiles}, "#);
            let body = EXAMPLE.replace(r#""meta": {"#, &meta);
            let directory = Directory::parse(body.as_bytes()).expect("a directory");
            directory.meta.profiles.into_iter().collect::<Vec<_>>()
        };
        let named = |name: &str, text: &str| vec![(name.to_owned(), text.to_owned())];
        assert_eq!(with(r#"{"a":"x"}"#), named("a", "x"));
        assert_eq!(with(r#"{"a":{"description":"x"}}"#), named("a", ""));
        assert_eq!(with(r#"{"a":null}"#), named("a", ""));
        assert_eq!(with("null"), []);
        assert_eq!(with(r#"["a"]"#), []);
    }

    #[test]
    fn refuses_what_is_no_directory() {
        for body in ["", "[]", "<html>", r#"{"newNonce":"http://a.example/n"}"#] {
            assert!(
                matches!(
                    Directory::parse(body.as_bytes()),
                    Err(AcmeError::MalformedResource {
                        resource: Resource::Directory,
                        ..
                    })
                ),
                "{body}"
            );
        }
    }
}
