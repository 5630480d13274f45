//! What was not taken from a file, and what to do about it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Something in a file that was not taken. [`Display`](fmt::Display) says what it is, with the file's name
/// as it is, and [`advice`](Self::advice) what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotRead {
    /// The file's name.
    pub file: String,
    /// What stands in the way.
    pub obstacle: Obstacle,
}

/// Why something was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Obstacle {
    /// Something that would have been taken, but not here.
    NotWanted(Thing),
    /// It does not decode, or its parts do not fit together.
    Damaged(Thing),
    /// It begins and does not end.
    CutOff(Thing),
    /// A key under a passphrase.
    EncryptedKey,
    /// A key in OpenSSH's own form.
    OpenSshKey,
    /// A key in PuTTY's own form.
    PuttyKey,
    /// The public half of a key alone.
    PublicKey,
    /// A key of a kind that CAs do not take, or that cannot be used here.
    KeyAlgorithm {
        /// A name, or the object identifier in dotted form.
        algorithm: String,
    },
    /// An RSA key of a size that cannot be used.
    RsaKeySize {
        /// Bits of its modulus.
        bits: u32,
    },
    /// Certificate and key under a password: PFX, also called P12.
    Pfx,
    /// A key store of Java's.
    JavaKeyStore,
    /// Something of OpenPGP's.
    OpenPgp,
    /// An archive.
    Zip,
    /// Nothing at all.
    Empty,
    /// Text in which there is nothing of this kind.
    OtherText,
    /// Neither text nor anything known.
    OtherData,
}

/// What files are brought for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Thing {
    /// A certificate, with its issuers or not.
    Certificate,
    /// A private key.
    Key,
    /// A certification request.
    Request,
}

impl Thing {
    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Key => "private key",
            Self::Request => "certification request (CSR)",
        }
    }

    const fn codes(self) -> [&'static str; 3] {
        match self {
            Self::Certificate => ["certificate", "damaged-certificate", "cut-off-certificate"],
            Self::Key => ["key", "damaged-key", "cut-off-key"],
            Self::Request => ["request", "damaged-request", "cut-off-request"],
        }
    }
}

impl Obstacle {
    pub(super) const DAMAGED_KEY: Self = Self::Damaged(Thing::Key);

    /// What it is called in the page's attributes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotWanted(thing) => thing.codes()[0],
            Self::Damaged(thing) => thing.codes()[1],
            Self::CutOff(thing) => thing.codes()[2],
            Self::EncryptedKey => "encrypted-key",
            Self::OpenSshKey => "openssh-key",
            Self::PuttyKey => "putty-key",
            Self::PublicKey => "public-key",
            Self::KeyAlgorithm { .. } => "key-algorithm",
            Self::RsaKeySize { .. } => "rsa-key-size",
            Self::Pfx => "pfx",
            Self::JavaKeyStore => "java-key-store",
            Self::OpenPgp => "openpgp",
            Self::Zip => "zip",
            Self::Empty => "empty",
            Self::OtherText => "other-text",
            Self::OtherData => "other-data",
        }
    }

    /// Whether a private key is in it, or would be.
    #[must_use]
    pub fn is_about_a_key(&self) -> bool {
        match self {
            Self::NotWanted(thing) | Self::Damaged(thing) | Self::CutOff(thing) => {
                *thing == Thing::Key
            }
            Self::EncryptedKey
            | Self::OpenSshKey
            | Self::PuttyKey
            | Self::PublicKey
            | Self::KeyAlgorithm { .. }
            | Self::RsaKeySize { .. }
            | Self::Pfx
            | Self::JavaKeyStore => true,
            Self::OpenPgp | Self::Zip | Self::Empty | Self::OtherText | Self::OtherData => false,
        }
    }
}

/// A sentence without its end, such as "key.pem is an OpenSSH key".
impl fmt::Display for NotRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = &self.file;
        match &self.obstacle {
            Obstacle::NotWanted(thing) => write!(f, "{file} has a {} in it", thing.name()),
            Obstacle::Damaged(thing) => write!(f, "the {} in {file} is damaged", thing.name()),
            Obstacle::CutOff(thing) => write!(f, "the {} in {file} is cut off", thing.name()),
            Obstacle::EncryptedKey => write!(f, "the private key in {file} is encrypted"),
            Obstacle::OpenSshKey => write!(f, "{file} is an OpenSSH key"),
            Obstacle::PuttyKey => write!(f, "{file} is a PuTTY key"),
            Obstacle::PublicKey => write!(f, "{file} has only the public half of a key"),
            Obstacle::KeyAlgorithm { algorithm } => {
                write!(f, "the key in {file} is of the type {algorithm}")
            }
            Obstacle::RsaKeySize { bits } => write!(f, "the RSA key in {file} has {bits} bits"),
            Obstacle::Pfx => write!(f, "{file} is a PFX (PKCS#12) file"),
            Obstacle::JavaKeyStore => write!(f, "{file} is a Java key store"),
            Obstacle::OpenPgp => write!(f, "{file} is from OpenPGP"),
            Obstacle::Zip => write!(f, "{file} is a ZIP archive"),
            Obstacle::Empty => write!(f, "{file} is empty"),
            Obstacle::OtherText => {
                write!(
                    f,
                    "{file} is text with no certificate, key or request in it"
                )
            }
            Obstacle::OtherData => write!(
                f,
                "{file} is neither text nor a certificate, key or request that can be read"
            ),
        }
    }
}

impl NotRead {
    /// What to do, as a sentence.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match &self.obstacle {
            Obstacle::NotWanted(Thing::Certificate) => "Choose the request, not the certificate.",
            Obstacle::NotWanted(Thing::Request) => {
                "Choose the certificate that the CA made for this request."
            }
            Obstacle::NotWanted(Thing::Key) => "Keep the key where it is: it is not needed here.",
            Obstacle::Damaged(_) | Obstacle::CutOff(_) => {
                "Copy the file again from where it came, whole, from its BEGIN line to its END line."
            }
            Obstacle::EncryptedKey => "Decrypt it first: openssl pkey -in key.pem -out plain.pem",
            Obstacle::OpenSshKey => {
                "Convert a copy of it: ssh-keygen -p -m PKCS8 -N \"\" -f copy.key"
            }
            Obstacle::PuttyKey => {
                "Export it from PuTTYgen as an OpenSSH key, and convert that: ssh-keygen -p -m PKCS8 -N \"\" -f copy.key"
            }
            Obstacle::PublicKey => "Choose the file with the private key.",
            Obstacle::KeyAlgorithm { .. } | Obstacle::RsaKeySize { .. } => {
                "Keys are taken of the types P-256, P-384 and RSA with 2048, 3072 or 4096 bits."
            }
            Obstacle::Pfx => {
                "Unpack it first: openssl pkcs12 -in file.pfx -nodes -out all.pem; then choose all.pem."
            }
            Obstacle::JavaKeyStore => {
                "Export it first: keytool -importkeystore -srckeystore file.jks -destkeystore file.p12 -deststoretype PKCS12; then openssl pkcs12 -in file.p12 -nodes -out all.pem"
            }
            Obstacle::OpenPgp => {
                "OpenPGP keys are for mail and software, not for TLS. Choose the files of your server."
            }
            Obstacle::Zip => "Unpack it, and choose the files that are in it.",
            Obstacle::Empty => "Choose another file, or copy it again.",
            Obstacle::OtherText | Obstacle::OtherData => {
                "Choose a PEM file (it has a line that begins with -----BEGIN) or a DER file."
            }
        }
    }
}
