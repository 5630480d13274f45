//! PKCS#12 (RFC 7292), called PFX where Windows is at home: key, certificate and issuers in one file
//! under a password.

mod encryption;
mod kdf;
mod password;

pub use password::Password;

use self::encryption::Scheme;
use crate::{
    Certificate, CheckedChain, Error, PrivateKey,
    asn1::{constructed, element, integer, octet_string, oid, primitive, sequence, set_of},
    oid::{
        CERTIFICATE_BAG, DATA, ENCRYPTED_DATA, FRIENDLY_NAME, LOCAL_KEY_ID, SHROUDED_KEY_BAG,
        X509_CERTIFICATE,
    },
};
use der::{Tag, asn1::ObjectIdentifier};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// How a PFX is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// AES-256-CBC with PBKDF2-HMAC-SHA-256 (PBES2 of RFC 8018) and an HMAC-SHA-256: OpenSSL 1.1 and
    /// newer, Java 8u301 and newer, Windows 10 1709, Windows Server 2019 and newer.
    Modern,
    /// Triple DES with a key by SHA-1 (RFC 7292 appendix C) and an HMAC-SHA-1, which everything takes:
    /// Windows Server 2016, older Java, appliances. Weak against guessing: it needs a long password.
    Compatible,
}

/// Longest friendly name, in characters; `ub-friendlyName` of RFC 2985 appendix A is 255, but lists
/// of certificates show much less.
const MAX_FRIENDLY_NAME: usize = 128;

/// Makes a PFX with the key, the certificate and its issuers.
///
/// `friendly_name` is what the importing program shows: Windows in its list, Java as the alias. Key
/// and certificate carry it and a common localKeyId, by which they find each other (RFC 7292 section
/// 4.2). Everything is encrypted. The three key derivations are slow on purpose: never call it on a
/// page's own thread.
///
/// # Errors
/// [`Error::KeyMismatch`] if the certificate is for another key; [`Error::FriendlyNameInvalid`].
pub fn build<R: CryptoRng + ?Sized>(
    key: &PrivateKey,
    chain: &CheckedChain,
    password: &Password,
    friendly_name: &str,
    encoding: Encoding,
    rng: &mut R,
) -> Result<Vec<u8>, Error> {
    chain.check_key(key)?;
    let scheme = encoding.scheme();
    let attributes = link_attributes(friendly_name, chain.leaf())?;
    let certificates = certificate_bags(chain, &attributes)?;
    let key = key_bag(key, &attributes, scheme, password, rng)?;
    // `AuthenticatedSafe`, RFC 7292 section 4.1
    let authenticated_safe = sequence(&[
        &encrypted_contents(certificates, scheme, password, rng)?,
        &contents(&sequence(&[&key])?)?,
    ])?;
    // `PFX`, RFC 7292 section 4
    sequence(&[
        &integer(3)?,
        &contents(&authenticated_safe)?,
        &scheme.authenticate(&authenticated_safe, password, rng)?,
    ])
}

impl Encoding {
    fn scheme(self) -> Scheme {
        match self {
            Self::Modern => Scheme::Pbes2Aes256,
            Self::Compatible => Scheme::Pkcs12TripleDes,
        }
    }
}

/// friendlyName and localKeyId in a SET; the latter is any octets, here the certificate's SHA-256.
fn link_attributes(friendly_name: &str, leaf: &Certificate) -> Result<Vec<u8>, Error> {
    let length = friendly_name.chars().count();
    // A BMPString holds the characters of 16 bits alone.
    let fits = |c: char| c.len_utf16() == 1 && !c.is_control();
    if !(1..=MAX_FRIENDLY_NAME).contains(&length) || !friendly_name.chars().all(fits) {
        return Err(Error::FriendlyNameInvalid);
    }
    let name: Vec<u8> = friendly_name
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let key_id = Sha256::digest(leaf.as_der());
    set_of(vec![
        attribute(FRIENDLY_NAME, &element(Tag::BmpString, &[&name])?)?,
        attribute(LOCAL_KEY_ID, &octet_string(&key_id)?)?,
    ])
}

/// `PKCS12Attribute`, RFC 7292 section 4.2.
fn attribute(kind: ObjectIdentifier, value: &[u8]) -> Result<Vec<u8>, Error> {
    sequence(&[&oid(kind)?, &element(Tag::Set, &[value])?])
}

/// `SafeContents` (RFC 7292 section 4.2) with a `CertBag` (section 4.2.3) for each certificate; the
/// leaf's has the attributes.
fn certificate_bags(chain: &CheckedChain, leaf_attributes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut bags = Vec::new();
    let mut attributes = leaf_attributes;
    for certificate in chain.path().iter() {
        let value = octet_string(certificate.as_der())?;
        let certificate = sequence(&[
            &oid(X509_CERTIFICATE)?,
            &element(constructed(0), &[&value])?,
        ])?;
        bags.extend(bag(CERTIFICATE_BAG, &certificate, attributes)?);
        attributes = &[];
    }
    sequence(&[&bags])
}

/// A bag with an `EncryptedPrivateKeyInfo` (RFC 7292 section 4.2.2, RFC 5958 section 3).
fn key_bag<R: CryptoRng + ?Sized>(
    key: &PrivateKey,
    attributes: &[u8],
    scheme: Scheme,
    password: &Password,
    rng: &mut R,
) -> Result<Vec<u8>, Error> {
    let encrypted = scheme.encrypt(key.to_pkcs8_der()?, password, rng)?;
    let key = sequence(&[&encrypted.algorithm, &octet_string(&encrypted.data)?])?;
    bag(SHROUDED_KEY_BAG, &key, attributes)
}

/// `SafeBag`, RFC 7292 section 4.2.
fn bag(kind: ObjectIdentifier, value: &[u8], attributes: &[u8]) -> Result<Vec<u8>, Error> {
    sequence(&[&oid(kind)?, &element(constructed(0), &[value])?, attributes])
}

/// `ContentInfo` of type data, RFC 5652 sections 3 and 4.
fn contents(data: &[u8]) -> Result<Vec<u8>, Error> {
    sequence(&[
        &oid(DATA)?,
        &element(constructed(0), &[&octet_string(data)?])?,
    ])
}

/// `ContentInfo` of type encryptedData, RFC 5652 sections 3 and 8.
fn encrypted_contents<R: CryptoRng + ?Sized>(
    data: Vec<u8>,
    scheme: Scheme,
    password: &Password,
    rng: &mut R,
) -> Result<Vec<u8>, Error> {
    let encrypted = scheme.encrypt(Zeroizing::new(data), password, rng)?;
    let contents = sequence(&[
        &oid(DATA)?,
        &encrypted.algorithm,
        &element(primitive(0), &[&encrypted.data])?,
    ])?;
    let data = sequence(&[&integer(0)?, &contents])?;
    sequence(&[&oid(ENCRYPTED_DATA)?, &element(constructed(0), &[&data])?])
}
