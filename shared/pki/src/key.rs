//! Private keys: made here or by WebCrypto, kept as PKCS#8, wiped when dropped.

use crate::{
    Error,
    asn1::{self, Elements, Malformed},
    oid::{
        EC_PUBLIC_KEY, ECDSA_WITH_SHA256, ECDSA_WITH_SHA384, RSA_ENCRYPTION, SECP256R1, SECP384R1,
        SHA256_WITH_RSA,
    },
    pem,
    public_key::bit_length,
};
use der::{Decode, Tag};
use p256::{ecdsa::signature::Signer, elliptic_curve::Generate};
use pkcs8::{EncodePrivateKey, EncodePublicKey, PrivateKeyInfoRef};
use rand_core::CryptoRng;
use rsa::{Pkcs1v15Sign, RsaPrivateKey, pkcs1::DecodeRsaPrivateKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};
use zeroize::Zeroizing;

/// The kinds of key that a certificate can be asked for: what publicly trusted CAs accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyType {
    /// ECDSA on P-256.
    P256,
    /// ECDSA on P-384.
    P384,
    /// RSA with a modulus of 2048 bits.
    Rsa2048,
    /// RSA with a modulus of 3072 bits.
    Rsa3072,
    /// RSA with a modulus of 4096 bits.
    Rsa4096,
}

impl KeyType {
    /// Every type, in the order in which to offer them.
    pub const ALL: [Self; 5] = [
        Self::P256,
        Self::P384,
        Self::Rsa2048,
        Self::Rsa3072,
        Self::Rsa4096,
    ];

    /// The stable name for storage; [`FromStr`] reads it back.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::P256 => "p256",
            Self::P384 => "p384",
            Self::Rsa2048 => "rsa2048",
            Self::Rsa3072 => "rsa3072",
            Self::Rsa4096 => "rsa4096",
        }
    }

    /// Bits of the modulus for RSA, nothing for ECDSA.
    #[must_use]
    pub const fn rsa_bits(self) -> Option<u32> {
        match self {
            Self::P256 | Self::P384 => None,
            Self::Rsa2048 => Some(2048),
            Self::Rsa3072 => Some(3072),
            Self::Rsa4096 => Some(4096),
        }
    }

    fn from_rsa_bits(bits: u32) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.rsa_bits() == Some(bits))
            .ok_or(Error::RsaKeySize { bits })
    }
}

/// The name for people, such as "ECDSA P-256" or "RSA 2048".
impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::P256 => "ECDSA P-256",
            Self::P384 => "ECDSA P-384",
            Self::Rsa2048 => "RSA 2048",
            Self::Rsa3072 => "RSA 3072",
            Self::Rsa4096 => "RSA 4096",
        })
    }
}

impl FromStr for KeyType {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(Error::KeyTypeUnknown)
    }
}

/// A private key of one of the [`KeyType`]s.
///
/// The key's numbers are wiped when it is dropped, and nothing but the `to_` functions, whose
/// results wipe themselves too, lets them out. Deliberately not `Clone`.
pub struct PrivateKey(Inner);

enum Inner {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    Rsa(KeyType, Box<RsaPrivateKey>),
}

impl PrivateKey {
    /// Longest PKCS#8 that is looked at; RSA 4096 has about 2400 bytes.
    const MAX_PKCS8_BYTES: usize = 8 * 1024;

    /// Makes a new key. RSA takes seconds in WebAssembly: never call it on a page's own thread.
    ///
    /// # Errors
    /// [`Error::KeyOperation`] if no RSA key could be made.
    pub fn generate<R: CryptoRng + ?Sized>(kind: KeyType, rng: &mut R) -> Result<Self, Error> {
        Ok(Self(match kind {
            KeyType::P256 => Inner::P256(p256::ecdsa::SigningKey::generate_from_rng(rng)),
            KeyType::P384 => Inner::P384(p384::ecdsa::SigningKey::generate_from_rng(rng)),
            KeyType::Rsa2048 => Self::generate_rsa(kind, 2048, rng)?,
            KeyType::Rsa3072 => Self::generate_rsa(kind, 3072, rng)?,
            KeyType::Rsa4096 => Self::generate_rsa(kind, 4096, rng)?,
        }))
    }

