//! Everything, or one certificate, in an encrypted file.
//!
//! | Bytes | What |
//! |---|---|
//! | 16 | `tabcert-backup` and CR LF |
//! | 1 | version, 1 |
//! | 12 | Argon2id: memory in KiB, passes, lanes, each big-endian |
//! | 16 | salt |
//! | 12 | nonce |
//! | … | AES-256-GCM, with all of the above as additional data, and its tag |
//! | 16 | the first bytes of SHA-256 of all of the above |
//!
//! What is encrypted is JSON, one record a line, as [`schema`] writes it, after a line
//! that says when.
//!
//! The checksum is no protection, the tag is: it tells a damaged file from a wrong passphrase before
//! anybody is asked for one, which the tag cannot.

use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::VaultError;
use crate::account::Account;
use crate::certificate::Certificate;
use crate::order::Order;
use crate::passphrase::{Derivation, Parameters, check_choice};
use crate::schema::{self, Kind, Record};
use crate::settings::Settings;

/// Largest file that is looked at: a thousand certificates with RSA keys take about 12 MB.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;
/// What a file is called.
pub const EXTENSION: &str = "tabcert";

const MAGIC: &[u8; 16] = b"tabcert-backup\r\n";
const VERSION: u8 = 1;
const HEADER: usize = MAGIC.len() + 1 + 12 + 16 + 12;
const TAG: usize = 16;
const CHECKSUM: usize = 16;

/// Records, as they go into a file and come out of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// Accounts.
    pub accounts: Vec<Account>,
    /// Orders.
    pub orders: Vec<Order>,
    /// Certificates.
    pub certificates: Vec<Certificate>,
    /// The settings.
    pub settings: Option<Settings>,
}

/// A backup that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// When it was made, in milliseconds since 1970.
    pub made_at_ms: u64,
    /// What is in it.
    pub contents: Contents,
}

/// What has to be random, and new for each file.
#[derive(Debug, Clone, Copy)]
pub struct Randomness {
    /// For the key.
    pub salt: [u8; 16],
    /// For the encryption.
    pub nonce: [u8; 12],
}

/// The first line.
#[derive(Serialize, Deserialize)]
struct Opening {
    made_at_ms: u64,
}

impl Contents {
    /// One certificate alone.
    #[must_use]
    pub fn of_certificate(certificate: Certificate) -> Self {
        Self {
            certificates: vec![certificate],
            ..Self::default()
        }
    }
}

impl Backup {
    /// Encrypts.
    ///
    /// # Errors
    /// [`VaultError::PassphraseTooShort`], [`VaultError::PassphraseLength`], [`VaultError::OutOfMemory`],
    /// [`VaultError::BackupTooLarge`].
    pub fn seal(
        &self,
        passphrase: &str,
        parameters: Parameters,
        random: Randomness,
    ) -> Result<Vec<u8>, VaultError> {
        check_choice(passphrase)?;
        let plaintext = self.plaintext()?;
        if plaintext.len() > MAX_BYTES - HEADER - TAG - CHECKSUM {
            return Err(VaultError::BackupTooLarge);
        }
        let header = header(parameters, random);
        let derivation = Derivation {
            parameters,
            salt: random.salt,
        };
        // With room for the tag: growing would leave the plaintext behind in memory.
        let mut body = Zeroizing::new(Vec::with_capacity(plaintext.len() + TAG));
        body.extend_from_slice(&plaintext);
        cipher(&derivation, passphrase)?
            .encrypt_in_place(&Nonce::from(random.nonce), &header, &mut *body)
            .map_err(|_| VaultError::BackupTooLarge)?;
        let mut file = [header.as_slice(), &body].concat();
        let checksum = Sha256::digest(&file);
        file.extend_from_slice(&checksum[..CHECKSUM]);
        Ok(file)
    }

    /// Decrypts. Nothing of a file that is refused is used.
    ///
    /// # Errors
    /// Those of [`Envelope::parse`], [`VaultError::PassphraseLength`], [`VaultError::OutOfMemory`],
    /// [`VaultError::WrongPassphrase`]; and for records [`VaultError::NewerSchema`],
    /// [`VaultError::MalformedRecord`] and [`VaultError::DamagedBackup`].
    pub fn open(file: &[u8], passphrase: &str) -> Result<Self, VaultError> {
        let envelope = Envelope::parse(file)?;
        let mut body = Zeroizing::new(envelope.body.to_vec());
        cipher(&envelope.derivation, passphrase)?
            .decrypt_in_place(&Nonce::from(envelope.nonce), envelope.header, &mut *body)
            .map_err(|_| VaultError::WrongPassphrase)?;
        let text = std::str::from_utf8(&body).map_err(|_| VaultError::DamagedBackup)?;
        Self::parse_plaintext(text)
    }

