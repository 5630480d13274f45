//! A certificate with its issuers.

use crate::{Certificate, Delivered, Error};
use std::iter;

/// A certificate and the issuers that came with it. What they say is not verified, see
/// [`check_issued`](crate::check_issued).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    leaf: Certificate,
    issuers: Vec<Certificate>,
}

impl Chain {
    /// Most certificates that a chain of somebody else's may have; three is much in practice.
    pub const MAX_CERTIFICATES: usize = 10;

    /// Reads a chain whose first certificate is the visitor's own, whatever is around it.
    ///
    /// # Errors
    /// [`Error::ChainEmpty`].
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        let delivered = Delivered::read(text.as_bytes());
        let (leaf, issuers) = delivered
            .certificates()
            .split_first()
            .ok_or(Error::ChainEmpty)?;
        Ok(Self::of(leaf.clone(), issuers.to_vec()))
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
