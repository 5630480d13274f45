//! In what two versions of a record differ, in words that a visitor can decide by.

use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::certificate::Certificate;
use crate::order::Order;
use crate::settings::Settings;

/// Something in which two versions of a record differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Difference {
    /// Name, description and the like.
    Labels,
    /// The private key.
    PrivateKey,
    /// The certificate itself.
    Certificate,
    /// What took its place, or whose place it took.
    Replacement,
    /// Whether and why it was revoked.
    Revocation,
    /// When to renew it.
    Renewal,
    /// What was tried with it, and when it was downloaded.
    History,
    /// A key that is to take the other's place, or may have done so.
    PendingKey,
    /// Whether new orders at its CA are this account's.
    Preference,
    /// Contact addresses.
    Contact,
    /// Whether an account can be used, and where it is.
    Standing,
    /// How far an order has come.
    Progress,
    /// How names are proven.
    Proofs,
    /// What is set.
    Settings,
    /// Anything else.
    Other,
}

/// A record whose versions can differ.
pub trait Differs {
    /// In what `self` and `other` differ, but for when they were changed.
    fn differences(&self, other: &Self) -> Vec<Difference>;

    /// Whether there is a private key in it.
    fn has_key(&self) -> bool;
}

/// `what` where any of the `fields` differs.
macro_rules! differing {
    ($mine:ident, $theirs:ident: $($what:ident if $($field:ident)|+,)+) => {{
        let mut found = Vec::new();
        $(if $($mine.$field != $theirs.$field)||+ {
            found.push(Difference::$what);
        })+
        found
    }};
}

impl Differs for Certificate {
    fn differences(&self, other: &Self) -> Vec<Difference> {
        differing!(self, other:
            Labels if label,
            PrivateKey if key,
            Certificate if chain_pem | answer | facts | names | key_type | csr_der,
            Replacement if replaces | replaced_by,
            Revocation if revoked,
            Renewal if renewal,
            History if history | downloaded_ms | issued_ms,
            Proofs if methods,
            Other if account | directory_url,
        )
    }

    fn has_key(&self) -> bool {
        self.key.is_some()
    }
}

impl Differs for Account {
    fn differences(&self, other: &Self) -> Vec<Difference> {
        differing!(self, other:
            Labels if label,
            PrivateKey if key | thumbprint,
            PendingKey if pending_key,
            Preference if preferred,
            Contact if contact | terms_agreed,
            Standing if status | url,
            Proofs if redirected,
            History if created_ms,
            Other if directory_url,
        )
    }

    fn has_key(&self) -> bool {
        true
    }
}

impl Differs for Order {
    fn differences(&self, other: &Self) -> Vec<Difference> {
        differing!(self, other:
            Progress if state | snapshot,
            History if created_ms,
            Other if account | directory_url | names | renews,
        )
    }

    fn has_key(&self) -> bool {
        true
    }
}

impl Differs for Settings {
    fn differences(&self, other: &Self) -> Vec<Difference> {
        differing!(self, other:
            Settings if directory_url | key_type | reminders | delete_replaced_keys,
        )
    }

    fn has_key(&self) -> bool {
        false
    }
}
