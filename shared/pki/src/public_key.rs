//! `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7), taken apart.

use crate::{
    KeyType,
    asn1::{Elements, Malformed, ObjectId},
    oid::{EC_PUBLIC_KEY, ED25519, RSA_ENCRYPTION, SECP256R1, SECP384R1, SECP521R1},
};
use der::Tag;

/// A public key as far as its algorithm is known.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PublicKey<'a> {
    /// An elliptic curve and a point on it (RFC 5480 section 2.2).
    Ec { curve: ObjectId, point: &'a [u8] },
    /// An `RSAPublicKey` in DER (RFC 8017 appendix A.1.1).
    Rsa { pkcs1_der: &'a [u8] },
    /// Anything else.
    Other(ObjectId),
}

impl<'a> PublicKey<'a> {
    pub(crate) fn from_der(der: &'a [u8]) -> Result<Self, Malformed> {
        let mut info = Elements::of_sequence(der)?;
        let mut algorithm = info.sequence()?;
        let key = info.bit_string()?;
        info.finish()?;
        let algorithm_id = algorithm.object_id()?;
        if algorithm_id == EC_PUBLIC_KEY {
            Ok(Self::Ec {
                curve: algorithm.object_id()?,
                point: key,
            })
        } else if algorithm_id == RSA_ENCRYPTION {
            Ok(Self::Rsa { pkcs1_der: key })
        } else {
            Ok(Self::Other(algorithm_id))
        }
    }

    /// For people: "ECDSA P-256", "RSA 2048", …, or the object identifier.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Ec { curve, .. } => match curve.known() {
                Some(SECP256R1) => KeyType::P256.to_string(),
                Some(SECP384R1) => KeyType::P384.to_string(),
                Some(SECP521R1) => "ECDSA P-521".to_owned(),
                _ => format!("ECDSA {curve}"),
            },
            Self::Rsa { pkcs1_der } => match modulus_bits(pkcs1_der) {
                Ok(bits) => format!("RSA {bits}"),
                Err(Malformed) => "RSA".to_owned(),
            },
            Self::Other(oid) if *oid == ED25519 => "Ed25519".to_owned(),
            Self::Other(oid) => oid.to_string(),
        }
    }
}

/// Bits of the modulus of an `RSAPublicKey`.
fn modulus_bits(pkcs1_der: &[u8]) -> Result<u32, Malformed> {
    let modulus = Elements::of_sequence(pkcs1_der)?.expect(Tag::Integer)?;
    Ok(bit_length(modulus.value))
}

/// Bits of a positive number, the contents of an INTEGER.
pub(crate) fn bit_length(integer: &[u8]) -> u32 {
    let significant: &[u8] = match integer {
        [0, rest @ ..] => rest,
        all => all,
    };
    let leading_zeros = significant.first().map_or(0, |octet| octet.leading_zeros());
    u32::try_from(significant.len())
        .unwrap_or(u32::MAX)
        .saturating_mul(8)
        .saturating_sub(leading_zeros)
}
