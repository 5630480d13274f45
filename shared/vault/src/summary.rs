//! A certificate without its secrets and bulk: what screens, lists and reminders need.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use tabcert_acme::url::HttpsUrl;
use tabcert_pki::KeyType;

use crate::VaultError;
use crate::certificate::{Attempt, Certificate, Facts, Label, Renewal, Revocation};
use crate::id::{AccountId, CertificateId};
use crate::schema::{self, Kind};

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
    #[serde(default)]
    pub ask_again_ms: Option<u64>,
    #[serde(default)]
    pub reminded_ms: Option<u64>,
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

/// A [`Certificate`] as it is written, of which the rest is passed over.
#[derive(Deserialize)]
struct WrittenCertificate {
    id: CertificateId,
    account: Option<AccountId>,
    directory_url: Option<HttpsUrl>,
    names: Vec<String>,
    key_type: Option<KeyType>,
    key: Option<IgnoredAny>,
    facts: Facts,
    #[serde(default)]
    label: Label,
    issued_ms: u64,
    downloaded_ms: Option<u64>,
    replaces: Option<CertificateId>,
    replaced_by: Option<CertificateId>,
    revoked: Option<Revocation>,
    renewal: Option<Renewal>,
    #[serde(default)]
    ask_again_ms: Option<u64>,
    #[serde(default)]
    reminded_ms: Option<u64>,
    #[serde(default)]
    history: Vec<Attempt>,
}

impl Summary {
    /// Reads the summary of a certificate from its record, as
    /// [`schema::serialize`] wrote it, without decoding its key: a list of
    /// thousands opens sooner, and no secret is lying around for it.
    ///
    /// # Errors
    /// Those of [`schema::parse`].
    pub fn parse(json: &str) -> Result<Self, VaultError> {
        let written: WrittenCertificate = schema::parse_as(Kind::Certificate, json)?;
        Ok(Self {
            id: written.id,
            account: written.account,
            directory_url: written.directory_url,
            names: written.names,
            key_type: written.key_type,
            has_key: written.key.is_some(),
            facts: written.facts,
            label: written.label,
            issued_ms: written.issued_ms,
            downloaded_ms: written.downloaded_ms,
            replaces: written.replaces,
            replaced_by: written.replaced_by,
            revoked: written.revoked,
            renewal: written.renewal,
            ask_again_ms: written.ask_again_ms,
            reminded_ms: written.reminded_ms,
            history: written.history,
        })
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
            ask_again_ms: certificate.ask_again_ms,
            reminded_ms: certificate.reminded_ms,
            history: certificate.history.clone(),
        }
    }
}
