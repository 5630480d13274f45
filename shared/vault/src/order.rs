//! Orders in progress.

use serde::{Deserialize, Serialize};
use tabcert_acme::url::HttpsUrl;

use crate::id::{AccountId, CertificateId, OrderId};
use crate::schema::{Kind, Record};
use crate::secret::SecretText;

/// An order that has not become a certificate yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Names this record.
    pub id: OrderId,
    /// The account that orders.
    pub account: AccountId,
    /// The CA's directory.
    pub directory_url: HttpsUrl,
    /// What the certificate shall be for.
    pub names: Vec<String>,
    /// The certificate that it takes the place of.
    pub renews: Option<CertificateId>,
    /// When it was begun, in milliseconds since 1970.
    pub created_ms: u64,
    /// When this record was changed, in milliseconds since 1970.
    pub updated_ms: u64,
    /// Where it stands, for lists.
    pub state: OrderState,
    /// What the flow goes on from: the JSON of `tabcert_issuance::saved::Saved`. It holds the
    /// certificate's key.
    pub snapshot: SecretText,
}

/// Where an order stands, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum OrderState {
    /// The visitor has to put proofs in place.
    WaitingForProofs,
    /// Page and CA are at work.
    Working,
    /// It stopped.
    Failed {
        /// Why, in a sentence.
        sentence: String,
    },
}

impl Record for Order {
    const KIND: Kind = Kind::Order;
}
