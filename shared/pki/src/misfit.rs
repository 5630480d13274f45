//! Why a CA's answer cannot be used as the certificate that was asked for.

use crate::name::MAX_LISTED;
use serde::{Deserialize, Serialize};

/// What stops a check; everything else is a [`ChainNote`](crate::ChainNote).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Misfit {
    /// There is no certificate in the answer.
    #[error("{}", describe_contents(*contents))]
    NoCertificate {
        /// What the answer seems to be instead.
        contents: Contents,
    },
    /// None of the certificates is for the key.
    #[error("the certificate was issued for a different key")]
    OtherKey {
        /// The names of the first certificate; at most ten.
        names: Vec<String>,
    },
    /// The certificate is for the key, but some names are not in it.
    #[error("the certificate lacks names that were ordered: {}", missing.join(", "))]
    NamesMissing {
        /// The names that are not in it; at most ten.
        missing: Vec<String>,
        /// The names that are; at most ten.
        found: Vec<String>,
    },
    /// No name was asked for.
    #[error("no name was given")]
    NoNames,
}

/// What an answer seems to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Contents {
    /// Nothing but white space.
    Nothing,
    /// A web page: a login, a balancer's error.
    Html,
    /// JSON.
    Json,
    /// Certificates that cannot be read.
    UnreadableCertificates,
    /// A private key, and no certificate.
    PrivateKey,
    /// Another text.
    Text,
    /// No text.
    Octets,
}

impl Contents {
    /// By what stands at the beginning.
    pub(crate) fn of(content: &[u8]) -> Self {
        let text = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content);
        let text = text.trim_ascii();
        let shows = |marker: &[u8]| text.windows(marker.len()).any(|octets| octets == marker);
        match text {
            [] => Self::Nothing,
            _ if shows(b"PRIVATE KEY-----") => Self::PrivateKey,
            [b'<', ..] => Self::Html,
            [b'{' | b'[', ..] => Self::Json,
            text if is_text(text) => Self::Text,
            _ => Self::Octets,
        }
    }
}

fn is_text(octets: &[u8]) -> bool {
    let is_no_text = |octet: &u8| octet.is_ascii_control() && !octet.is_ascii_whitespace();
    std::str::from_utf8(octets).is_ok() && !octets.iter().any(is_no_text)
}

impl Misfit {
    /// The variant's name, for attributes and tests.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NoCertificate { .. } => "no-certificate",
            Self::OtherKey { .. } => "other-key",
            Self::NamesMissing { .. } => "names-missing",
            Self::NoNames => "no-names",
        }
    }

    /// What to do, as a sentence for the visitor.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoCertificate { .. } => {
                "Download the certificate again; if it stays so, report it to the CA."
            }
            Self::OtherKey { .. } | Self::NamesMissing { .. } => {
                "Do not install this certificate; report it to the CA."
            }
            Self::NoNames => "Enter at least one domain name or IP address.",
        }
    }

    pub(crate) fn names_missing<'a>(
        missing: impl Iterator<Item = String>,
        found: impl Iterator<Item = &'a crate::SubjectName>,
    ) -> Self {
        Self::NamesMissing {
            missing: missing.take(MAX_LISTED).collect(),
            found: found.take(MAX_LISTED).map(ToString::to_string).collect(),
        }
    }
}

fn describe_contents(contents: Contents) -> &'static str {
    match contents {
        Contents::Nothing => "the answer is empty",
        Contents::Html => "the answer is a web page, and holds no certificate",
        Contents::UnreadableCertificates => "the answer holds a certificate that cannot be read",
        Contents::PrivateKey => "the answer holds a private key, and no certificate",
        Contents::Json | Contents::Text | Contents::Octets => "the answer holds no certificate",
    }
}
