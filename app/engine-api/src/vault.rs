//! What the page is told of what this browser keeps. No key is in any of it.

use serde::{Deserialize, Serialize};
use tabcert_acme::domain::DomainName;
use tabcert_acme::url::HttpsUrl;
use tabcert_pki::KeyType;
pub use tabcert_vault::status::Status;

/// Everything that is kept, for a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultView {
    /// Whether anything can be kept.
    pub storage: Storage,
    /// Orders that are not finished, the last touched first.
    pub orders: Vec<OrderView>,
    /// Certificates that were issued here: those whose renewal is due, and the last few of the others;
    /// the last issued first.
    pub certificates: Vec<CertificateView>,
    /// How many certificates are kept, wherever they were made.
    pub kept: usize,
    /// How many of them are due, or over.
    pub due: usize,
    /// How many records are kept that cannot be read.
    pub damaged: usize,
    /// Different whenever anything about the certificates has changed.
    pub revision: u32,
}

/// Whether what is done here outlives the tab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Storage {
    /// It does.
    Kept,
    /// It does not.
    Unavailable {
        /// Why.
        obstacle: Obstacle,
        /// The same in words for the visitor.
        words: String,
    },
    /// It waits for what opens it; what is done meanwhile waits too. See
    /// [`Protection`](crate::protection::Protection).
    Locked,
}

/// Why nothing can be stored, or what is stored cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Obstacle {
    /// The browser refuses: a private window, blocked site data, or no storage at all.
    Denied,
    /// There is no room left.
    Full,
    /// A later version of Tabcert has been here.
    Newer,
    /// What is stored is damaged.
    Damaged,
    /// The passphrase or passkey is another, or cannot be used.
    Refused,
    /// Another tab has changed what opens the records.
    Moved,
    /// Another tab has forgotten everything.
    Forgotten,
    /// The browser has closed the storage.
    Gone,
    /// Anything else.
    Failed,
}

impl Obstacle {
    /// For tests and styles.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Full => "full",
            Self::Newer => "newer",
            Self::Damaged => "damaged",
            Self::Refused => "refused",
            Self::Moved => "moved",
            Self::Forgotten => "forgotten",
            Self::Gone => "gone",
            Self::Failed => "failed",
        }
    }
}

/// Where an issuance is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeptAs {
    /// An unfinished order, by what [`crate::Command::Resume`] takes.
    Order(String),
    /// A certificate, by what [`crate::Command::Open`] takes.
    Certificate(String),
}

/// An unfinished order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    /// What [`crate::Command::Resume`] and [`crate::Command::Discard`] take.
    pub id: String,
    /// What was asked for.
    pub asked: Asked,
    /// When it changed last, milliseconds since the Unix epoch.
    pub updated_ms: u64,
    /// Where it stands.
    pub standing: Standing,
}

/// Where an unfinished order stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// It is being worked on, or was when the tab was closed.
    Working,
    /// Proofs are to be put in place.
    Proving,
    /// It stopped; why, in one sentence.
    Failed(String),
}

/// A certificate that was issued here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateView {
    /// What [`crate::Command::Open`] and [`crate::Command::Delete`] take.
    pub id: String,
    /// What was asked for.
    pub asked: Asked,
    /// Start of validity, seconds since the Unix epoch.
    pub not_before: u64,
    /// End of validity, seconds since the Unix epoch.
    pub not_after: u64,
    /// Whether its key was downloaded.
    pub downloaded: bool,
    /// Where it stands.
    pub status: Status,
    /// From when on it is to be renewed, milliseconds since the Unix epoch.
    pub due_ms: u64,
}

/// The visitor's choices for a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The names.
    pub names: Vec<DomainName>,
    /// The CA's directory.
    pub directory_url: HttpsUrl,
    /// The kind of key.
    pub key_type: KeyType,
}
