//! The vault's record key under a passphrase, and under passkeys beside it.
//!
//! Records are sealed with a key of 32 random bytes. What is stored is that key wrapped (AES-256-GCM):
//! once under a key that Argon2id makes of the passphrase, and once under each passkey, by HKDF-SHA-256
//! (RFC 5869) from what the passkey answers (WebAuthn's `prf` extension). None of it is secret.

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use hkdf::Hkdf;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::VaultError;
use crate::passphrase::{Derivation, Parameters, check_choice};

/// Most passkeys beside a passphrase.
pub const MAX_PASSKEYS: usize = 16;
/// Longest name of a passkey, in characters.
const MAX_LABEL: usize = 60;
/// Longest credential id: "at most 1023 bytes" (WebAuthn §5.1.4.4, `rawId`, by CTAP's limit).
const MAX_CREDENTIAL_ID: usize = 1023;
/// What `prf` answers has 32 bytes; less would be no key.
const MIN_PRF_OUTPUT: usize = 32;

const BY_PASSPHRASE: &[u8] = b"tabcert record key by passphrase";
const BY_PASSKEY: &[u8] = b"tabcert record key by passkey";

/// What records are sealed with; wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordKey(Zeroizing<[u8; 32]>);

/// How the record key is kept; stored in clear, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protection {
    derivation: Derivation,
    by_passphrase: Wrapped,
    prf_input: [u8; 32],
    passkeys: Vec<Passkey>,
}

/// A passkey that opens the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// Its credential id (WebAuthn).
    pub id: Vec<u8>,
    /// What the visitor calls it.
    pub label: String,
    /// When it was added, in milliseconds since 1970.
    pub added_ms: u64,
    wrapped: Wrapped,
}

/// What has to be random, and new for each protection.
#[derive(Debug, Clone, Copy)]
pub struct Randomness {
    /// For the passphrase's key.
    pub salt: [u8; 16],
    /// For the encryption.
    pub nonce: [u8; 12],
    /// What passkeys are asked for.
    pub prf_input: [u8; 32],
}

/// The record key, encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Wrapped {
    nonce: [u8; 12],
    sealed: Vec<u8>,
}

impl RecordKey {
    /// Takes random bytes.
    #[must_use]
    pub fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for RecordKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("RecordKey(…)")
    }
}

impl Protection {
    /// Puts a key under a passphrase. No passkey opens it yet.
    ///
    /// # Errors
    /// [`VaultError::PassphraseTooShort`], [`VaultError::PassphraseLength`], [`VaultError::OutOfMemory`].
    pub fn new(
        key: &RecordKey,
        passphrase: &str,
        parameters: Parameters,
        random: Randomness,
    ) -> Result<Self, VaultError> {
        check_choice(passphrase)?;
        let derivation = Derivation {
            parameters,
            salt: random.salt,
        };
        let wrapping = derivation.derive(passphrase)?;
        Ok(Self {
            derivation,
            by_passphrase: Wrapped::wrap(key, &wrapping, random.nonce, BY_PASSPHRASE)?,
            prf_input: random.prf_input,
            passkeys: Vec::new(),
        })
    }

    /// Reads what [`serialize`](Self::serialize) wrote.
    ///
    /// # Errors
    /// [`VaultError::MalformedProtection`].
    pub fn parse(json: &str) -> Result<Self, VaultError> {
        serde_json::from_str(json)
            .ok()
            .filter(|it: &Self| it.passkeys.len() <= MAX_PASSKEYS)
            .ok_or(VaultError::MalformedProtection)
    }

    /// Writes it as JSON.
    ///
    /// # Errors
    /// [`VaultError::MalformedProtection`], which does not happen.
    pub fn serialize(&self) -> Result<String, VaultError> {
        serde_json::to_string(self).map_err(|_| VaultError::MalformedProtection)
    }

    /// The record key, by the passphrase.
    ///
    /// # Errors
    /// [`VaultError::WrongPassphrase`], [`VaultError::PassphraseLength`], [`VaultError::OutOfMemory`].
    pub fn open(&self, passphrase: &str) -> Result<RecordKey, VaultError> {
        let wrapping = self.derivation.derive(passphrase)?;
        self.by_passphrase
            .unwrap(&wrapping, BY_PASSPHRASE)
            .ok_or(VaultError::WrongPassphrase)
    }

