//! Does what the CA sent belong to the key and the names that it was asked for?

use crate::{
    Certificate, Chain, Error, PrivateKey, SubjectName,
    signature::{self, SignatureError},
};

/// Proof that [`check_issued`] has accepted a chain; nothing else makes one. The functions of
/// [`bundle`](crate::bundle) take it, so that no file with the wrong key or names can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedChain {
    chain: Chain,
    names: Vec<SubjectName>,
    primary_name: SubjectName,
    public_key_der: Vec<u8>,
}

impl VerifiedChain {
    /// The certificates.
    #[must_use]
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// The visitor's own certificate.
    #[must_use]
    pub fn leaf(&self) -> &Certificate {
        self.chain.leaf()
    }

    /// The names in the order in which they were asked for, each as often as it was; never empty.
    #[must_use]
    pub fn names(&self) -> &[SubjectName] {
        &self.names
    }

    /// The first of the [`names`](Self::names), after which files are called.
    #[must_use]
    pub fn primary_name(&self) -> &SubjectName {
        &self.primary_name
    }

    /// Checks that `key` is the one that the certificate is for.
    ///
    /// # Errors
    /// [`Error::KeyMismatch`].
    pub fn check_key(&self, key: &PrivateKey) -> Result<(), Error> {
        if key.public_key_der()? == self.public_key_der {
            Ok(())
        } else {
            Err(Error::KeyMismatch)
        }
    }
}

/// Verifies what came out of an order, before it is shown or stored as a certificate.
///
/// 1. The certificate is for `key`.
/// 2. Its names are `expected`, in any order: RFC 8555 section 7.4 binds the CA to the names of the
///    order. One name too few breaks a site, one too many may belong to somebody else.
/// 3. The first certificate is no CA's and the others are.
/// 4. Each certificate was issued by the next (names, RFC 5280 section 6.1.3 (a)(4)) and signed by it
///    (signatures, (a)(1)).
///
/// Whether the last certificate leads to a trusted root, and whether the validity period has begun or
/// ended, is not asked: the caller has neither a root store nor, here, a clock.
///
/// # Errors
/// [`Error::NoNames`], [`Error::KeyMismatch`], [`Error::NamesMismatch`], [`Error::ChainOrder`],
/// [`Error::NotIssuedByNext`], [`Error::SignatureInvalid`], [`Error::SignatureUnsupported`].
pub fn check_issued(
    key: &PrivateKey,
    expected: &[SubjectName],
    chain: &Chain,
) -> Result<VerifiedChain, Error> {
    check_issued_for(key.public_key_der()?, expected, chain)
}

/// The same where the private key is elsewhere: the certificate is for `public_key_der`, a
/// `SubjectPublicKeyInfo`.
///
/// # Errors
/// Those of [`check_issued`].
pub fn check_issued_for(
    public_key_der: Vec<u8>,
    expected: &[SubjectName],
    chain: &Chain,
) -> Result<VerifiedChain, Error> {
    let primary_name = expected.first().ok_or(Error::NoNames)?.clone();
    if chain.leaf().public_key_der() != public_key_der {
        return Err(Error::KeyMismatch);
    }
    check_names(expected, chain.leaf())?;
    check_links(chain)?;
    Ok(VerifiedChain {
        chain: chain.clone(),
        names: expected.to_vec(),
        primary_name,
        public_key_der,
    })
}

fn check_names(expected: &[SubjectName], leaf: &Certificate) -> Result<(), Error> {
    let mut missing: Vec<SubjectName> = Vec::new();
    for name in expected {
        if !leaf.names().contains(name) && !missing.contains(name) {
            missing.push(name.clone());
        }
    }
    let unexpected = leaf.names().iter().filter(|name| !expected.contains(name));
    let extra: Vec<String> = unexpected
        .map(ToString::to_string)
        .chain(leaf.other_names().iter().cloned())
        .collect();
    if missing.is_empty() && extra.is_empty() {
        Ok(())
    } else {
        Err(Error::NamesMismatch { missing, extra })
    }
}

fn check_links(chain: &Chain) -> Result<(), Error> {
    if chain.leaf().is_ca() {
        return Err(Error::ChainOrder { position: 1 });
    }
    for (position, (certificate, issuer)) in (1..).zip(chain.iter().zip(chain.issuers())) {
        if !issuer.is_ca() {
            return Err(Error::ChainOrder {
                position: position + 1,
            });
        }
        if certificate.issuer() != issuer.subject() {
            return Err(Error::NotIssuedByNext { position });
        }
        signature::verify(certificate, issuer).map_err(|error| match error {
            SignatureError::Invalid => Error::SignatureInvalid { position },
            SignatureError::Unsupported(oid) => Error::SignatureUnsupported {
                position,
                algorithm: oid.to_string(),
            },
        })?;
    }
    Ok(())
}
