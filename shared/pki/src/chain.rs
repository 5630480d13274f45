//! A certificate with its issuers, as ACME delivers it.

use crate::{Certificate, Error};
use base64ct::{Base64, Encoding};
use std::iter;

/// The certificates of an `application/pem-certificate-chain` (RFC 8555 section 9.1): "the first
/// certificate MUST be an end-entity certificate", followed by its issuers. What the certificates
/// say is not verified yet, see [`check_issued`](crate::check_issued).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    leaf: Certificate,
    issuers: Vec<Certificate>,
}

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

impl Chain {
    /// Largest answer that is looked at.
    pub const MAX_BYTES: usize = 64 * 1024;
    /// Most certificates that a chain may have; three is much in practice.
    pub const MAX_CERTIFICATES: usize = 10;

    /// Reads the answer to a certificate download.
    ///
    /// RFC 8555 section 9.1 asks for the strict encoding of RFC 7468, which "MUST NOT include
    /// explanatory text": anything but certificates and blank lines is refused. Lines may end in LF
    /// or CRLF and have any length, and the last line end may be missing, as in RFC 7468's lax
    /// grammar: CAs differ.
    ///
    /// # Errors
    /// [`Error::ChainTooLarge`], [`Error::ChainTooLong`], [`Error::ChainEmpty`],
    /// [`Error::PemMalformed`], [`Error::CertificateMalformed`].
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        if text.len() > Self::MAX_BYTES {
            return Err(Error::ChainTooLarge { bytes: text.len() });
        }
        let mut certificates = parse_blocks(text)?.into_iter();
        let leaf = certificates.next().ok_or(Error::ChainEmpty)?;
        Ok(Self {
            leaf,
            issuers: certificates.collect(),
        })
    }

    /// A chain of certificates that were read one by one.
    pub(crate) fn of(leaf: Certificate, issuers: Vec<Certificate>) -> Self {
        Self { leaf, issuers }
    }

    /// The visitor's own certificate.
    #[must_use]
    pub fn leaf(&self) -> &Certificate {
        &self.leaf
    }

    /// Everything after the [`leaf`](Self::leaf): what a server sends along. May be empty.
    #[must_use]
    pub fn issuers(&self) -> &[Certificate] {
        &self.issuers
    }

    /// All certificates, the visitor's own first.
    pub fn iter(&self) -> impl Iterator<Item = &Certificate> {
        iter::once(&self.leaf).chain(&self.issuers)
    }

    /// All certificates in PEM: what most servers want as the certificate.
    ///
    /// # Errors
    /// [`Error::Encoding`], which no bounded chain causes.
    pub fn to_pem(&self) -> Result<String, Error> {
        self.iter().map(Certificate::to_pem).collect()
    }
}

fn parse_blocks(text: &str) -> Result<Vec<Certificate>, Error> {
    let mut certificates = Vec::new();
    // The base64 of the block that is open, if one is.
    let mut block: Option<String> = None;
    let mut line_number = 0;
    for line in text.lines().map(str::trim_end) {
        line_number += 1;
        let malformed = Error::PemMalformed { line: line_number };
        block = match (block, line) {
            (None, "") => None,
            (None, BEGIN) if certificates.len() == Chain::MAX_CERTIFICATES => {
                return Err(Error::ChainTooLong);
            }
            (None, BEGIN) => Some(String::new()),
            (None, _) => return Err(malformed),
            (Some(base64), END) => {
                let der = Base64::decode_vec(&base64).map_err(|_| malformed)?;
                certificates.push(Certificate::from_der_at(&der, certificates.len() + 1)?);
                None
            }
            (Some(mut base64), part) => {
                base64.push_str(part);
                Some(base64)
            }
        };
    }
    match block {
        Some(_) => Err(Error::PemMalformed { line: line_number }),
        None => Ok(certificates),
    }
}
