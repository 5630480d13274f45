//! Accounts at CAs.

use serde::{Deserialize, Serialize};
use tabcert_acme::jwk::Thumbprint;
use tabcert_acme::key::AccountKey;
use tabcert_acme::url::HttpsUrl;

use crate::VaultError;
use crate::id::AccountId;
use crate::schema::{Kind, Record};
use crate::secret::Secret;

/// An account, or the key that one will be made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Names this record.
    pub id: AccountId,
    /// The CA's directory.
    pub directory_url: HttpsUrl,
    /// The private key, PKCS#8 in DER.
    pub key: Secret,
    /// The thumbprint of its public half, by which accounts are told apart.
    pub thumbprint: Thumbprint,
    /// The account's URL, once the CA has told it.
    pub url: Option<HttpsUrl>,
    /// `mailto:` URLs.
    #[serde(default)]
    pub contact: Vec<String>,
    /// What the visitor calls it.
    #[serde(default)]
    pub label: String,
    /// Whether the visitor agreed to the CA's terms of service.
    #[serde(default)]
    pub terms_agreed: bool,
    /// When the key came here, in milliseconds since 1970.
    pub created_ms: u64,
    /// When this record was changed, in milliseconds since 1970.
    pub updated_ms: u64,
    /// Whether it can be used.
    #[serde(default)]
    pub status: AccountStatus,
    /// Names whose challenges are redirected to the edge for this account, once and for all.
    #[serde(default)]
    pub redirected: Vec<String>,
    /// The key that is to take the place of the other, PKCS#8 in DER, until the CA has said which of them
    /// counts. It is stored before the CA is asked to take it.
    #[serde(default)]
    pub pending_key: Option<Secret>,
    /// Whether new orders at its CA are to be this account's, where there are several.
    #[serde(default)]
    pub preferred: bool,
}

/// Whether an account can be used, as far as is known (RFC 8555 §7.1.6).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountStatus {
    /// In use.
    #[default]
    Valid,
    /// Ended by the visitor.
    Deactivated,
    /// Ended by the CA.
    Revoked,
}

impl Account {
    /// A key for a CA, before the CA knows it.
    ///
    /// # Errors
    /// [`VaultError::DamagedKey`] where the key cannot be encoded, which does not happen.
    pub fn new(
        id: AccountId,
        directory_url: HttpsUrl,
        key: &AccountKey,
        now_ms: u64,
    ) -> Result<Self, VaultError> {
        let der = key.to_pkcs8_der().map_err(|_| VaultError::DamagedKey)?;
        Ok(Self {
            id,
            directory_url,
            key: Secret::new(der),
            thumbprint: key.thumbprint().clone(),
            url: None,
            contact: Vec::new(),
            label: String::new(),
            terms_agreed: false,
            created_ms: now_ms,
            updated_ms: now_ms,
            status: AccountStatus::Valid,
            redirected: Vec::new(),
            pending_key: None,
            preferred: false,
        })
    }

    /// The key, ready to sign.
    ///
    /// # Errors
    /// [`VaultError::DamagedKey`] where it is none, or another than the thumbprint says.
    pub fn account_key(&self) -> Result<AccountKey, VaultError> {
        AccountKey::from_pkcs8_der(self.key.as_bytes())
            .ok()
            .filter(|key| *key.thumbprint() == self.thumbprint)
            .ok_or(VaultError::DamagedKey)
    }

    /// The key that is to take the place of the other, ready to sign, while a change of keys is under way.
    ///
    /// # Errors
    /// [`VaultError::DamagedKey`] where it is none.
    pub fn pending_account_key(&self) -> Result<Option<AccountKey>, VaultError> {
        let key = |stored: &Secret| AccountKey::from_pkcs8_der(stored.as_bytes());
        let key = self.pending_key.as_ref().map(key).transpose();
        key.map_err(|_| VaultError::DamagedKey)
    }

    /// The CA knows the account by this key now. Redirects have the old key's thumbprint in them, so that
    /// no name is redirected for this account any more.
    ///
    /// # Errors
    /// [`VaultError::DamagedKey`] where the key cannot be encoded, which does not happen.
    pub fn key_changed(&mut self, key: &AccountKey) -> Result<(), VaultError> {
        let der = key.to_pkcs8_der().map_err(|_| VaultError::DamagedKey)?;
        self.key = Secret::new(der);
        self.thumbprint = key.thumbprint().clone();
        self.pending_key = None;
        self.redirected.clear();
        Ok(())
    }

    /// Whether both are the same account at the same CA, whatever their ids are.
    #[must_use]
    pub fn is_same_account(&self, other: &Self) -> bool {
        self.thumbprint == other.thumbprint && self.directory_url == other.directory_url
    }
}

/// The account that new orders at a CA are for: the preferred one, or the one that was used last.
#[must_use]
pub fn used_at(accounts: &[Account], directory_url: &HttpsUrl) -> Option<AccountId> {
    let usable = accounts.iter().filter(|account| {
        account.directory_url == *directory_url && account.status == AccountStatus::Valid
    });
    let used = usable.max_by_key(|account| (account.preferred, account.updated_ms));
    used.map(|account| account.id)
}

impl Record for Account {
    const KIND: Kind = Kind::Account;
}
