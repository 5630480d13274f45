//! What the visitor has set for everything.

use serde::{Deserialize, Serialize};
use tabcert_acme::url::HttpsUrl;
use tabcert_pki::KeyType;

use crate::schema::{Kind, Record};

/// The settings; there is one record of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The CA that is chosen at first.
    pub directory_url: Option<HttpsUrl>,
    /// The type that new keys have at first.
    pub key_type: Option<KeyType>,
    /// Whether to notify when certificates are due.
    pub reminders: bool,
    /// Whether a replaced certificate's key is deleted once the new one has been downloaded.
    pub delete_replaced_keys: bool,
    /// When they were changed, in milliseconds since 1970.
    pub updated_ms: u64,
}

impl Record for Settings {
    const KIND: Kind = Kind::Settings;
}
