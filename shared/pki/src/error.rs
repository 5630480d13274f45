//! What can go wrong, whose fault it is, and what to do about it.

use crate::RefusedAlgorithm;

/// Every failure of this crate. [`Display`](std::fmt::Display) says what is wrong,
/// [`fault`](Error::fault) who is to blame, [`hint`](Error::hint) what to do.
///
/// No variant carries key material or a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are not a PKCS#8 private key, or its numbers do not fit together.
    #[error("this is not a valid PKCS#8 private key")]
    KeyMalformed,
    /// A PKCS#8 key, but neither ECDSA P-256, ECDSA P-384 nor RSA.
    #[error("keys of the type {algorithm} are not supported")]
    KeyUnsupported {
        /// The key's algorithm or curve: a name, or the object identifier in dotted form.
        algorithm: String,
    },
    /// An RSA key of a size other than 2048, 3072 or 4096 bits.
    #[error("an RSA key of {bits} bits is not accepted: it must have 2048, 3072 or 4096")]
    RsaKeySize {
        /// Bits of the modulus.
        bits: u32,
    },
    /// No key of that name; see [`KeyType::as_str`](crate::KeyType::as_str).
    #[error("there is no key type of that name")]
    KeyTypeUnknown,
    /// The arithmetic of a new key or a signature failed.
    #[error("the key could not be made or used")]
    KeyOperation,

    /// A certificate needs at least one name.
    #[error("no name was given")]
    NoNames,
    /// Neither a DNS name that a certificate can hold nor an IP address.
    #[error("{name:?} is neither a DNS name nor an IP address")]
    NameInvalid {
        /// The text as given, cut to 100 characters.
        name: String,
    },
    /// The bytes are not a PKCS#10 certification request.
    #[error("this is not a PKCS#10 certification request")]
    RequestMalformed,
    /// The signature of a request is not by the key that it is for.
    #[error("the request's signature is wrong")]
    RequestSignature,
    /// The signature of a request is of a kind that CAs refuse.
    #[error("the request is signed with {algorithm}, which CAs refuse")]
    RequestAlgorithm {
        /// The signature's algorithm.
        algorithm: RefusedAlgorithm,
    },
    /// A request's key is of a kind that CAs refuse.
    #[error("the request's key ({key}) is none that CAs accept")]
    RequestKey {
        /// The key, for people.
        key: String,
    },

    /// The answer holds more than [`Chain::MAX_CERTIFICATES`](crate::Chain::MAX_CERTIFICATES).
    #[error("the certificate chain has too many certificates")]
    ChainTooLong,
    /// The answer holds no certificate.
    #[error("the answer holds no certificate")]
    ChainEmpty,
    /// The bytes are not an X.509 certificate in DER.
    #[error("certificate {position} cannot be read")]
    CertificateMalformed {
        /// Place in the chain, counted from 1; 1 is the visitor's own certificate.
        position: usize,
    },

    /// The certificate is for a different key.
    #[error("the certificate was issued for a different key")]
    KeyMismatch,
    /// RFC 9773 section 4.1 needs an authority key identifier, and there is none.
    #[error(
        "the certificate names no authority key, so its renewal information cannot be asked for"
    )]
    NoAuthorityKeyIdentifier,

    /// A PFX must have a password.
    #[error("the password is empty")]
    PasswordEmpty,
    /// Longer than [`Password::MAX_CHARACTERS`](crate::bundle::pfx::Password::MAX_CHARACTERS).
    #[error("the password is longer than {max} characters")]
    PasswordTooLong {
        /// Most characters that a password may have.
        max: usize,
    },
    /// A character that programs encode differently.
    #[error("the password has characters other than English letters, digits, spaces and signs")]
    PasswordNotAscii,
    /// A friendly name that a `BMPString` cannot hold, or that is too long.
    #[error("the friendly name is too long or has characters that a PFX cannot hold")]
    FriendlyNameInvalid,

    /// A structure could not be encoded: a defect here.
    #[error("the file could not be made")]
    Encoding,
}

/// Who has to act when an [`Error`] occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// What the visitor, or the caller on their behalf, has put in.
    Input,
    /// What the CA has sent.
    Ca,
    /// This program.
    Internal,
}

impl Error {
    /// Who has to act.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::KeyMalformed
            | Self::KeyUnsupported { .. }
            | Self::RsaKeySize { .. }
            | Self::KeyTypeUnknown
            | Self::NoNames
            | Self::NameInvalid { .. }
            | Self::RequestMalformed
            | Self::RequestSignature
            | Self::RequestAlgorithm { .. }
            | Self::RequestKey { .. }
            | Self::PasswordEmpty
            | Self::PasswordTooLong { .. }
            | Self::PasswordNotAscii
            | Self::FriendlyNameInvalid => Fault::Input,
            Self::ChainTooLong
            | Self::ChainEmpty
            | Self::CertificateMalformed { .. }
            | Self::KeyMismatch
            | Self::NoAuthorityKeyIdentifier => Fault::Ca,
            Self::KeyOperation | Self::Encoding => Fault::Internal,
        }
    }

    /// What to do, as a sentence for the visitor.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::KeyMalformed => "Choose an unencrypted key file in PKCS#8 form.",
            Self::KeyUnsupported { .. } | Self::KeyTypeUnknown | Self::RsaKeySize { .. } => {
                "Choose P-256, P-384 or RSA with 2048, 3072 or 4096 bits."
            }
            Self::NoNames => "Enter at least one domain name or IP address.",
            Self::NameInvalid { .. } => "Correct the name or take it out.",
            Self::RequestMalformed => "Choose a certification request in PEM or DER form.",
            Self::RequestSignature => "Make the request again, with the key that it is for.",
            Self::RequestAlgorithm { .. } => {
                "Make the request again, signed with SHA-256: openssl req -new -sha256 -key key.pem -out request.csr"
            }
            Self::RequestKey { .. } => {
                "Make a request with a key of the type P-256, P-384 or RSA with 2048, 3072 or 4096 bits."
            }
            Self::PasswordEmpty => {
                "Choose a password: the program that imports the file asks for it."
            }
            Self::PasswordTooLong { .. } => "Choose a shorter password.",
            Self::PasswordNotAscii => {
                "Leave out other characters: programs disagree on them, and the file would not open."
            }
            Self::FriendlyNameInvalid => "Choose a shorter or simpler name.",
            Self::NoAuthorityKeyIdentifier => "Renew when two thirds of the validity have passed.",
            Self::ChainTooLong | Self::ChainEmpty | Self::CertificateMalformed { .. } => {
                "Download the certificate again; if it stays so, report it to the CA."
            }
            Self::KeyMismatch => {
                "Do not install this certificate. Issue a new one; if it stays so, report it to the CA."
            }
            Self::KeyOperation | Self::Encoding => {
                "Try again; if it stays so, report it to Tabcert."
            }
        }
    }
}

/// An encoding failure of our own structures: their sizes are bounded, so this is a defect.
impl From<der::Error> for Error {
    fn from(_: der::Error) -> Self {
        Self::Encoding
    }
}
