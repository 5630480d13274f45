//! What the page and its key worker say to each other: requests with a number, answers with the
//! same number, in any order. Bytes travel as `Uint8Array`.

use serde::{Deserialize, Serialize};
use tabcert_issuance::event::{CertificateKey, CertificateSummary};
use tabcert_pki::bundle::pfx::Encoding;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::shell::random::NoRandomness;

/// A task of the page's.
#[derive(Serialize, Deserialize)]
pub(crate) struct Request {
    /// Comes back with the answer.
    pub(crate) id: u32,
    pub(crate) task: Task,
}

/// What the worker does.
#[derive(Serialize, Deserialize)]
pub(crate) enum Task {
    /// Make a CSR, and perhaps the key; answered by [`Done::Prepared`].
    PrepareCsr { key: KeySource, names: Vec<String> },
    /// Check that key, names and chain belong together; answered by [`Done::Checked`].
    CheckChain(Delivery),
    /// Make a PFX file; answered by [`Done::File`].
    MakePfx {
        delivery: Delivery,
        options: PfxOptions,
    },
    /// Make a ZIP of all files; answered by [`Done::File`].
    MakeArchive {
        delivery: Delivery,
        #[serde(with = "serde_bytes")]
        csr_der: Vec<u8>,
        #[serde(with = "serde_bytes")]
        pfx: Option<Vec<u8>>,
    },
}

/// Where the key comes from.
#[derive(Serialize, Deserialize)]
pub(crate) enum KeySource {
    /// It is there.
    Given(#[serde(with = "key")] CertificateKey),
    /// A new one of this type ([`tabcert_pki::KeyType::as_str`]).
    New(String),
}

/// A certificate with everything that it has to fit.
#[derive(Serialize, Deserialize)]
pub(crate) struct Delivery {
    #[serde(with = "key")]
    pub(crate) key: CertificateKey,
    pub(crate) names: Vec<String>,
    pub(crate) chain_pem: String,
}

/// How a PFX is to be made.
#[derive(Serialize, Deserialize)]
pub(crate) struct PfxOptions {
    pub(crate) password: Zeroizing<String>,
    pub(crate) friendly_name: String,
    #[serde(with = "EncodingVariants")]
    pub(crate) encoding: Encoding,
}

/// The answer to the request with this number.
#[derive(Serialize, Deserialize)]
pub(crate) struct Answer {
    pub(crate) id: u32,
    pub(crate) result: Result<Done, KeyWorkerError>,
}

/// What came out.
#[derive(Serialize, Deserialize)]
pub(crate) enum Done {
    Prepared {
        #[serde(with = "key")]
        key: CertificateKey,
        #[serde(with = "serde_bytes")]
        csr_der: Vec<u8>,
    },
    Checked(#[serde(with = "SummaryFields")] CertificateSummary),
    File(#[serde(with = "secret_bytes")] Zeroizing<Vec<u8>>),
}

/// The fields of [`CertificateSummary`], for serde.
#[derive(Serialize, Deserialize)]
#[serde(remote = "CertificateSummary")]
struct SummaryFields {
    names: Vec<String>,
    not_before: u64,
    not_after: u64,
    issuer: String,
    serial: String,
    fingerprint: String,
    key_type: String,
    chain: Vec<String>,
}

/// The variants of [`Encoding`], for serde.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Encoding")]
enum EncodingVariants {
    Modern,
    Compatible,
}

/// Why the key worker has no result.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub(crate) enum KeyWorkerError {
    /// Keys, names, chain or password are not fit for it: what is wrong, and what to do.
    #[error("{message}. {hint}")]
    Unfit { message: String, hint: String },
    /// No secure randomness.
    #[error("{0}")]
    NoRandomness(String),
    /// The worker did not start, or ended before it answered.
    #[error("the browser's worker for keys stopped: {0}")]
    Stopped(String),
    /// Page and worker do not understand each other: parts of two versions are mixed.
    #[error("page and worker do not fit together; reload the page ({0})")]
    Mixed(String),
}

impl From<tabcert_pki::Error> for KeyWorkerError {
    fn from(error: tabcert_pki::Error) -> Self {
        Self::Unfit {
            message: error.to_string(),
            hint: error.hint().to_string(),
        }
    }
}

impl From<NoRandomness> for KeyWorkerError {
    fn from(error: NoRandomness) -> Self {
        Self::NoRandomness(error.to_string())
    }
}

impl KeyWorkerError {
    /// An answer to another question than the one that was asked.
    pub(crate) fn mixed() -> Self {
        Self::Mixed("unexpected answer".to_owned())
    }
}

/// Bytes that are wiped on drop.
mod secret_bytes {
    use serde::{Deserialize, Deserializer, Serializer};
    use serde_bytes::ByteBuf;
    use zeroize::Zeroizing;

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Zeroizing<Vec<u8>>, D::Error> {
        Ok(Zeroizing::new(ByteBuf::deserialize(from)?.into_vec()))
    }
}

/// A key as bytes.
mod key {
    use super::secret_bytes;
    use serde::{Deserializer, Serializer};
    use tabcert_issuance::event::CertificateKey;

    pub(super) fn serialize<S: Serializer>(key: &CertificateKey, to: S) -> Result<S::Ok, S::Error> {
        secret_bytes::serialize(key.pkcs8_der(), to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<CertificateKey, D::Error> {
        secret_bytes::deserialize(from).map(CertificateKey::from_pkcs8_der)
    }
}
