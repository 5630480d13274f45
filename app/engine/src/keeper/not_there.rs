//! Why something that was kept cannot be shown or gone on with.

use tabcert_engine_api::{EngineError, Missing};
use thiserror::Error;

use crate::vault::StorageError;

/// What is missing, and what to do about it, in sentences for the visitor.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum NotThere {
    /// Another tab works on the order.
    #[error(
        "This order is open in another tab of this browser. Go on there, or close that tab and try again."
    )]
    Elsewhere,
    /// Somebody changes the order's account.
    #[error(
        "The account is being changed in another tab of this browser, or in this one. Wait until that is done, and try again."
    )]
    AccountElsewhere,
    /// The order is not kept.
    #[error(
        "This order is not kept here any more: it was finished or forgotten, perhaps in another tab. What was asked for is filled in below; order it again if you still need it."
    )]
    Order,
    /// The order's record makes no sense.
    #[error(
        "What was kept of this order is damaged, and it cannot be gone on with. Forget it, and order again: what was asked for is filled in below."
    )]
    DamagedOrder,
    /// The certificate is not kept.
    #[error(
        "This certificate is not kept here any more: it was forgotten, perhaps in another tab. If you have a backup, bring it back from there; otherwise get a new one."
    )]
    Certificate,
    /// The certificate's record makes no sense, or key, names and chain do not belong together.
    #[error(
        "What was kept of this certificate is damaged or does not belong together. Bring it back from a backup if you have one; otherwise get a new one for the same names."
    )]
    DamagedCertificate,
    /// The certificate's account is not kept.
    #[error(
        "The account that ordered this is not kept here any more. Get a certificate for the same names with another account: what was asked for is filled in below."
    )]
    Account,
    /// The account's key makes no sense.
    #[error(
        "What was kept of the account that ordered this is damaged. Get a certificate for the same names with another account: what was asked for is filled in below."
    )]
    DamagedAccount,
    /// The same key was wanted, and is not kept.
    #[error("The key of this certificate is not kept here. Renew with a new key.")]
    Key,
    /// A request was brought that does not fit.
    #[error("{0}")]
    Request(String),
    /// Nothing can be read.
    #[error("{0}")]
    Storage(StorageError),
}

impl NotThere {
    /// What it is to the page.
    pub(crate) fn missing(&self) -> Missing {
        match self {
            Self::Elsewhere => Missing::OrderElsewhere,
            Self::AccountElsewhere => Missing::AccountElsewhere,
            Self::Order => Missing::Order,
            Self::DamagedOrder => Missing::DamagedOrder,
            Self::Certificate => Missing::Certificate,
            Self::DamagedCertificate => Missing::DamagedCertificate,
            Self::Account => Missing::Account,
            Self::DamagedAccount => Missing::DamagedAccount,
            Self::Key => Missing::Key,
            Self::Request(_) => Missing::FitRequest,
            Self::Storage(_) => Missing::Storage,
        }
    }
}

impl From<StorageError> for NotThere {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

/// What a record that cannot be read is; everything else is the storage's.
pub(super) fn damaged_as(damaged: NotThere) -> impl FnOnce(StorageError) -> NotThere {
    move |error| match error {
        StorageError::Damaged => damaged,
        other => NotThere::Storage(other),
    }
}

impl From<NotThere> for EngineError {
    fn from(not_there: NotThere) -> Self {
        Self::NotKept(not_there.to_string())
    }
}
