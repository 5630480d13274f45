//! What is worth knowing about a certificate that can be used.

use crate::{Certificate, Form, name::MAX_LISTED};
use serde::{Deserialize, Serialize};

/// Something unusual about what a CA delivered. It takes nothing away: whoever shows the files shows it
/// beside them. Certificates are named as people call them, in at most 100 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChainNote {
    /// The certificate is for more than was ordered.
    NamesAdded {
        /// Other names, of whatever kind; at most ten.
        names: Vec<String>,
    },
    /// A signature that cannot be verified here.
    SignatureUnchecked {
        /// Whose signature.
        certificate: String,
        /// The object identifier of the algorithm or of the issuer's key.
        algorithm: String,
    },
    /// A signature that is not by the key of the certificate that bears the issuer's name.
    SignatureWrong {
        /// Whose signature.
        certificate: String,
        /// The namesake of its issuer.
        issuer: String,
    },
    /// The certificates did not follow each other from the visitor's own to the last issuer.
    OutOfOrder,
    /// Certificates that are not on the way from the visitor's own to its issuers: they are not in the
    /// files.
    Beside {
        /// Which; at most ten.
        certificates: Vec<String>,
    },
    /// Some certificates came more than once.
    Duplicates {
        /// How many were superfluous.
        count: usize,
    },
    /// The path goes up to a root, which servers need not send.
    RootIncluded {
        /// The root.
        certificate: String,
    },
    /// An issuer that does not say whether it is a CA, as roots of X.509 version 1 do.
    IssuerUnconstrained {
        /// The issuer.
        certificate: String,
    },
    /// The issuer of the visitor's own certificate did not come with it. Unless that is a root, servers
    /// have to send it.
    IssuerMissing {
        /// The issuer's name.
        issuer: String,
    },
    /// The visitor's own certificate is marked as one of a CA.
    MarkedAsCa,
    /// The validity period has ended.
    Expired {
        /// Whose.
        certificate: String,
        /// When, in seconds since 1970.
        not_after: u64,
    },
    /// The validity period has not begun.
    NotYetValid {
        /// Whose.
        certificate: String,
        /// When it will, in seconds since 1970.
        not_before: u64,
    },
    /// Extensions that cannot be read.
    ExtensionsUnreadable {
        /// Whose.
        certificate: String,
        /// Their types in dotted form; at most ten.
        extensions: Vec<String>,
    },
    /// There are certificates in the answer, besides this one, that cannot be read.
    CertificatesUnreadable {
        /// How many.
        count: usize,
    },
    /// There is text before, between or behind the certificates.
    TextAround,
    /// The answer begins with a byte-order mark.
    ByteOrderMark,
    /// There are octets around the certificates that are no text, such as NUL.
    OctetsAround,
    /// A private key came along. It is not in the files.
    PrivateKeyInside,
    /// The answer is not in PEM with one certificate in each block.
    OtherForm {
        /// But in this form.
        form: Form,
    },
    /// The answer was too large to be looked at to its end, or had too many issuers of the same name.
    Truncated,
}

impl ChainNote {
    /// The variant's name, for attributes and tests.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NamesAdded { .. } => "names-added",
            Self::SignatureUnchecked { .. } => "signature-unchecked",
            Self::SignatureWrong { .. } => "signature-wrong",
            Self::OutOfOrder => "out-of-order",
            Self::Beside { .. } => "beside",
            Self::Duplicates { .. } => "duplicates",
            Self::RootIncluded { .. } => "root-included",
            Self::IssuerUnconstrained { .. } => "issuer-unconstrained",
            Self::IssuerMissing { .. } => "issuer-missing",
            Self::MarkedAsCa => "marked-as-ca",
            Self::Expired { .. } => "expired",
            Self::NotYetValid { .. } => "not-yet-valid",
            Self::ExtensionsUnreadable { .. } => "extensions-unreadable",
            Self::CertificatesUnreadable { .. } => "certificates-unreadable",
            Self::TextAround => "text-around",
            Self::ByteOrderMark => "byte-order-mark",
            Self::OctetsAround => "octets-around",
            Self::PrivateKeyInside => "private-key-inside",
            Self::OtherForm { .. } => "other-form",
            Self::Truncated => "truncated",
        }
    }

    /// Whether browsers will, or may, refuse the certificate as it is.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        matches!(
            self,
            Self::SignatureWrong { .. }
                | Self::IssuerMissing { .. }
                | Self::MarkedAsCa
                | Self::Expired { .. }
                | Self::NotYetValid { .. }
                | Self::NamesAdded { .. }
                | Self::PrivateKeyInside
        )
    }

    pub(crate) fn beside<'a>(certificates: impl Iterator<Item = &'a Certificate>) -> Self {
        let certificates = certificates.take(MAX_LISTED).map(title);
        Self::Beside {
            certificates: certificates.collect(),
        }
    }

    /// What time makes of a certificate.
    pub(crate) fn of_validity(certificate: &Certificate, now: u64) -> Option<Self> {
        let (not_before, not_after) = (certificate.not_before(), certificate.not_after());
        if now > not_after {
            let certificate = title(certificate);
            Some(Self::Expired {
                certificate,
                not_after,
            })
        } else if now < not_before {
            let certificate = title(certificate);
            Some(Self::NotYetValid {
                certificate,
                not_before,
            })
        } else {
            None
        }
    }
}

/// Most characters of a name.
const MAX_TITLE: usize = 100;

/// What a person calls a certificate.
pub(crate) fn title(certificate: &Certificate) -> String {
    let subject = certificate.subject().short();
    let text = match (subject.is_empty(), certificate.names().first()) {
        (false, _) => subject,
        (true, Some(name)) => name.to_string(),
        (true, None) => certificate.serial_hex(),
    };
    cut(&text)
}

/// The text in at most as many characters as are shown.
pub(crate) fn cut(text: &str) -> String {
    text.chars().take(MAX_TITLE).collect()
}