    fn plaintext(&self) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let opening = Opening {
            made_at_ms: self.made_at_ms,
        };
        // A number: serialising it cannot fail.
        let opening = serde_json::to_string(&opening).unwrap_or_default();
        let mut lines = vec![Zeroizing::new(opening)];
        let contents = &self.contents;
        add(&mut lines, &contents.accounts)?;
        add(&mut lines, &contents.orders)?;
        add(&mut lines, &contents.certificates)?;
        add(&mut lines, contents.settings.as_slice())?;
        let length = lines.iter().map(|line| line.len() + 1).sum();
        let mut text = Zeroizing::new(Vec::with_capacity(length));
        for line in &lines {
            text.extend_from_slice(line.as_bytes());
            text.push(b'\n');
        }
        Ok(text)
    }

    fn parse_plaintext(text: &str) -> Result<Self, VaultError> {
        let mut lines = text.lines();
        let opening = lines.next().unwrap_or_default();
        let opening: Opening =
            serde_json::from_str(opening).map_err(|_| VaultError::DamagedBackup)?;
        let mut contents = Contents::default();
        for line in lines {
            match schema::kind(line)? {
                Kind::Account => contents.accounts.push(schema::parse(line)?),
                Kind::Order => contents.orders.push(schema::parse(line)?),
                Kind::Certificate => contents.certificates.push(schema::parse(line)?),
                Kind::Settings => contents.settings = Some(schema::parse(line)?),
            }
        }
        Ok(Self {
            made_at_ms: opening.made_at_ms,
            contents,
        })
    }
}

fn add<T: Record>(lines: &mut Vec<Zeroizing<String>>, records: &[T]) -> Result<(), VaultError> {
    for record in records {
        lines.push(schema::serialize(record)?);
    }
    Ok(())
}

/// A file taken apart, before anybody is asked for the passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// How the key comes from the passphrase.
    pub derivation: Derivation,
    nonce: [u8; 12],
    header: &'a [u8],
    body: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// Checks that `file` is a backup, whole and of a version that is known.
    ///
    /// # Errors
    /// [`VaultError::BackupTooLarge`], [`VaultError::NotABackup`],
    /// [`VaultError::UnknownBackupVersion`], [`VaultError::DamagedBackup`],
    /// [`VaultError::DerivationParameters`].
    pub fn parse(file: &'a [u8]) -> Result<Self, VaultError> {
        if file.len() > MAX_BYTES {
            return Err(VaultError::BackupTooLarge);
        }
        let (version, _) = file
            .strip_prefix(MAGIC)
            .and_then(<[u8]>::split_first)
            .ok_or(VaultError::NotABackup)?;
        if *version != VERSION {
            return Err(VaultError::UnknownBackupVersion {
                found: *version,
                known: VERSION,
            });
        }
        let (whole, checksum) = file
            .len()
            .checked_sub(CHECKSUM)
            .map(|at| file.split_at(at))
            .ok_or(VaultError::DamagedBackup)?;
        if Sha256::digest(whole)[..CHECKSUM] != *checksum {
            return Err(VaultError::DamagedBackup);
        }
        let (header, body) = whole
            .split_at_checked(HEADER)
            .ok_or(VaultError::DamagedBackup)?;
        let mut fields = &header[MAGIC.len() + 1..];
        let [memory_kib, passes, lanes] =
            [take(&mut fields)?, take(&mut fields)?, take(&mut fields)?].map(u32::from_be_bytes);
        Ok(Self {
            derivation: Derivation {
                parameters: Parameters::new(memory_kib, passes, lanes)?,
                salt: take(&mut fields)?,
            },
            nonce: take(&mut fields)?,
            header,
            body,
        })
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], VaultError> {
    let (first, rest) = bytes.split_first_chunk().ok_or(VaultError::DamagedBackup)?;
    *bytes = rest;
    Ok(*first)
}

fn header(parameters: Parameters, random: Randomness) -> Vec<u8> {
    let numbers = parameters.numbers().map(u32::to_be_bytes);
    [
        MAGIC.as_slice(),
        &[VERSION],
        numbers.as_flattened(),
        &random.salt,
        &random.nonce,
    ]
    .concat()
}

fn cipher(derivation: &Derivation, passphrase: &str) -> Result<Aes256Gcm, VaultError> {
    let key = derivation.derive(passphrase)?;
    Aes256Gcm::new_from_slice(key.as_slice()).map_err(|_| VaultError::DerivationParameters)
}
