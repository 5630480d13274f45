//! The classic files: `fullchain.pem`, `cert.pem`, `chain.pem`, `privkey.pem`, and HAProxy's.
//!
//! Certificates are written anew from their DER, so the files look the same whatever line ends,
//! widths and text around them the CA used.

use crate::{Certificate, CheckedChain, Error, PrivateKey};
use zeroize::Zeroizing;

/// `fullchain.pem`: the certificate and its issuers as far as they came, as nginx, Apache and Caddy want it.
///
/// # Errors
/// [`Error::Encoding`], which no checked chain causes.
pub fn fullchain(chain: &CheckedChain) -> Result<String, Error> {
    chain.path().to_pem()
}

/// `cert.pem`: the certificate alone.
///
/// # Errors
/// [`Error::Encoding`], which no checked chain causes.
pub fn certificate(chain: &CheckedChain) -> Result<String, Error> {
    chain.leaf().to_pem()
}

/// `chain.pem`: the issuers alone; empty if the CA sent none.
///
/// # Errors
/// [`Error::Encoding`], which no checked chain causes.
pub fn issuers(chain: &CheckedChain) -> Result<String, Error> {
    chain
        .path()
        .issuers()
        .iter()
        .map(Certificate::to_pem)
        .collect()
}

/// `privkey.pem`: the key as unencrypted PKCS#8.
///
/// # Errors
/// [`Error::KeyMismatch`] if the certificate is for another key.
pub fn private_key(key: &PrivateKey, chain: &CheckedChain) -> Result<Zeroizing<String>, Error> {
    chain.check_key(key)?;
    key.to_pkcs8_pem()
}

/// `haproxy.pem`: certificate, issuers and key in one file, as HAProxy's `crt` wants it.
///
/// # Errors
/// [`Error::KeyMismatch`] if the certificate is for another key.
pub fn haproxy(key: &PrivateKey, chain: &CheckedChain) -> Result<Zeroizing<String>, Error> {
    let certificates = fullchain(chain)?;
    let key = private_key(key, chain)?;
    // Sized at once: growing would leave copies of the key behind.
    let mut both = Zeroizing::new(String::with_capacity(certificates.len() + key.len()));
    both.push_str(&certificates);
    both.push_str(&key);
    Ok(both)
}
