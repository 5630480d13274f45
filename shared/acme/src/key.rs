//! Account keys (RFC 8555 §7.3). New ones are P-256, which every CA takes and which is fast; P-384 and
//! RSA come from other clients.

mod blinding;
mod export;
mod import;
mod rsa;

use p256::pkcs8::EncodePrivateKey;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use self::rsa::RsaKey;
pub(crate) use self::rsa::bits;
use crate::base64url;
use crate::error::JoseError;
use crate::jwk::{Jwk, Thumbprint};

/// A private account key. It is wiped on drop and never printed.
///
/// RFC 8555 §11.1: account keys and certificate keys must differ; see `tabcert-pki` for the latter.
#[derive(Clone)]
pub struct AccountKey {
    signing: Signing,
    jwk: Jwk,
    thumbprint: Thumbprint,
}

#[derive(Clone)]
enum Signing {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    Rsa(Box<RsaKey>),
}

impl AccountKey {
    /// Makes a new key, P-256.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        use p256::elliptic_curve::Generate;
        Self::from_p256(p256::ecdsa::SigningKey::generate_from_rng(rng))
    }

    /// The key as PKCS#8 DER, wiped on drop.
    ///
    /// # Errors
    /// [`JoseError::Key`] where the encoder fails, which no key of these kinds makes it do.
    pub fn to_pkcs8_der(&self) -> Result<Zeroizing<Vec<u8>>, JoseError> {
        let document = match &self.signing {
            Signing::P256(key) => key.to_pkcs8_der(),
            Signing::P384(key) => key.to_pkcs8_der(),
            Signing::Rsa(key) => key.to_pkcs8_der(),
        };
        let document = document.map_err(|_| JoseError::Key)?;
        Ok(Zeroizing::new(document.as_bytes().to_vec()))
    }

    /// The public half.
    #[must_use]
    pub fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// The thumbprint of the public half.
    #[must_use]
    pub fn thumbprint(&self) -> &Thumbprint {
        &self.thumbprint
    }

    /// The signature algorithm that the key is used with (RFC 7518 §3.1).
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        match self.signing {
            Signing::P256(_) => "ES256",
            Signing::P384(_) => "ES384",
            Signing::Rsa(_) => "RS256",
        }
    }

    /// Signs with [`algorithm`](Self::algorithm): for ECDSA R and S of full width (RFC 7518 §3.4).
    /// Deterministic (RFC 6979, RFC 8017 §8.2), so it needs no randomness that could be bad.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.signing {
            Signing::P256(key) => {
                use p256::ecdsa::{Signature, signature::Signer};
                let signature: Signature = key.sign(message);
                signature.to_bytes().to_vec()
            }
            Signing::P384(key) => {
                use p384::ecdsa::{Signature, signature::Signer};
                let signature: Signature = key.sign(message);
                signature.to_bytes().to_vec()
            }
            Signing::Rsa(key) => key.sign(message),
        }
    }

    fn from_p256(key: p256::ecdsa::SigningKey) -> Self {
        let jwk = ec_jwk("P-256", key.verifying_key().to_sec1_point(false).as_bytes());
        Self::new(Signing::P256(key), jwk)
    }

    fn from_p384(key: p384::ecdsa::SigningKey) -> Self {
        let jwk = ec_jwk("P-384", key.verifying_key().to_sec1_point(false).as_bytes());
        Self::new(Signing::P384(key), jwk)
    }

    fn from_rsa(key: RsaKey) -> Self {
        let jwk = key.jwk();
        Self::new(Signing::Rsa(Box::new(key)), jwk)
    }

    fn new(signing: Signing, jwk: Jwk) -> Self {
        let thumbprint = jwk.thumbprint();
        Self {
            signing,
            jwk,
            thumbprint,
        }
    }
}

/// The public key of an uncompressed point: a byte that says so, and two coordinates of one width
/// (SEC 1 §2.3.3).
fn ec_jwk(curve: &str, point: &[u8]) -> Jwk {
    let coordinates = point.get(1..).unwrap_or_default();
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    Jwk::Ec {
        crv: curve.to_owned(),
        kty: crate::jwk::EcType::Ec,
        x: base64url::encode(x),
        y: base64url::encode(y),
    }
}

impl std::fmt::Debug for AccountKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("AccountKey")
            .field("thumbprint", &self.thumbprint)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests;
