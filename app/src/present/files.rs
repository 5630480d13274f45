//! The files of a certificate, as the visitor gets them.

use tabcert_issuance::view::Issued;
use tabcert_pki::{Certificate, CertificationRequest, Chain, Error, PrivateKey};
use zeroize::Zeroizing;

/// What servers call their PEM files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PemFile {
    Fullchain,
    Certificate,
    Chain,
    PrivateKey,
    Request,
}

impl PemFile {
    /// Every file, in the order in which to offer them.
    pub(crate) const ALL: [Self; 5] = [
        Self::Fullchain,
        Self::PrivateKey,
        Self::Certificate,
        Self::Chain,
        Self::Request,
    ];

    /// Its usual name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fullchain => "fullchain.pem",
            Self::Certificate => "cert.pem",
            Self::Chain => "chain.pem",
            Self::PrivateKey => "privkey.pem",
            Self::Request => "request.csr",
        }
    }

    /// What is in it.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Fullchain => "The certificate and its issuers: what most servers want.",
            Self::Certificate => "The certificate alone.",
            Self::Chain => "Its issuers alone.",
            Self::PrivateKey => {
                "The private key (PKCS#8, not encrypted). Whoever has it can pose as your site."
            }
            Self::Request => "The request that it was made for, for the record.",
        }
    }

    /// Makes it, of a delivery that was checked: written anew, so that it looks the same whatever
    /// line ends and blank lines the CA used.
    ///
    /// # Errors
    /// [`Error`], which nothing that was checked causes.
    pub(crate) fn make(self, issued: &Issued) -> Result<Zeroizing<String>, Error> {
        match self {
            Self::PrivateKey => PrivateKey::from_pkcs8_der(issued.key.pkcs8_der())?.to_pkcs8_pem(),
            Self::Request => CertificationRequest::from_der(&issued.csr_der)?
                .to_pem()
                .map(Zeroizing::new),
            Self::Fullchain => Chain::from_pem(&issued.chain_pem)?
                .to_pem()
                .map(Zeroizing::new),
            Self::Certificate => Chain::from_pem(&issued.chain_pem)?
                .leaf()
                .to_pem()
                .map(Zeroizing::new),
            Self::Chain => {
                let chain = Chain::from_pem(&issued.chain_pem)?;
                let issuers: Result<String, Error> =
                    chain.issuers().iter().map(Certificate::to_pem).collect();
                issuers.map(Zeroizing::new)
            }
        }
    }
}

/// A file name without extension for what belongs to this name: `*.example.org` becomes
/// `wildcard.example.org`.
pub(crate) fn stem(name: &str) -> String {
    name.parse().map_or_else(
        |_| "certificate".to_owned(),
        |name| tabcert_pki::bundle::file_stem(&name),
    )
}