    fn generate_rsa<R: CryptoRng + ?Sized>(
        kind: KeyType,
        bits: usize,
        rng: &mut R,
    ) -> Result<Inner, Error> {
        let key = RsaPrivateKey::new(rng, bits).map_err(|_| Error::KeyOperation)?;
        Ok(Inner::Rsa(kind, Box::new(key)))
    }

    /// Reads an unencrypted PKCS#8 `PrivateKeyInfo` (RFC 5958), such as WebCrypto exports.
    ///
    /// # Errors
    /// [`Error::KeyMalformed`], [`Error::KeyUnsupported`] or [`Error::RsaKeySize`].
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, Error> {
        if der.len() > Self::MAX_PKCS8_BYTES {
            return Err(Error::KeyMalformed);
        }
        let info = PrivateKeyInfoRef::from_der(der).map_err(|_| Error::KeyMalformed)?;
        match info.algorithm.oid {
            RSA_ENCRYPTION => Self::from_rsa(info),
            EC_PUBLIC_KEY => match info.algorithm.parameters_oid() {
                Ok(SECP256R1) => p256::ecdsa::SigningKey::try_from(info)
                    .map(|key| Self(Inner::P256(key)))
                    .map_err(|_| Error::KeyMalformed),
                Ok(SECP384R1) => p384::ecdsa::SigningKey::try_from(info)
                    .map(|key| Self(Inner::P384(key)))
                    .map_err(|_| Error::KeyMalformed),
                Ok(curve) => Err(Error::KeyUnsupported {
                    algorithm: curve.to_string(),
                }),
                Err(_) => Err(Error::KeyMalformed),
            },
            algorithm => Err(Error::KeyUnsupported {
                algorithm: algorithm.to_string(),
            }),
        }
    }

    /// Reads an `ECPrivateKey` (RFC 5915) that names its curve, as OpenSSL writes it.
    ///
    /// # Errors
    /// [`Error::KeyMalformed`].
    pub(crate) fn from_sec1_der(der: &[u8]) -> Result<Self, Error> {
        // Where the curve does not fit, the length of the number does not either.
        if let Ok(key) = p256::SecretKey::from_sec1_der(der) {
            return Ok(Self(Inner::P256(key.into())));
        }
        p384::SecretKey::from_sec1_der(der)
            .map(|key| Self(Inner::P384(key.into())))
            .map_err(|_| Error::KeyMalformed)
    }

    /// Reads an `RSAPrivateKey` (RFC 8017 appendix A.1.2).
    ///
    /// # Errors
    /// [`Error::KeyMalformed`], [`Error::RsaKeySize`].
    pub(crate) fn from_pkcs1_der(der: &[u8]) -> Result<Self, Error> {
        let bits = modulus_bits(der).map_err(|Malformed| Error::KeyMalformed)?;
        let kind = KeyType::from_rsa_bits(bits)?;
        let key = RsaPrivateKey::from_pkcs1_der(der).map_err(|_| Error::KeyMalformed)?;
        Ok(Self(Inner::Rsa(kind, Box::new(key))))
    }

    fn from_rsa(info: PrivateKeyInfoRef<'_>) -> Result<Self, Error> {
        // The size is looked at first: numbers of any other size are not worth computing with.
        let bits =
            modulus_bits(info.private_key.as_bytes()).map_err(|Malformed| Error::KeyMalformed)?;
        let kind = KeyType::from_rsa_bits(bits)?;
        let key = RsaPrivateKey::try_from(info).map_err(|_| Error::KeyMalformed)?;
        Ok(Self(Inner::Rsa(kind, Box::new(key))))
    }

