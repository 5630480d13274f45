//! What of an issuance has to outlive the tab: everything that cannot be made again.
//!
//! The flow hands a [`Saved`] to the shell ([`crate::Effect::Store`]) whenever it has changed, and
//! sends nothing that depends on it before the shell says that it is stored. A later
//! [`crate::Issuance::connect`] with it goes on where it stood.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tabcert_acme::base64url;
use tabcert_acme::renewal_info::CertId;
use tabcert_acme::url::HttpsUrl;
use zeroize::Zeroizing;

use crate::answer::Answer;
use crate::event::{Application, CertificateKey};
use crate::proof::Method;
use crate::view::{Failed, Issued};

/// An issuance on its way. It holds the certificate's private key: a shell stores it encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// What was asked for.
    pub application: Application,
    /// The account's URL, once the CA has told it.
    pub account_url: Option<HttpsUrl>,
    /// The certificate's key, once it is made.
    pub key: Option<CertificateKey>,
    /// The request signed by that key, PKCS#10 in DER; without a key, one that the visitor brought.
    #[serde(with = "base64url_option")]
    pub csr_der: Option<Vec<u8>>,
    /// The certificate that this one shall take the place of (RFC 9773 §5), where the CA wants to know.
    pub replaces: Option<CertId>,
    /// Where the order stands.
    pub order: SavedOrder,
    /// How the visitor wants to prove each name, as ordered.
    pub methods: BTreeMap<String, Method>,
    /// Whether the visitor has said that the proofs are in place.
    pub ready: bool,
    /// Why it stopped, if it did: it waits for the visitor.
    pub failed: Option<Failed>,
    /// What the CA sent as the certificate and is none for the key and the names: it waits for the
    /// visitor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered: Option<Answer>,
    /// The certificate, once it is there.
    pub issued: Option<SavedCertificate>,
}

impl Saved {
    /// An issuance that has not begun: connecting with it orders at once. `methods` are proposed again,
    /// by name as ordered.
    #[must_use]
    pub fn anew(
        application: Application,
        methods: BTreeMap<String, Method>,
        replaces: Option<CertId>,
    ) -> Self {
        Self {
            application,
            account_url: None,
            key: None,
            csr_der: None,
            replaces,
            order: SavedOrder::None,
            methods,
            ready: false,
            failed: None,
            delivered: None,
            issued: None,
        }
    }

    /// The same with this key instead of a new one.
    #[must_use]
    pub fn with_key(self, key: CertificateKey) -> Self {
        Self {
            key: Some(key),
            ..self
        }
    }

    /// The same for a request of the visitor's, PKCS#10 in DER: its names are those of the application,
    /// and its key stays where it is.
    #[must_use]
    pub fn with_request(self, csr_der: Vec<u8>) -> Self {
        Self {
            csr_der: Some(csr_der),
            ..self
        }
    }
}

/// Where an order stands, as far as it is known here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SavedOrder {
    /// There is none, or the one that was there has ended.
    #[default]
    None,
    /// newOrder may have been sent; its answer has not arrived.
    Asked,
    /// The CA has it.
    Made(HttpsUrl),
}

/// A checked certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedCertificate {
    /// What the CA sent.
    #[serde(rename = "chain_pem")]
    pub answer: Answer,
    /// What it says, and when it came.
    pub shown: Issued,
}

impl Serialize for CertificateKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(base64url::encode(self.pkcs8_der())))
    }
}

impl<'de> Deserialize<'de> for CertificateKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        // The text stays out of the error: it is a key.
        let der = base64url::decode(&text)
            .ok_or_else(|| serde::de::Error::custom("a key that is not base64url"))?;
        Ok(Self::from_pkcs8_der(Zeroizing::new(der)))
    }
}

mod base64url_option {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use tabcert_acme::base64url;

    pub(super) fn serialize<S: Serializer>(
        bytes: &Option<Vec<u8>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let text = bytes.as_deref().map(base64url::encode);
        text.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Vec<u8>>, D::Error> {
        let invalid = || serde::de::Error::custom("bytes that are not base64url");
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| base64url::decode(&text).ok_or_else(invalid))
            .transpose()
    }
}
