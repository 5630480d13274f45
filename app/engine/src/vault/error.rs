//! Why nothing can be stored.

use tabcert_engine_api::EngineError;
use tabcert_engine_api::vault::Obstacle;
use tabcert_vault::VaultError;
use thiserror::Error;

/// Why nothing can be stored, or what is stored cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum StorageError {
    /// A private window, blocked site data, or no IndexedDB at all.
    #[error(
        "This browser does not let the page store anything: {0}. What you do here lasts as long as this tab; download the key and certificate before you close it."
    )]
    Denied(String),
    /// The disk or the site's share of it is full.
    #[error(
        "This browser's storage is full. Free some space: what you do now lasts as long as this tab."
    )]
    Full,
    /// A later version of Tabcert has been here.
    #[error(
        "What is stored here was written by a newer version of this page. Reload the page to get that version."
    )]
    Newer,
    /// Somebody, or a defect, has changed what is stored.
    #[error("What is stored here is damaged and cannot be opened.")]
    Damaged,
    /// The passphrase or passkey is another, or cannot be used.
    #[error("{0}")]
    Refused(VaultError),
    /// The vault is under another protection than the one that it was opened under.
    #[error("Another tab of this page has changed what opens the records.")]
    Moved,
    /// Another tab has emptied the vault.
    #[error(
        "Everything that was kept here has been forgotten in another tab. Reload the page; until then, what you do lasts as long as this tab."
    )]
    Forgotten,
    /// The browser has closed the database: site data was deleted, or another tab changed the version.
    #[error("The browser has closed the storage of this page. Reload the page.")]
    Gone,
    /// Anything else, in the browser's words.
    #[error("The browser could not store: {0}. What you do now lasts as long as this tab.")]
    Failed(String),
}

impl StorageError {
    pub(super) fn busy() -> Self {
        Self::Failed("other tabs write the same record all the time".to_owned())
    }

    /// What it is to the page.
    pub(crate) fn obstacle(&self) -> Obstacle {
        match self {
            Self::Denied(_) => Obstacle::Denied,
            Self::Full => Obstacle::Full,
            Self::Newer => Obstacle::Newer,
            Self::Damaged => Obstacle::Damaged,
            Self::Refused(_) => Obstacle::Refused,
            Self::Moved => Obstacle::Moved,
            Self::Forgotten => Obstacle::Forgotten,
            Self::Gone => Obstacle::Gone,
            Self::Failed(_) => Obstacle::Failed,
        }
    }
}

impl From<VaultError> for StorageError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::NewerSchema { .. } => Self::Newer,
            VaultError::MalformedRecord { .. }
            | VaultError::UnwritableRecord { .. }
            | VaultError::MalformedProtection
            | VaultError::DamagedKey => Self::Damaged,
            error => Self::Refused(error),
        }
    }
}

impl From<StorageError> for EngineError {
    fn from(error: StorageError) -> Self {
        Self::NotKept(error.to_string())
    }
}
