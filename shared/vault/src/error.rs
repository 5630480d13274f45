use thiserror::Error;

use crate::schema::Kind;

/// What can be wrong with records, files and passphrases. The texts are for the visitor.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum VaultError {
    /// A record that a newer Tabcert wrote.
    #[error(
        "This was written by a newer version of Tabcert (data version {found}, this page knows {known}). Reload the page, or open it where the newer version runs."
    )]
    NewerSchema {
        /// The record's version.
        found: u32,
        /// The newest that is known here.
        known: u32,
    },
    /// A record that is none, or of another kind than expected.
    #[error("A stored {kind} cannot be read; it is damaged.")]
    MalformedRecord {
        /// What it should be.
        kind: Kind,
    },
    /// A record that cannot be written, which no record of these kinds is.
    #[error("A {kind} could not be written; this is an error in Tabcert.")]
    UnwritableRecord {
        /// What it is.
        kind: Kind,
    },
    /// An account's key that is not the one that its thumbprint says.
    #[error("The account's stored key is damaged. Take the account from a backup.")]
    DamagedKey,
    /// A file that is no backup.
    #[error("This file is not a backup that Tabcert wrote. Choose another.")]
    NotABackup,
    /// A backup of a version that is not known here.
    #[error(
        "This backup has format {found}, and this page knows {known}. Open it with a newer Tabcert."
    )]
    UnknownBackupVersion {
        /// The file's version.
        found: u8,
        /// The one that is known here.
        known: u8,
    },
    /// A backup whose checksum does not fit: bytes were changed or are missing.
    #[error("This backup is damaged or incomplete. Copy or download it again.")]
    DamagedBackup,
    /// A backup larger than [`MAX_BYTES`](crate::backup::MAX_BYTES).
    #[error("This file is too large for a backup.")]
    BackupTooLarge,
    /// A whole file that this passphrase does not open. Whoever changes a file on purpose can make its
    /// checksum fit, and it ends here too.
    #[error("This is not the passphrase. Check upper and lower case, and try again.")]
    WrongPassphrase,
    /// A passkey that the vault was not put under, or whose secret has changed.
    #[error("This passkey does not open what is kept here. Use another one, or the passphrase.")]
    WrongPasskey,
    /// A passkey whose secret is too short to make a key of.
    #[error("This passkey gives no secret to encrypt with. Use the passphrase.")]
    PasskeyWithoutSecret,
    /// More passkeys than [`MAX_PASSKEYS`](crate::protection::MAX_PASSKEYS).
    #[error("There are as many passkeys as can be. Remove one first.")]
    TooManyPasskeys,
    /// A protection that cannot be read.
    #[error("How the records are encrypted cannot be read; it is damaged.")]
    MalformedProtection,
    /// An empty passphrase, or an endless one.
    #[error("A passphrase has 1 to 1024 characters.")]
    PassphraseLength,
    /// A new passphrase that anybody would guess.
    #[error("Choose a passphrase of at least 8 characters; four or more words are better.")]
    PassphraseTooShort,
    /// Parameters outside what is acceptable: a hostile file could otherwise occupy all memory.
    #[error(
        "This asks for more memory or time than Tabcert allows; it was not written by Tabcert."
    )]
    DerivationParameters,
    /// There is not enough memory for the derivation.
    #[error(
        "There is not enough memory here to use the passphrase. Close other tabs and try again."
    )]
    OutOfMemory,
    /// A merge that leaves a conflict undecided.
    #[error("Choose which version to keep wherever both differ.")]
    Undecided,
    /// An id that is not 32 hexadecimal digits.
    #[error("not an id")]
    InvalidId,
}
