//! A certificate without its secrets and bulk: what screens, lists and reminders need.

use serde::{Deserialize, Serialize};
use tabcert_acme::url::HttpsUrl;
use tabcert_pki::KeyType;

use crate::certificate::{Attempt, Certificate, Facts, Label, Renewal, Revocation};
use crate::id::{AccountId, CertificateId};

/// A certificate as it is shown. Fields are those of [`Certificate`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Summary {
    pub id: CertificateId,
    pub account: Option<AccountId>,
    pub directory_url: Option<HttpsUrl>,
    pub names: Vec<String>,
    pub key_type: Option<KeyType>,
    /// Whether its private key is kept.
    pub has_key: bool,
    pub facts: Facts,
    pub label: Label,
    pub issued_ms: u64,
    pub downloaded_ms: Option<u64>,
    pub replaces: Option<CertificateId>,
    pub replaced_by: Option<CertificateId>,
    pub revoked: Option<Revocation>,
    pub renewal: Option<Renewal>,
    pub history: Vec<Attempt>,
}

impl Summary {
    /// What a list calls it: the visitor's name for it, or else its first name.
    #[must_use]
    pub fn title(&self) -> &str {
        let first = self.names.first().map_or("", String::as_str);
        Some(self.label.name.trim())
            .filter(|name| !name.is_empty())
            .unwrap_or(first)
    }

    /// The CA's host, or else who signed it.
    #[must_use]
    pub fn ca(&self) -> &str {
        self.directory_url
            .as_ref()
            .map_or(self.facts.issuer.as_str(), HttpsUrl::authority)
    }

    /// When its validity begins, in milliseconds since 1970.
    #[must_use]
    pub fn begins_ms(&self) -> u64 {
        self.facts.not_before.saturating_mul(1000)
    }

    /// When its validity is over, in milliseconds since 1970: the last second is still valid
    /// (RFC 5280 §4.1.2.5).
    #[must_use]
    pub fn ends_ms(&self) -> u64 {
        self.facts.not_after.saturating_add(1).saturating_mul(1000)
    }
}

impl From<&Certificate> for Summary {
    fn from(certificate: &Certificate) -> Self {
        Self {
            id: certificate.id,
            account: certificate.account,
            directory_url: certificate.directory_url.clone(),
            names: certificate.names.clone(),
            key_type: certificate.key_type,
            has_key: certificate.key.is_some(),
            facts: certificate.facts.clone(),
            label: certificate.label.clone(),
            issued_ms: certificate.issued_ms,
            downloaded_ms: certificate.downloaded_ms,
            replaces: certificate.replaces,
            replaced_by: certificate.replaced_by,
            revoked: certificate.revoked,
            renewal: certificate.renewal.clone(),
            history: certificate.history.clone(),
        }
    }
}
