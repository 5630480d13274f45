//! Certificates and keys that other programs wrote into files.

use crate::{Certificate, Chain, Error, PrivateKey, pem};

/// A certificate with its issuers, and its key where that was among the files.
#[derive(Debug)]
pub struct CertificateFiles {
    /// The certificate first, its issuers after it as far as they were there.
    pub chain: Chain,
    /// Its private key.
    pub key: Option<PrivateKey>,
}

impl CertificateFiles {
    /// Most that is looked at, all files together.
    pub const MAX_BYTES: usize = 256 * 1024;

    /// Reads the files of one certificate: PEM with whatever is around it, or DER, in any order. What
    /// belongs to no certificate of the chain is left out.
    ///
    /// # Errors
    /// [`Error::FilesTooLarge`], [`Error::FilesWithoutCertificate`], [`Error::FilesOfSeveral`],
    /// [`Error::CertificateMalformed`], [`Error::KeyEncrypted`], [`Error::KeyMismatch`], and those of
    /// [`PrivateKey::from_pkcs8_der`].
    pub fn read(files: &[&[u8]]) -> Result<Self, Error> {
        if files.iter().map(|file| file.len()).sum::<usize>() > Self::MAX_BYTES {
            return Err(Error::FilesTooLarge);
        }
        let mut certificates: Vec<Certificate> = Vec::new();
        let mut key = None;
        for file in files {
            let blocks = pem::blocks(file);
            if blocks.is_empty() {
                match PrivateKey::from_pkcs8_der(file) {
                    Ok(found) => key = Some(found),
                    Err(_) if file.first() == Some(&0x30) => {
                        certificates.push(Certificate::from_der_at(file, certificates.len() + 1)?);
                    }
                    Err(_) => {}
                }
            }
            for block in blocks {
                match block.label.as_str() {
                    "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
                        let position = certificates.len() + 1;
                        certificates.push(Certificate::from_der_at(&block.der, position)?);
                    }
                    "ENCRYPTED PRIVATE KEY" => return Err(Error::KeyEncrypted),
                    label if label.ends_with("PRIVATE KEY") && block.is_encrypted => {
                        return Err(Error::KeyEncrypted);
                    }
                    "PRIVATE KEY" => key = Some(PrivateKey::from_pkcs8_der(&block.der)?),
                    "EC PRIVATE KEY" => key = Some(PrivateKey::from_sec1_der(&block.der)?),
                    "RSA PRIVATE KEY" => key = Some(PrivateKey::from_pkcs1_der(&block.der)?),
                    _ => {}
                }
            }
        }
        let chain = chain(certificates)?;
        if let Some(key) = &key
            && key.public_key_der()? != chain.leaf().public_key_der()
        {
            return Err(Error::KeyMismatch);
        }
        Ok(Self { chain, key })
    }
}

/// Puts certificates in order: first the one that issued none of the others.
fn chain(mut certificates: Vec<Certificate>) -> Result<Chain, Error> {
    let mut seen: Vec<Vec<u8>> = Vec::new();
    certificates.retain(|certificate| {
        let is_new = !seen.iter().any(|der| der == certificate.as_der());
        seen.push(certificate.as_der().to_vec());
        is_new
    });
    let is_issuer = |candidate: &Certificate| {
        certificates.iter().any(|other| {
            other.as_der() != candidate.as_der() && other.issuer() == candidate.subject()
        })
    };
    let leaves: Vec<usize> = (0..certificates.len())
        .filter(|index| !is_issuer(&certificates[*index]))
        .collect();
    let leaf = match leaves.as_slice() {
        [] => return Err(Error::FilesWithoutCertificate),
        [one] => certificates.remove(*one),
        several => {
            return Err(Error::FilesOfSeveral {
                count: several.len(),
            });
        }
    };
    let mut issuers: Vec<Certificate> = Vec::new();
    while let Some(index) = {
        let last = issuers.last().unwrap_or(&leaf);
        certificates
            .iter()
            .position(|candidate| candidate.subject() == last.issuer())
    } {
        issuers.push(certificates.remove(index));
    }
    if issuers.len() >= Chain::MAX_CERTIFICATES {
        return Err(Error::ChainTooLong);
    }
    Ok(Chain::of(leaf, issuers))
}
