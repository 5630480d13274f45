//! Certificates, issued here or made elsewhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tabcert_acme::renewal_info::{CertId, Window};
use tabcert_acme::revocation::Reason;
use tabcert_acme::url::HttpsUrl;
use tabcert_pki::KeyType;

use crate::id::{AccountId, CertificateId};
use crate::schema::{Kind, Record};
use crate::secret::{Secret, base64_option};

/// Most attempts that are remembered.
pub const MAX_HISTORY: usize = 20;

/// A certificate and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Names this record.
    pub id: CertificateId,
    /// The account that ordered it; none for one made elsewhere.
    pub account: Option<AccountId>,
    /// The CA's directory; none for one made elsewhere.
    pub directory_url: Option<HttpsUrl>,
    /// What it is for, in the order in which it was asked for.
    pub names: Vec<String>,
    /// The type of its key; none for types that are not made here.
    pub key_type: Option<KeyType>,
    /// Its private key, PKCS#8 in DER, as long as it is kept.
    pub key: Option<Secret>,
    /// The request that it was issued for, PKCS#10 in DER.
    #[serde(default, with = "base64_option")]
    pub csr_der: Option<Vec<u8>>,
    /// The certificate and its issuers.
    pub chain_pem: String,
    /// What the CA sent, octet by octet, where that is something else than the chain.
    #[serde(
        default,
        with = "base64_option",
        skip_serializing_if = "Option::is_none"
    )]
    pub answer: Option<Vec<u8>>,
    /// What the certificate says.
    pub facts: Facts,
    /// What the visitor says of it.
    #[serde(default)]
    pub label: Label,
    /// How each name was proved, in the flow's own words, to propose the same again.
    #[serde(default)]
    pub methods: BTreeMap<String, String>,
    /// When it came here, in milliseconds since 1970.
    pub issued_ms: u64,
    /// When this record was changed, in milliseconds since 1970.
    pub updated_ms: u64,
    /// When the visitor downloaded it first.
    pub downloaded_ms: Option<u64>,
    /// The certificate that it took the place of.
    pub replaces: Option<CertificateId>,
    /// The certificate that took its place.
    pub replaced_by: Option<CertificateId>,
    /// Whether and why it was revoked.
    pub revoked: Option<Revocation>,
    /// When the CA wants it renewed, where it says so.
    pub renewal: Option<Renewal>,
    /// When to ask the CA about its renewal again, where the last answer was of no use, in milliseconds
    /// since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask_again_ms: Option<u64>,
    /// When the visitor was last reminded of it, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminded_ms: Option<u64>,
    /// The last attempts to renew or revoke it, the latest last.
    #[serde(default)]
    pub history: Vec<Attempt>,
}

/// What a certificate says, read once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// First second of its validity, since 1970.
    pub not_before: u64,
    /// Last second of its validity, since 1970.
    pub not_after: u64,
    /// Who signed it, in short.
    pub issuer: String,
    /// The serial number in hexadecimal.
    pub serial: String,
    /// SHA-256 of the certificate in hexadecimal.
    pub fingerprint: String,
    /// What names it in renewal information (RFC 9773 §4.1), where it has all that this takes.
    pub cert_id: Option<CertId>,
}

/// What the visitor says of a certificate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Label {
    /// What it is called.
    pub name: String,
    /// Anything worth remembering.
    pub description: String,
    /// Where it is installed.
    pub used_for: String,
    /// What it belongs to.
    pub group: String,
    /// Whether servers present it for hosts that no certificate is for.
    pub fallback: bool,
}

/// A revocation that the CA has confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// Why.
    pub reason: Reason,
}

/// Renewal information (RFC 9773), as last fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renewal {
    /// When the CA wants it renewed.
    pub window: Window,
    /// The time within the window that was chosen at random (RFC 9773 §4.2).
    pub selected_ms: u64,
    /// A page of the CA that says why.
    pub explanation_url: Option<HttpsUrl>,
    /// When this was fetched, in milliseconds since 1970.
    pub fetched_ms: u64,
    /// When to fetch it again, in milliseconds since 1970.
    pub next_check_ms: u64,
}

/// Something that was tried with a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// Why, in a sentence, where it failed.
    pub reason: Option<String>,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The certificate was issued.
    Issued,
    /// It was revoked.
    Revoked,
    /// It failed.
    Failed,
    /// The visitor gave up.
    Cancelled,
}

impl Certificate {
    /// Remembers an attempt, and forgets the oldest beyond [`MAX_HISTORY`].
    pub fn remember(&mut self, attempt: Attempt) {
        self.history.push(attempt);
        let surplus = self.history.len().saturating_sub(MAX_HISTORY);
        self.history.drain(..surplus);
    }
}

impl Facts {
    /// What `certificate` says.
    #[must_use]
    pub fn of(certificate: &tabcert_pki::Certificate) -> Self {
        let cert_id = certificate.ari_cert_id().ok();
        Self {
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            issuer: certificate.issuer().short(),
            serial: certificate.serial_hex(),
            fingerprint: certificate.sha256_fingerprint(),
            cert_id: cert_id.and_then(|id| CertId::parse(&id).ok()),
        }
    }
}

impl Record for Certificate {
    const KIND: Kind = Kind::Certificate;
}