    /// The key as an unencrypted PKCS#8 `PrivateKeyInfo` (RFC 5958) in DER.
    ///
    /// # Errors
    /// [`Error::Encoding`], which no key of these types causes.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let document = match &self.0 {
            Inner::P256(key) => key.to_pkcs8_der(),
            Inner::P384(key) => key.to_pkcs8_der(),
            Inner::Rsa(_, key) => key.to_pkcs8_der(),
        };
        let document = document.map_err(|_| Error::Encoding)?;
        Ok(Zeroizing::new(document.as_bytes().to_vec()))
    }

    /// As [`to_pkcs8_der`](Self::to_pkcs8_der), in PEM under the label `PRIVATE KEY`
    /// (RFC 7468 section 10): what servers call `privkey.pem`.
    ///
    /// # Errors
    /// [`Error::Encoding`], which no key of these types causes.
    pub fn to_pkcs8_pem(&self) -> Result<Zeroizing<String>, Error> {
        pem::serialize_secret(pem::PRIVATE_KEY, &self.to_pkcs8_der()?)
    }

    /// The public half as a `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7) in DER.
    ///
    /// # Errors
    /// [`Error::Encoding`], which no key of these types causes.
    pub fn public_key_der(&self) -> Result<Vec<u8>, Error> {
        let document = match &self.0 {
            Inner::P256(key) => key.verifying_key().to_public_key_der(),
            Inner::P384(key) => key.verifying_key().to_public_key_der(),
            Inner::Rsa(_, key) => key.to_public_key().to_public_key_der(),
        };
        Ok(document.map_err(|_| Error::Encoding)?.into_vec())
    }

    /// Which of the types this key is.
    #[must_use]
    pub fn key_type(&self) -> KeyType {
        match self.0 {
            Inner::P256(_) => KeyType::P256,
            Inner::P384(_) => KeyType::P384,
            Inner::Rsa(kind, _) => kind,
        }
    }

    /// What [`sign`](Self::sign) produces: ecdsa-with-SHA256 for P-256, ecdsa-with-SHA384 for P-384
    /// (RFC 5758 section 3.2), sha256WithRSAEncryption for RSA (RFC 4055 section 5).
    pub(crate) fn signature_algorithm(&self) -> Result<Vec<u8>, Error> {
        match self.0 {
            Inner::P256(_) => asn1::algorithm(ECDSA_WITH_SHA256, &[]),
            Inner::P384(_) => asn1::algorithm(ECDSA_WITH_SHA384, &[]),
            Inner::Rsa(..) => asn1::algorithm(SHA256_WITH_RSA, asn1::NULL),
        }
    }

    /// Signs `message` as X.509 wants it. ECDSA is deterministic (RFC 6979), so a weak rng cannot
    /// betray the key; RSA (RFC 8017 section 8.2) is deterministic by nature and uses the rng for
    /// blinding against timing only.
    pub(crate) fn sign<R: CryptoRng + ?Sized>(
        &self,
        message: &[u8],
        rng: &mut R,
    ) -> Result<Vec<u8>, Error> {
        match &self.0 {
            Inner::P256(key) => Signer::<p256::ecdsa::DerSignature>::try_sign(key, message)
                .map(|signature| signature.as_bytes().to_vec())
                .map_err(|_| Error::KeyOperation),
            Inner::P384(key) => Signer::<p384::ecdsa::DerSignature>::try_sign(key, message)
                .map(|signature| signature.as_bytes().to_vec())
                .map_err(|_| Error::KeyOperation),
            Inner::Rsa(_, key) => key
                .sign_with_rng(rng, Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message))
                .map_err(|_| Error::KeyOperation),
        }
    }
}

/// Tells the type and nothing else.
impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.key_type())
    }
}

/// Bits of the modulus of an `RSAPrivateKey`, RFC 8017 appendix A.1.2.
fn modulus_bits(pkcs1_der: &[u8]) -> Result<u32, Malformed> {
    let mut numbers = Elements::of_sequence(pkcs1_der)?;
    let _version = numbers.expect(Tag::Integer)?;
    Ok(bit_length(numbers.expect(Tag::Integer)?.value))
}
