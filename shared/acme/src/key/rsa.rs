//! RSA account keys: what certbot makes, and older clients.

use std::ops::RangeInclusive;

use p256::pkcs8::{EncodePrivateKey, Error, SecretDocument};
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BoxedUint, Pkcs1v15Sign, RsaPrivateKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::blinding::Blinding;
use crate::base64url;
use crate::error::JoseError;
use crate::jwk::{Jwk, RsaType};

/// Sizes of moduli that CAs take, in bits.
const BITS: RangeInclusive<u32> = 2048..=4096;

#[derive(Clone)]
pub(super) struct RsaKey {
    key: RsaPrivateKey,
    /// What the numbers for blinding are made from.
    blinding: Zeroizing<[u8; 32]>,
}

/// The numbers of a private key (RFC 7518 §6.3.2), in base64url.
pub(super) struct Numbers {
    pub(super) d: Zeroizing<String>,
    pub(super) p: Zeroizing<String>,
    pub(super) q: Zeroizing<String>,
    pub(super) dp: Zeroizing<String>,
    pub(super) dq: Zeroizing<String>,
    pub(super) qi: Zeroizing<String>,
}

impl RsaKey {
    /// Takes a key of an acceptable size. That its numbers belong together was checked by whoever
    /// made it: the `rsa` crate makes no other.
    pub(super) fn new(key: RsaPrivateKey) -> Result<Self, JoseError> {
        if !BITS.contains(&key.n().bits()) {
            return Err(JoseError::Key);
        }
        let secret = Zeroizing::new(key.d().to_be_bytes());
        let blinding = Zeroizing::new(Sha256::digest(&*secret).into());
        Ok(Self { key, blinding })
    }

    /// From big-endian numbers, with or without zeros in front; the primes may be missing, and are then
    /// found from the others.
    ///
    /// "If the producer includes any of the other private key parameters, then all of the others
    /// MUST be present" (RFC 7518 §6.3.2).
    pub(super) fn from_numbers(
        n: &[u8],
        e: &[u8],
        d: &[u8],
        primes: Option<(&[u8], &[u8])>,
    ) -> Result<Self, JoseError> {
        let [n, e, d] = [n, e, d].map(without_zeros);
        // The size is looked at first: other numbers are not worth computing with. The `rsa` crate
        // panics over an exponent of zero when it looks for the primes.
        if !BITS.contains(&bits(n)) || e.len() > 8 || e.is_empty() || d.is_empty() {
            return Err(JoseError::Key);
        }
        if (d.len(), d) >= (n.len(), n) {
            return Err(JoseError::Key);
        }
        let bits = bits(n);
        let number = |bytes: &[u8], bits| {
            BoxedUint::from_be_slice(without_zeros(bytes), bits).map_err(|_| JoseError::Key)
        };
        let primes = match primes {
            Some((p, q)) => vec![number(p, bits)?, number(q, bits)?],
            None => Vec::new(),
        };
        let key = RsaPrivateKey::from_components(
            number(n, bits)?,
            number(e, 64)?,
            number(d, bits)?,
            primes,
        );
        Self::new(key.map_err(|_| JoseError::Key)?)
    }

    pub(super) fn to_pkcs8_der(&self) -> Result<SecretDocument, Error> {
        self.key.to_pkcs8_der()
    }

    pub(super) fn jwk(&self) -> Jwk {
        Jwk::Rsa {
            e: base64url::encode(&self.key.e_bytes()),
            kty: RsaType::Rsa,
            n: base64url::encode(&self.key.n_bytes()),
        }
    }

    pub(super) fn numbers(&self) -> Option<Numbers> {
        let text = |number: &BoxedUint| {
            let bytes = Zeroizing::new(number.to_be_bytes_trimmed_vartime());
            Zeroizing::new(base64url::encode(&bytes))
        };
        let [p, q] = self.key.primes() else {
            return None;
        };
        let qi = Zeroizing::new(self.key.crt_coefficient()?);
        Some(Numbers {
            d: text(self.key.d()),
            p: text(p.as_ref()),
            q: text(q.as_ref()),
            dp: text(self.key.dp()?),
            dq: text(self.key.dq()?),
            qi: text(&qi),
        })
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3).
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let digest = Sha256::digest(message);
        let mut blinding = Blinding::new(&self.blinding, &digest);
        // Fails only where the result, which is checked, came out wrong. Without a signature the
        // request is refused, and nothing that betrays the key gets out.
        self.key
            .sign_with_rng(&mut blinding, Pkcs1v15Sign::new::<Sha256>(), &digest)
            .unwrap_or_default()
    }
}

/// RFC 7518 §2 has numbers in "the minimum number of octets", but encoders of signed numbers put a zero
/// in front.
pub(super) fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// The size of a number without zeros in front.
pub(crate) fn bits(number: &[u8]) -> u32 {
    let unused = number.first().map_or(0, |first| first.leading_zeros());
    u32::try_from(number.len())
        .unwrap_or(u32::MAX)
        .saturating_mul(u8::BITS)
        .saturating_sub(unused)
}
