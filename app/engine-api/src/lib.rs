//! What the page and its engine say to each other.
//!
//! The engine (`tabcert-engine`) runs in a Web Worker: it has the keys, the flow and the requests.
//! The page (`tabcert-app`) has the screen. [`Command`]s go one way, [`Notice`]s the other, as
//! structured clones; bytes travel as `Uint8Array`. No private key is in any of them but in the
//! files that the visitor asks for.
#![forbid(unsafe_code)]

mod secret_bytes;
pub mod vault;

use serde::{Deserialize, Serialize};
use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::view::Issued;
use tabcert_issuance::{Intent, View};
use tabcert_pki::bundle::pfx::Encoding;
use thiserror::Error;
use vault::VaultView;
use zeroize::Zeroizing;

/// What the page wants of the engine.
#[derive(Serialize, Deserialize)]
pub enum Command {
    /// Turn to a CA. What was going on ends: its requests are aborted and its answers dropped.
    Connect {
        /// Comes back with every view.
        session: SessionId,
        /// The CA's directory.
        directory_url: HttpsUrl,
        /// Whether an edge is there that relays to CAs and answers challenges.
        edge_available: bool,
        /// Names whose servers redirect their challenges to the edge for this account.
        redirected: Vec<String>,
    },
    /// Go on with an unfinished order. What was going on ends.
    Resume {
        /// Comes back with every view.
        session: SessionId,
        /// The order's id.
        order: String,
        /// Whether an edge is there that relays to CAs and answers challenges.
        edge_available: bool,
    },
    /// Show a certificate that was issued earlier. What was going on ends.
    Open {
        /// Comes back with the answer.
        session: SessionId,
        /// The certificate's id.
        certificate: String,
    },
    /// Order the same again, to take the place of a certificate. What was going on ends.
    Renew {
        /// Comes back with every view.
        session: SessionId,
        /// The certificate's id.
        certificate: String,
        /// Whether an edge is there that relays to CAs and answers challenges.
        edge_available: bool,
    },
    /// Tell what is kept; answered by [`Notice::Vault`].
    List,
    /// Forget an unfinished order, with its key.
    Discard(String),
    /// Forget a certificate, with its key.
    Delete(String),
    /// Forget everything: accounts, orders, certificates, and the key that they are kept under.
    ForgetEverything,
    /// What the visitor wants of the flow.
    Intent(Intent),
    /// Make a file of what was issued; answered by [`Notice::Made`] with the same number.
    Make {
        /// Comes back with the answer.
        id: u32,
        /// Which file.
        file: File,
    },
}

/// What the engine tells the page.
#[derive(Serialize, Deserialize)]
pub enum Notice {
    /// How things stand now.
    View {
        /// The session that it is about.
        session: SessionId,
        /// Everything that can be shown of it.
        view: Box<View>,
    },
    /// A certificate that was issued earlier: the answer to [`Command::Open`].
    Opened {
        /// The session that it is about.
        session: SessionId,
        /// What it says.
        issued: Box<Issued>,
    },
    /// What is kept, whenever that has changed.
    Vault(VaultView),
    /// The order is being worked on in another tab.
    Elsewhere(SessionId),
    /// What came of [`Command::Make`].
    Made {
        /// The command's number.
        id: u32,
        /// The file's content.
        result: Result<Content, EngineError>,
    },
}

/// Numbers the connections of a page, so that a late view of an earlier one is known as such.
pub type SessionId = u32;

/// A file of an issued certificate.
#[derive(Serialize, Deserialize)]
pub enum File {
    /// One of the classic files.
    Pem(PemFile),
    /// A PFX (PKCS#12) file.
    Pfx(PfxOptions),
    /// A ZIP of all files, with the PFX that was made last.
    Archive,
    /// A calendar with the renewals of all certificates that are kept.
    Calendar {
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
            Self::Calendar { .. } => false,
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
#[derive(Serialize, Deserialize)]
pub struct Content(#[serde(with = "secret_bytes")] pub Zeroizing<Vec<u8>>);

/// Why the engine has no result.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum EngineError {
    /// Keys, names, chain or password are not fit for it.
    #[error("{message}. {hint}")]
    Unfit {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: String,
    },
    /// There is no certificate to make files of.
    #[error("There is no certificate to make files of. Order one first.")]
    NothingIssued,
    /// The browser has no secure randomness.
    #[error("{0}")]
    NoRandomness(String),
    /// The engine did not start, or ended before it answered.
    #[error("The part of this page that makes keys has stopped: {0}. Reload the page.")]
    Stopped(String),
}

impl From<tabcert_pki::Error> for EngineError {
    fn from(error: tabcert_pki::Error) -> Self {
        Self::Unfit {
            message: error.to_string(),
            hint: error.hint().to_string(),
        }
    }
}
