//! Files that the visitor asks for.

use serde::{Deserialize, Serialize};
use tabcert_pki::bundle::pfx::Encoding;
use zeroize::Zeroizing;

use crate::ask::{Area, Question};
use crate::secret_bytes;

/// A file of an issued certificate.
#[derive(Serialize, Deserialize)]
pub enum File {
    /// One of the classic files.
    Pem(PemFile),
    /// What the CA sent, octet by octet.
    Answer,
    /// A PFX (PKCS#12) file.
    Pfx(PfxOptions),
    /// A ZIP of all files, with the PFX that was made last.
    Archive,
    /// A calendar with the renewals of the certificates that are kept.
    Calendar {
        /// Of this certificate alone.
        certificate: Option<String>,
        /// Where the visitor renews.
        page_url: String,
    },
}

impl File {
    /// Whether the private key is in it.
    #[must_use]
    pub fn has_key(&self) -> bool {
        match self {
            Self::Pem(file) => *file == PemFile::PrivateKey,
            Self::Pfx(_) | Self::Archive => true,
            Self::Answer | Self::Calendar { .. } => false,
        }
    }
}

/// What servers call their PEM files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PemFile {
    /// The certificate and its issuers.
    Fullchain,
    /// The certificate alone.
    Certificate,
    /// Its issuers alone.
    Chain,
    /// The private key.
    PrivateKey,
    /// The request that the certificate was made for.
    Request,
}

/// How a PFX is to be made.
#[derive(Serialize, Deserialize)]
pub struct PfxOptions {
    /// What opens it.
    pub password: Zeroizing<String>,
    /// What importing programs list it as.
    pub friendly_name: String,
    /// How it is protected.
    pub encoding: Encoding,
}

/// A file's content, wiped on drop.
#[derive(Clone, Serialize, Deserialize)]
pub struct Content(#[serde(with = "secret_bytes")] pub Zeroizing<Vec<u8>>);

impl Question for File {
    const AREA: Area = Area::Files;
    type Answer = Content;
}
