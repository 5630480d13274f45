//! The directory: where a CA keeps its resources (RFC 8555 §7.1.1).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::AcmeError;
use crate::error::{Resource, parse_json};
use crate::url::HttpsUrl;

/// A CA's directory. Members that are not known are ignored: some CAs put random ones in, to keep
/// clients honest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Directory {
    /// Where nonces come from.
    pub new_nonce: HttpsUrl,
    /// Where accounts are made and found.
    pub new_account: HttpsUrl,
    /// Where orders are made.
    pub new_order: HttpsUrl,
    /// Where certificates are revoked.
    #[serde(default)]
    pub revoke_cert: Option<HttpsUrl>,
    /// Where account keys are changed.
    #[serde(default)]
    pub key_change: Option<HttpsUrl>,
    /// Where renewal information is (RFC 9773 §4.1).
    #[serde(default)]
    pub renewal_info: Option<HttpsUrl>,
    /// What the CA says of itself.
    #[serde(default)]
    pub meta: Meta,
}

/// The `meta` member of a directory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// The current terms of service.
    #[serde(default)]
    pub terms_of_service: Option<String>,
    /// The CA's site.
    #[serde(default)]
    pub website: Option<String>,
    /// The names that the CA knows itself by in CAA records.
    #[serde(default)]
    pub caa_identities: Vec<String>,
    /// Whether an account needs an external account binding.
    #[serde(default)]
    pub external_account_required: bool,
    /// Profiles and what they mean.
    #[serde(default)]
    pub profiles: BTreeMap<String, String>,
}

impl Directory {
    /// Parses a directory.
    ///
    /// # Errors
    /// [`AcmeError::MalformedResource`] where it is none.
    pub fn parse(body: &[u8]) -> Result<Self, AcmeError> {
        parse_json(Resource::Directory, body)
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
