//! What opens the vault: a key of this browser's, or a passphrase and passkeys.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::ask::{Area, Question};
use crate::secret_bytes;

/// Asks what opens the vault, after doing something about it.
#[derive(Serialize, Deserialize)]
pub enum Protection {
    /// Nothing is to be done.
    Read,
    /// Open it.
    Unlock(Unlock),
    /// Forget the key until it is unlocked again. What was going on ends.
    Lock,
    /// Put everything under a passphrase.
    UsePassphrase(Passphrase),
    /// Put everything under a key of this browser's.
    UseBrowser,
    /// Have a passkey open it too.
    AddPasskey {
        /// The passphrase that it is under.
        passphrase: Passphrase,
        /// What the visitor calls the passkey.
        label: String,
        /// The passkey.
        passkey: PasskeyAnswer,
    },
    /// Have a passkey open it no more: everything is put under another key, and the other passkeys have to
    /// be added again.
    RemovePasskey {
        /// The passphrase that it is under.
        passphrase: Passphrase,
        /// Its credential id.
        #[serde(with = "serde_bytes")]
        id: Vec<u8>,
    },
}

/// A passphrase in normal form (NFC), as keyboards differ in how they compose letters.
#[derive(Clone, Serialize, Deserialize)]
pub struct Passphrase(pub Zeroizing<String>);

/// What opens the vault.
#[derive(Serialize, Deserialize)]
pub enum Unlock {
    /// What the visitor knows.
    Passphrase(Passphrase),
    /// What the visitor has.
    Passkey(PasskeyAnswer),
}

/// What a passkey answered.
#[derive(Serialize, Deserialize)]
pub struct PasskeyAnswer {
    /// Its credential id.
    #[serde(with = "serde_bytes")]
    pub id: Vec<u8>,
    /// The output of WebAuthn's `prf` extension.
    #[serde(with = "secret_bytes")]
    pub prf_output: Zeroizing<Vec<u8>>,
}

/// What opens the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProtectionView {
    /// A key of this browser's, which it does not give out.
    Browser,
    /// A passphrase.
    Passphrase {
        /// The passkeys that open it too.
        passkeys: Vec<PasskeyView>,
        /// What passkeys are asked for: the input of WebAuthn's `prf` extension.
        #[serde(with = "serde_bytes")]
        prf_input: Vec<u8>,
    },
}

/// A passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyView {
    /// Its credential id.
    #[serde(with = "serde_bytes")]
    pub id: Vec<u8>,
    /// What the visitor calls it.
    pub label: String,
    /// When it was added, in milliseconds since 1970.
    pub added_ms: u64,
}

impl Question for Protection {
    const AREA: Area = Area::Protection;
    type Answer = ProtectionView;

    fn only_reads(&self) -> bool {
        matches!(self, Self::Read)
    }
}
