//! Why files are not what was asked for.

use super::{NotRead, Thing};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why files do not do for what somebody wants of them. [`Display`](fmt::Display) says what is wrong, and
/// [`hint`](Self::hint) what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BroughtError {
    /// More files than belong together.
    TooManyFiles,
    /// Larger than certificates and keys are.
    TooLarge,
    /// More certificates or keys than anybody means.
    TooMany,
    /// What is wanted is not there; what is, if anything.
    Missing {
        /// What is wanted.
        thing: Thing,
        /// What there is instead.
        not_read: Vec<NotRead>,
    },
    /// Several of what there has to be one of.
    Several {
        /// What it is.
        thing: Thing,
        /// How many.
        count: usize,
    },
    /// Keys or addresses of more than one account.
    SeveralAccounts,
    /// The certificate has more issuers than a chain can have.
    ChainTooLong,
    /// The key in a file belongs to another certificate.
    OtherKey {
        /// The file's name.
        file: String,
    },
}

impl BroughtError {
    /// What it is called in the page's attributes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooManyFiles => "too-many-files",
            Self::TooLarge => "too-large",
            Self::TooMany => "too-many",
            Self::Missing { thing, .. } => match thing {
                Thing::Certificate => "no-certificate",
                Thing::Key => "no-key",
                Thing::Request => "no-request",
            },
            Self::Several { .. } => "several",
            Self::SeveralAccounts => "several-accounts",
            Self::ChainTooLong => "chain-too-long",
            Self::OtherKey { .. } => "other-key",
        }
    }

    /// What was not read, where that is the reason.
    #[must_use]
    pub fn not_read(&self) -> &[NotRead] {
        match self {
            Self::Missing { not_read, .. } => not_read,
            _ => &[],
        }
    }

    /// What to do, as a sentence for the visitor.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::TooManyFiles | Self::TooLarge | Self::TooMany => {
                "Choose the certificate's file, and its key's if it is wanted."
            }
            Self::Missing { thing, not_read } => match not_read.as_slice() {
                [] => match thing {
                    Thing::Certificate => {
                        "Choose the file that your server has as its certificate: PEM (it begins with -----BEGIN CERTIFICATE-----) or DER."
                    }
                    Thing::Key => "Choose the file with the private key too.",
                    Thing::Request => "Choose a certification request in PEM or DER form.",
                },
                [first, ..] => first.advice(),
            },
            Self::Several { .. } => "Choose the files of one certificate at a time.",
            Self::SeveralAccounts => "Choose the files of one account at a time.",
            Self::ChainTooLong => "Choose the certificate and the issuers that its server sends.",
            Self::OtherKey { .. } => {
                "Choose the key that the certificate was made for, or the other certificate."
            }
        }
    }
}

impl fmt::Display for BroughtError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyFiles => f.write_str("These are more files than belong together"),
            Self::TooLarge => {
                f.write_str("What you chose is larger than certificates and keys are")
            }
            Self::TooMany => f.write_str("What you chose has too many certificates or keys in it"),
            Self::Missing { thing, not_read } => {
                write!(f, "There is no {} in what you chose", thing.name())?;
                for (index, what) in not_read.iter().enumerate() {
                    f.write_str(if index == 0 { ": " } else { "; " })?;
                    write!(f, "{what}")?;
                }
                Ok(())
            }
            Self::Several {
                thing: Thing::Certificate,
                count,
            } => write!(
                f,
                "There are {count} certificates in what you chose that do not belong together"
            ),
            Self::Several { thing, count } => {
                write!(
                    f,
                    "There are {count} in what you chose, and only one {} can be used",
                    thing.name()
                )
            }
            Self::SeveralAccounts => f.write_str("These files belong to several accounts"),
            Self::ChainTooLong => f.write_str("The certificate has too many issuers"),
            Self::OtherKey { file } => {
                write!(f, "The key in {file} belongs to another certificate")
            }
        }
    }
}

impl std::error::Error for BroughtError {}
