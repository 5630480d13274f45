//! PKCS#12 (RFC 7292), called PFX where Windows is at home: key, certificate and issuers in one file
//! under a password.

mod asn1;
mod encryption;
mod kdf;
mod password;

pub use password::Password;

use self::{
    asn1::{CertificateBag, ContentInfo, EncryptedContentInfo, EncryptedData, Pfx, SafeBag},
    encryption::Scheme,
};
use crate::{
    Certificate, Error, PrivateKey, VerifiedChain,
    oid::{
        CERTIFICATE_BAG, DATA, ENCRYPTED_DATA, FRIENDLY_NAME, LOCAL_KEY_ID, SHROUDED_KEY_BAG,
        X509_CERTIFICATE,
    },
};
use der::{
    Any, Encode,
    asn1::{BmpString, ObjectIdentifier, OctetString, SetOfVec},
};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use x509_cert::attr::{Attribute, Attributes};
use zeroize::Zeroizing;

/// How a PFX is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
/// 4.2). Everything is encrypted. Takes about half a second in WebAssembly.
///
/// # Errors
/// [`Error::KeyMismatch`] if the certificate is for another key; [`Error::FriendlyNameInvalid`].
pub fn build<R: CryptoRng + ?Sized>(
    key: &PrivateKey,
    chain: &VerifiedChain,
    password: &Password,
    friendly_name: &str,
    encoding: Encoding,
    rng: &mut R,
) -> Result<Vec<u8>, Error> {
    chain.check_key(key)?;
    let attributes = link_attributes(friendly_name, chain.leaf())?;
    let certificates = certificate_bags(chain, &attributes)?;
    let scheme = encoding.scheme();
    let safes = vec![
        encrypted_safe(&certificates, scheme, password, rng)?,
        plain_safe(key_bag(key, attributes, scheme, password, rng)?)?,
    ];
    let authenticated_safe = safes.to_der()?;
    Ok(Pfx {
        version: 3,
        mac_data: Some(scheme.authenticate(&authenticated_safe, password, rng)?),
        auth_safe: ContentInfo::new(DATA, &OctetString::new(authenticated_safe)?)?,
    }
    .to_der()?)
}

impl Encoding {
    fn scheme(self) -> Scheme {
        match self {
            Self::Modern => Scheme::Pbes2Aes256,
            Self::Compatible => Scheme::Pkcs12TripleDes,
        }
    }
}

/// friendlyName and localKeyId; the latter is any octets, here the certificate's SHA-256.
fn link_attributes(friendly_name: &str, leaf: &Certificate) -> Result<Attributes, Error> {
    let characters = friendly_name.chars().count();
    if !(1..=MAX_FRIENDLY_NAME).contains(&characters) || friendly_name.contains(char::is_control) {
        return Err(Error::FriendlyNameInvalid);
    }
    let name = BmpString::from_utf8(friendly_name).map_err(|_| Error::FriendlyNameInvalid)?;
    let key_id = OctetString::new(Sha256::digest(leaf.as_der()).to_vec())?;
    Ok(SetOfVec::try_from(vec![
        attribute(FRIENDLY_NAME, Any::encode_from(&name)?)?,
        attribute(LOCAL_KEY_ID, Any::encode_from(&key_id)?)?,
    ])?)
}

fn attribute(oid: ObjectIdentifier, value: Any) -> Result<Attribute, Error> {
    Ok(Attribute {
        oid,
        values: SetOfVec::try_from(vec![value])?,
    })
}

/// One `certBag` (RFC 7292 section 4.2.3) for each certificate; the leaf's carries the attributes.
fn certificate_bags(chain: &VerifiedChain, leaf: &Attributes) -> Result<Vec<SafeBag>, Error> {
    let mut attributes = Some(leaf.clone());
    let bag = |certificate: &Certificate| -> Result<SafeBag, Error> {
        let bag = CertificateBag {
            kind: X509_CERTIFICATE,
            value: OctetString::new(certificate.as_der())?,
        };
        Ok(SafeBag {
            kind: CERTIFICATE_BAG,
            value: Any::encode_from(&bag)?,
            attributes: attributes.take(),
        })
    };
    chain.chain().iter().map(bag).collect()
}

/// A `pkcs8ShroudedKeyBag` (RFC 7292 section 4.2.2).
fn key_bag<R: CryptoRng + ?Sized>(
    key: &PrivateKey,
    attributes: Attributes,
    scheme: Scheme,
    password: &Password,
    rng: &mut R,
) -> Result<SafeBag, Error> {
    let encrypted = scheme.encrypt(key.to_pkcs8_der()?, password, rng)?;
    let value = Any::encode_from(&encrypted)?;
    Ok(SafeBag {
        kind: SHROUDED_KEY_BAG,
        value,
        attributes: Some(attributes),
    })
}

/// Bags whose contents protect themselves, in a `ContentInfo` of type data.
fn plain_safe(bag: SafeBag) -> Result<ContentInfo, Error> {
    ContentInfo::new(DATA, &OctetString::new(vec![bag].to_der()?)?)
}

/// Bags in a `ContentInfo` of type encryptedData (RFC 5652 section 8).
fn encrypted_safe<R: CryptoRng + ?Sized>(
    bags: &Vec<SafeBag>,
    scheme: Scheme,
    password: &Password,
    rng: &mut R,
) -> Result<ContentInfo, Error> {
    let encrypted = scheme.encrypt(Zeroizing::new(bags.to_der()?), password, rng)?;
    let data = EncryptedData {
        version: 0,
        content: EncryptedContentInfo {
            kind: DATA,
            algorithm: encrypted.algorithm,
            content: Some(encrypted.data),
        },
    };
    ContentInfo::new(ENCRYPTED_DATA, &data)
}
