//! Revoking certificates.

use serde::{Deserialize, Serialize};
pub use tabcert_acme::revocation::Reason;
use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::explain::Explanation;

use crate::accounts::BroughtFile;
use crate::ask::{Area, Question};

/// A question about revoking.
#[derive(Serialize, Deserialize)]
pub struct AboutRevocation {
    /// What is wanted.
    pub wish: Wish,
    /// Whether an edge is there that relays to CAs.
    pub edge_available: bool,
}

/// What the visitor wants.
#[derive(Serialize, Deserialize)]
pub enum Wish {
    /// How a certificate that is kept can be revoked; answered by [`Answer::Ways`].
    Ways {
        /// Its id.
        certificate: String,
    },
    /// Revoke one that is kept; answered by [`Answer::Revoked`].
    Kept {
        /// Its id.
        certificate: String,
        /// Why.
        reason: Reason,
        /// Whose key signs.
        by: Signer,
    },
    /// Look at a certificate and its key; answered by [`Answer::Recognised`].
    Recognise(Vec<BroughtFile>),
    /// Revoke a certificate by its key; answered by [`Answer::Revoked`].
    Brought {
        /// Both, in one file or several.
        files: Vec<BroughtFile>,
        /// The CA's directory.
        directory_url: HttpsUrl,
        /// Why.
        reason: Reason,
    },
}

/// Whose key says that a certificate is to be revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signer {
    /// The account that ordered it.
    Account,
    /// The certificate's own.
    Certificate,
}

/// What came of a wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// How it can be revoked.
    Ways(Ways),
    /// What the files hold.
    Recognised(Recognised),
    /// It is revoked.
    Revoked {
        /// Whether it had been before, perhaps for another reason.
        before: bool,
    },
    /// What the CA has against it.
    Failed(Box<Explanation>),
}

/// How a certificate can be revoked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ways {
    /// Whether its account is here.
    pub by_account: bool,
    /// Whether its key is here.
    pub by_certificate: bool,
    /// Whether it is revoked already.
    pub is_revoked: bool,
}

/// A certificate that was brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognised {
    /// Its names.
    pub names: Vec<String>,
    /// Who issued it, in short.
    pub issuer: String,
    /// End of its validity, seconds since the Unix epoch.
    pub not_after: u64,
    /// The serial number in hexadecimal.
    pub serial: String,
}

impl Question for AboutRevocation {
    const AREA: Area = Area::Revocation;
    type Answer = Answer;

    fn only_reads(&self) -> bool {
        matches!(self.wish, Wish::Ways { .. } | Wish::Recognise(_))
    }
}
