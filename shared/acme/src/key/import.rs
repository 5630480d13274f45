//! Reading account keys in the forms that they are stored in.

use p256::pkcs8::DecodePrivateKey;
use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::rsa::{RsaKey, without_zeros};
use super::{AccountKey, Signing};
use crate::base64url;
use crate::error::JoseError;
use crate::jwk::Jwk;

/// Longest DER that is looked at; RSA 4096 has about 2400 bytes.
const MAX_DER_BYTES: usize = 4096;

/// Which kind of JWK it is. The rest is read once that is known: looking at all members at once would
/// copy secrets to where nobody wipes them.
#[derive(Deserialize)]
struct Kind {
    kty: String,
}

/// A private key on a curve (RFC 7518 §6.2.2). Members that say how a key is used are not looked at.
#[derive(Deserialize)]
struct EcJwk {
    crv: String,
    x: String,
    y: String,
    d: Secret,
}

/// A private RSA key (RFC 7518 §6.3.2), without the numbers that follow from these.
#[derive(Deserialize)]
struct RsaJwk {
    n: String,
    e: String,
    d: Secret,
    p: Option<Secret>,
    q: Option<Secret>,
}

/// Bytes in base64url that are wiped.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Secret(Zeroizing<Vec<u8>>);

impl TryFrom<String> for Secret {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let text = Zeroizing::new(text);
        base64url::decode_leniently(&text)
            .map(Self)
            .ok_or("not base64url")
    }
}

impl AccountKey {
    /// Reads a key from PKCS#8 DER (RFC 5958).
    ///
    /// # Errors
    /// [`JoseError::Key`] where it is not a private key on P-256 or P-384, or RSA of 2048 to 4096 bits.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, JoseError> {
        let der = bounded(der)?;
        if let Ok(key) = p256::ecdsa::SigningKey::from_pkcs8_der(der) {
            return Ok(Self::from_p256(key));
        }
        if let Ok(key) = p384::ecdsa::SigningKey::from_pkcs8_der(der) {
            return Ok(Self::from_p384(key));
        }
        let key = RsaPrivateKey::from_pkcs8_der(der).map_err(|_| JoseError::Key)?;
        RsaKey::new(key).map(Self::from_rsa)
    }

    /// Reads a key from the `RSAPrivateKey` of PKCS#1 (RFC 8017 appendix A.1.2) in DER.
    ///
    /// # Errors
    /// [`JoseError::Key`], as [`from_pkcs8_der`](Self::from_pkcs8_der).
    pub fn from_pkcs1_der(der: &[u8]) -> Result<Self, JoseError> {
        let key = RsaPrivateKey::from_pkcs1_der(bounded(der)?).map_err(|_| JoseError::Key)?;
        RsaKey::new(key).map(Self::from_rsa)
    }

    /// Reads a key from the `ECPrivateKey` of SEC 1 (RFC 5915) in DER. Without the name of its curve
    /// the key's width tells.
    ///
    /// # Errors
    /// [`JoseError::Key`], as [`from_pkcs8_der`](Self::from_pkcs8_der).
    pub fn from_sec1_der(der: &[u8]) -> Result<Self, JoseError> {
        let der = bounded(der)?;
        if let Ok(key) = p256::SecretKey::from_sec1_der(der) {
            return Ok(Self::from_p256(key.into()));
        }
        let key = p384::SecretKey::from_sec1_der(der).map_err(|_| JoseError::Key)?;
        Ok(Self::from_p384(key.into()))
    }

    /// Reads a private key from the JSON of a JWK, and checks that its halves belong together.
    ///
    /// # Errors
    /// [`JoseError::Key`], as [`from_pkcs8_der`](Self::from_pkcs8_der).
    pub fn from_private_jwk(json: &str) -> Result<Self, JoseError> {
        let kind: Kind = read(json)?;
        match kind.kty.as_str() {
            "EC" => {
                let EcJwk { crv, x, y, d } = read(json)?;
                let key = Self::from_scalar(&crv, &d.0)?;
                match key.jwk() {
                    Jwk::Ec { x: x2, y: y2, .. } if is_same(x2, &x) && is_same(y2, &y) => Ok(key),
                    _ => Err(JoseError::Key),
                }
            }
            "RSA" => {
                let RsaJwk { n, e, d, p, q } = read(json)?;
                let public = |text: &str| base64url::decode_leniently(text).ok_or(JoseError::Key);
                let primes = p.as_ref().zip(q.as_ref());
                let primes = primes.map(|(p, q)| (p.0.as_slice(), q.0.as_slice()));
                RsaKey::from_numbers(&public(&n)?, &public(&e)?, &d.0, primes).map(Self::from_rsa)
            }
            _ => Err(JoseError::Key),
        }
    }

    /// RFC 7518 §6.2.2.1: "The length of this octet string MUST be ceiling(log-base-2(n)/8) octets";
    /// some encoders leave zeros in front out, or put one there.
    fn from_scalar(curve: &str, scalar: &[u8]) -> Result<Self, JoseError> {
        match curve {
            "P-256" => {
                let scalar = padded::<32>(scalar)?;
                p256::ecdsa::SigningKey::from_slice(&*scalar).map(Self::from_p256)
            }
            "P-384" => {
                let scalar = padded::<48>(scalar)?;
                p384::ecdsa::SigningKey::from_slice(&*scalar).map(Self::from_p384)
            }
            _ => return Err(JoseError::Key),
        }
        .map_err(|_| JoseError::Key)
    }

    /// The scalar of a key on a curve.
    pub(super) fn scalar(&self) -> Option<Zeroizing<Vec<u8>>> {
        match &self.signing {
            Signing::P256(key) => Some(Zeroizing::new(key.to_bytes().to_vec())),
            Signing::P384(key) => Some(Zeroizing::new(key.to_bytes().to_vec())),
            Signing::Rsa(_) => None,
        }
    }
}

fn read<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, JoseError> {
    serde_json::from_str(json).map_err(|_| JoseError::Key)
}

/// Whether two texts are one number in base64url.
fn is_same(ours: &str, theirs: &str) -> bool {
    let number = |text: &str| base64url::decode_leniently(text);
    number(ours)
        .zip(number(theirs))
        .is_some_and(|(ours, theirs)| without_zeros(&ours) == without_zeros(&theirs))
}

/// A number with as many zeros in front as its width wants.
fn padded<const WIDTH: usize>(number: &[u8]) -> Result<Zeroizing<[u8; WIDTH]>, JoseError> {
    let number = without_zeros(number);
    let zeros = WIDTH.checked_sub(number.len()).ok_or(JoseError::Key)?;
    let mut padded = Zeroizing::new([0; WIDTH]);
    padded[zeros..].copy_from_slice(number);
    Ok(padded)
}

fn bounded(der: &[u8]) -> Result<&[u8], JoseError> {
    if der.len() <= MAX_DER_BYTES {
        Ok(der)
    } else {
        Err(JoseError::Key)
    }
}
