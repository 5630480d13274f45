//! What the page and its engine say to each other.
//!
//! The engine (`tabcert-engine`) runs in a Web Worker: it has the keys, the flow and the requests.
//! The page (`tabcert-app`) has the screen. [`Command`]s go one way, [`Notice`]s the other, as
//! structured clones; bytes travel as `Uint8Array`. No private key is in any of them but in the
//! files that the visitor asks for or brings.
#![forbid(unsafe_code)]

pub mod accounts;
pub mod ask;
pub mod backup;
pub mod certificates;
pub mod files;
pub mod protection;
pub mod revocation;
mod secret_bytes;
pub mod settings;
pub mod vault;

use serde::{Deserialize, Serialize};
use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::view::Issued;
use tabcert_issuance::{Intent, View};
use tabcert_pki::brought::BroughtError;
use thiserror::Error;
use wasm_bindgen::JsValue;

use ask::Area;
#[cfg(doc)]
use ask::Question;
use certificates::RenewalKey;
use vault::{KeptAs, VaultView};

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
        /// With which key.
        key: RenewalKey,
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
    /// A file of what was issued has been handed to the browser, as the visitor's from then on.
    HandedOver {
        /// The session that it is of.
        session: SessionId,
        /// Whether the private key is in it.
        with_key: bool,
    },
    /// A question; answered by [`Notice::Answered`] with the same number.
    Ask {
        /// Comes back with the answer.
        id: u32,
        /// What it is about.
        area: Area,
        /// The [`Question`] of that area.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        question: JsValue,
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
    /// Where what is under way is kept, whenever it has been stored: there it can be gone on with.
    Kept {
        /// The session that it is about.
        session: SessionId,
        /// Where.
        kept_as: KeptAs,
    },
    /// The order is being worked on in another tab.
    Elsewhere(SessionId),
    /// The order is being worked on in another tab, and was not discarded.
    NotDiscarded(String),
    /// What was to be shown, begun or gone on with cannot be: it is gone, damaged, or in use.
    Gone {
        /// The session that it is about.
        session: SessionId,
        /// Why.
        why: Gone,
    },
    /// What came of [`Command::Ask`].
    Answered {
        /// The command's number.
        id: u32,
        /// `Result<Question::Answer, EngineError>`
        #[serde(with = "serde_wasm_bindgen::preserve")]
        answer: JsValue,
    },
}

/// Why something cannot be shown, begun or gone on with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    /// What it lacks.
    pub missing: Missing,
    /// The same, and what to do, in sentences for the visitor.
    pub words: String,
}

/// What is missing, or in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Missing {
    /// Another tab works on the order.
    OrderElsewhere,
    /// The account is being changed.
    AccountElsewhere,
    /// The order is not kept.
    Order,
    /// The order's record makes no sense.
    DamagedOrder,
    /// The certificate is not kept.
    Certificate,
    /// The certificate's record makes no sense.
    DamagedCertificate,
    /// The account is not kept.
    Account,
    /// The account's key makes no sense.
    DamagedAccount,
    /// The certificate's key is not kept.
    Key,
    /// A request that fits.
    FitRequest,
    /// Nothing can be read.
    Storage,
}

impl Missing {
    /// For tests and styles.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::OrderElsewhere => "order-elsewhere",
            Self::AccountElsewhere => "account-elsewhere",
            Self::Order => "order",
            Self::DamagedOrder => "damaged-order",
            Self::Certificate => "certificate",
            Self::DamagedCertificate => "damaged-certificate",
            Self::Account => "account",
            Self::DamagedAccount => "damaged-account",
            Self::Key => "key",
            Self::FitRequest => "fit-request",
            Self::Storage => "storage",
        }
    }
}

/// Numbers the connections of a page, so that a late view of an earlier one is known as such.
pub type SessionId = u32;

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
    /// Files that were brought are not what they were brought for.
    #[error("{0}. {hint}", hint = .0.hint())]
    Files(#[from] BroughtError),
    /// There is no certificate to make files of.
    #[error("There is no certificate to make files of. Order one first.")]
    NothingIssued,
    /// What is kept could not be read, or nothing could be stored; why, in words for the visitor.
    #[error("{0}")]
    NotKept(String),
    /// The browser has no secure randomness.
    #[error("{0}")]
    NoRandomness(String),
    /// The engine did not start, or ends again and again.
    #[error("The part of this page that makes keys has stopped: {0}. Reload the page.")]
    Stopped(String),
    /// The engine ended before it had answered, and another was started.
    #[error(
        "The part of this page that makes keys stopped before this was done, and was started again. Look whether it was done, and try again."
    )]
    Interrupted,
}

impl From<tabcert_pki::Misfit> for EngineError {
    fn from(misfit: tabcert_pki::Misfit) -> Self {
        Self::Unfit {
            message: misfit.to_string(),
            hint: misfit.hint().to_owned(),
        }
    }
}

impl From<tabcert_pki::Error> for EngineError {
    fn from(error: tabcert_pki::Error) -> Self {
        Self::Unfit {
            message: error.to_string(),
            hint: error.hint().to_string(),
        }
    }
}
