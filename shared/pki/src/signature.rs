//! Signatures on certificates: RSA PKCS#1 v1.5 and ECDSA on P-256 and P-384, each with SHA-256,
//! SHA-384 or SHA-512. That is what publicly trusted CAs may use (CA/Browser Forum Baseline
//! Requirements, section 7.1.3.2) apart from RSASSA-PSS and P-521, which none uses.

use crate::{
    Certificate,
    asn1::{Elements, Malformed},
    certificate::Parts,
    oid::{
        ECDSA_WITH_SHA256, ECDSA_WITH_SHA384, ECDSA_WITH_SHA512, SECP256R1, SECP384R1,
        SHA256_WITH_RSA, SHA384_WITH_RSA, SHA512_WITH_RSA,
    },
    public_key::PublicKey,
};
use der::asn1::ObjectIdentifier;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::{Pkcs1v15Sign, RsaPublicKey, pkcs1::DecodeRsaPublicKey};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// Why a signature is not accepted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SignatureError {
    /// It does not verify.
    Invalid,
    /// Its algorithm, or the key's curve, is none of ours.
    Unsupported(ObjectIdentifier),
}

impl From<Malformed> for SignatureError {
    fn from(_: Malformed) -> Self {
        Self::Invalid
    }
}

#[derive(Clone, Copy)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// Checks that the key of `issuer` made the signature of `certificate`.
pub(crate) fn verify(
    certificate: &Certificate,
    issuer: &Certificate,
) -> Result<(), SignatureError> {
    verify_parts(
        &Parts::from_der(certificate.as_der())?,
        issuer.public_key_der(),
    )
}

/// Checks that the key made the signature of what is signed like a certificate.
pub(crate) fn verify_parts(parts: &Parts<'_>, public_key_der: &[u8]) -> Result<(), SignatureError> {
    let key = PublicKey::from_der(public_key_der)?;
    let algorithm = Elements::new(parts.signature_algorithm.value)?.oid()?;
    let (is_rsa, hash) = parse_algorithm(algorithm)?;
    let digest = hash.digest(parts.tbs.der);
    match key {
        PublicKey::Rsa { pkcs1_der } if is_rsa => {
            verify_rsa(pkcs1_der, hash.rsa_padding(), &digest, parts.signature)
        }
        PublicKey::Ec { curve, point } if !is_rsa => {
            verify_ecdsa(curve, point, &digest, parts.signature)
        }
        _ => Err(SignatureError::Invalid),
    }
}

/// RFC 4055 section 5 and RFC 5758 section 3.2: whether it is RSA, and the hash.
fn parse_algorithm(oid: ObjectIdentifier) -> Result<(bool, Hash), SignatureError> {
    match oid {
        SHA256_WITH_RSA => Ok((true, Hash::Sha256)),
        SHA384_WITH_RSA => Ok((true, Hash::Sha384)),
        SHA512_WITH_RSA => Ok((true, Hash::Sha512)),
        ECDSA_WITH_SHA256 => Ok((false, Hash::Sha256)),
        ECDSA_WITH_SHA384 => Ok((false, Hash::Sha384)),
        ECDSA_WITH_SHA512 => Ok((false, Hash::Sha512)),
        other => Err(SignatureError::Unsupported(other)),
    }
}

impl Hash {
    fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }

    fn rsa_padding(self) -> Pkcs1v15Sign {
        match self {
            Self::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
            Self::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
            Self::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
        }
    }
}

fn verify_rsa(
    pkcs1_der: &[u8],
    padding: Pkcs1v15Sign,
    digest: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let key = RsaPublicKey::from_pkcs1_der(pkcs1_der).map_err(|_| SignatureError::Invalid)?;
    key.verify(padding, digest, signature)
        .map_err(|_| SignatureError::Invalid)
}

fn verify_ecdsa(
    curve: ObjectIdentifier,
    point: &[u8],
    digest: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let verified = match curve {
        SECP256R1 => p256::ecdsa::VerifyingKey::from_sec1_bytes(point).and_then(|key| {
            key.verify_prehash(digest, &p256::ecdsa::DerSignature::try_from(signature)?)
        }),
        SECP384R1 => p384::ecdsa::VerifyingKey::from_sec1_bytes(point).and_then(|key| {
            key.verify_prehash(digest, &p384::ecdsa::DerSignature::try_from(signature)?)
        }),
        other => return Err(SignatureError::Unsupported(other)),
    };
    verified.map_err(|_| SignatureError::Invalid)
}
