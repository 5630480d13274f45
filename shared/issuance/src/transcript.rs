//! What was asked of the CA, for the visitor to watch.

use serde::{Deserialize, Serialize};

use crate::effect::Route;

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RequestKind {
    /// Reading the directory.
    Directory,
    /// Fetching a nonce.
    NewNonce,
    /// Making or finding the account.
    NewAccount,
    /// Reading the account.
    Account,
    /// Reading the list of the account's orders.
    Orders,
    /// Ordering.
    NewOrder,
    /// Reading an authorization.
    Authorization,
    /// Starting a challenge.
    Challenge,
    /// Asking how the order stands.
    Order,
    /// Handing in the CSR.
    Finalize,
    /// Downloading the chain.
    Certificate,
    /// Changing the account, or ending it.
    UpdateAccount,
    /// Changing the account's key.
    KeyChange,
    /// Revoking a certificate.
    RevokeCertificate,
    /// Asking when a certificate should be renewed (RFC 9773).
    RenewalInfo,
}

impl RequestKind {
    /// Whether the CA has handed the URL out along with an order.
    #[must_use]
    pub fn is_handed_out(self) -> bool {
        matches!(
            self,
            Self::Authorization
                | Self::Challenge
                | Self::Order
                | Self::Finalize
                | Self::Certificate
        )
    }

    /// The field's name for it, as used in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::NewNonce => "newNonce",
            Self::NewAccount => "newAccount",
            Self::Account => "account",
            Self::Orders => "orders",
            Self::NewOrder => "newOrder",
            Self::Authorization => "authorization",
            Self::Challenge => "challenge",
            Self::Order => "order",
            Self::Finalize => "finalize",
            Self::Certificate => "certificate",
            Self::UpdateAccount => "account update",
            Self::KeyChange => "keyChange",
            Self::RevokeCertificate => "revokeCert",
            Self::RenewalInfo => "renewalInfo",
        }
    }
}

/// One request and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// What it was for.
    pub kind: RequestKind,
    /// How it went.
    pub route: Route,
    /// When it was sent, milliseconds since the Unix epoch.
    pub sent_ms: u64,
    /// How it ended; `None` while it is under way.
    pub outcome: Option<Outcome>,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// HTTP status; `None` where no answer came.
    pub status: Option<u16>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// Whether it is sent again by itself (a stale nonce, an overloaded CA).
    pub retried: bool,
}
