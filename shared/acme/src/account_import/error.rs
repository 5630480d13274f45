use thiserror::Error;

/// Why files were not taken for an account. The visitor chose them, so each says what to choose.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ImportError {
    /// More than [`MAX_FILES`](super::MAX_FILES).
    #[error("these are too many files; choose those of one account")]
    TooManyFiles,
    /// Larger than [`MAX_FILE_BYTES`](super::MAX_FILE_BYTES).
    #[error("{file} is too large for an account's file")]
    TooLarge {
        /// Its name.
        file: String,
    },
    /// Neither a key nor what a known client writes.
    #[error(
        "{file} is not an account key or account file; understood are PEM (PKCS#8, PKCS#1, SEC 1), JWK, \
         certbot's private_key.json and regr.json, acme.sh's account.key, account.json and ca.conf, \
         lego's account.json and .key, and Caddy's .json and .key"
    )]
    Unrecognised {
        /// Its name.
        file: String,
    },
    /// Protected by a passphrase.
    #[error("the key in {file} is encrypted; decrypt it first, for example with openssl pkey")]
    Encrypted {
        /// Its name.
        file: String,
    },
    /// The public half of a key.
    #[error("{file} has only the public half of a key; choose the file with the private key")]
    PublicKey {
        /// Its name.
        file: String,
    },
    /// A key that is damaged, does not fit together, or is of a kind that CAs do not take.
    #[error("the key in {file} is damaged, or is not P-256, P-384 or RSA of 2048 to 4096 bits")]
    UnusableKey {
        /// Its name.
        file: String,
    },
    /// Only what is around a key.
    #[error("there is no private key in these files; choose the key's file too")]
    NoKey,
    /// Keys or account URLs that differ.
    #[error("these files belong to several accounts; choose those of one account")]
    SeveralAccounts,
}