    /// The record key, by what a passkey answered to [`prf_input`](Self::prf_input).
    ///
    /// # Errors
    /// [`VaultError::WrongPasskey`], [`VaultError::PasskeyWithoutSecret`].
    pub fn open_by_passkey(&self, id: &[u8], prf_output: &[u8]) -> Result<RecordKey, VaultError> {
        let passkey = self.passkeys.iter().find(|passkey| passkey.id == id);
        let passkey = passkey.ok_or(VaultError::WrongPasskey)?;
        let wrapping = wrapping_key(prf_output)?;
        passkey
            .wrapped
            .unwrap(&wrapping, &bound_to_passkey(id))
            .ok_or(VaultError::WrongPasskey)
    }

    /// Has a passkey open the vault too; one that does already is replaced.
    ///
    /// # Errors
    /// [`VaultError::PasskeyWithoutSecret`], [`VaultError::TooManyPasskeys`]; and
    /// [`VaultError::WrongPasskey`] for an endless id.
    pub fn add_passkey(
        &mut self,
        key: &RecordKey,
        new: NewPasskey<'_>,
        nonce: [u8; 12],
    ) -> Result<(), VaultError> {
        if new.id.is_empty() || new.id.len() > MAX_CREDENTIAL_ID {
            return Err(VaultError::WrongPasskey);
        }
        let wrapping = wrapping_key(new.prf_output)?;
        let wrapped = Wrapped::wrap(key, &wrapping, nonce, &bound_to_passkey(new.id))?;
        self.remove_passkey(new.id);
        if self.passkeys.len() >= MAX_PASSKEYS {
            return Err(VaultError::TooManyPasskeys);
        }
        self.passkeys.push(Passkey {
            id: new.id.to_vec(),
            label: new.label.trim().chars().take(MAX_LABEL).collect(),
            added_ms: new.now_ms,
            wrapped,
        });
        Ok(())
    }

    /// Has a passkey open the vault no more.
    pub fn remove_passkey(&mut self, id: &[u8]) {
        self.passkeys.retain(|passkey| passkey.id != id);
    }

    /// The passkeys that open it.
    #[must_use]
    pub fn passkeys(&self) -> &[Passkey] {
        &self.passkeys
    }

    /// What passkeys are asked for: the input of WebAuthn's `prf` extension.
    #[must_use]
    pub fn prf_input(&self) -> &[u8; 32] {
        &self.prf_input
    }
}

/// A passkey that is to open the vault.
#[derive(Clone, Copy)]
pub struct NewPasskey<'a> {
    /// Its credential id.
    pub id: &'a [u8],
    /// What the visitor calls it.
    pub label: &'a str,
    /// What it answered to [`Protection::prf_input`].
    pub prf_output: &'a [u8],
    /// The time now, in milliseconds since 1970.
    pub now_ms: u64,
}

impl Wrapped {
    fn wrap(
        key: &RecordKey,
        wrapping: &[u8; 32],
        nonce: [u8; 12],
        bound: &[u8],
    ) -> Result<Self, VaultError> {
        let mut sealed = Zeroizing::new(Vec::with_capacity(64));
        sealed.extend_from_slice(key.as_bytes());
        Aes256Gcm::new(&(*wrapping).into())
            .encrypt_in_place(&Nonce::from(nonce), bound, &mut *sealed)
            .map_err(|_| VaultError::MalformedProtection)?;
        Ok(Self {
            nonce,
            sealed: sealed.to_vec(),
        })
    }

    fn unwrap(&self, wrapping: &[u8; 32], bound: &[u8]) -> Option<RecordKey> {
        let mut opened = Zeroizing::new(self.sealed.clone());
        Aes256Gcm::new(&(*wrapping).into())
            .decrypt_in_place(&Nonce::from(self.nonce), bound, &mut *opened)
            .ok()?;
        let mut key = Zeroizing::new([0; 32]);
        (opened.len() == key.len()).then(|| key.copy_from_slice(&opened))?;
        Some(RecordKey(key))
    }
}

/// A passkey's wrapped key cannot be opened as another's.
fn bound_to_passkey(id: &[u8]) -> Vec<u8> {
    [BY_PASSKEY, id].concat()
}

/// Not what the passkey answers itself: that may serve other ends too.
fn wrapping_key(prf_output: &[u8]) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    if prf_output.len() < MIN_PRF_OUTPUT {
        return Err(VaultError::PasskeyWithoutSecret);
    }
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, prf_output)
        .expand(BY_PASSKEY, key.as_mut_slice())
        .map_err(|_| VaultError::PasskeyWithoutSecret)?;
    Ok(key)
}
