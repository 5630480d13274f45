//! Signatures on certificates: RSA PKCS#1 v1.5 and ECDSA on P-256 and P-384, each with SHA-256,
//! SHA-384 or SHA-512. That is what publicly trusted CAs use (CA/Browser Forum Baseline Requirements,
//! section 7.1.3.2); of any other it is said that it was not checked.

use crate::{
    Certificate,
    asn1::{Elements, Malformed, ObjectId},
    certificate::Parts,
    oid::{
        ECDSA_WITH_SHA256, ECDSA_WITH_SHA384, ECDSA_WITH_SHA512, RSA_ENCRYPTION, SECP256R1,
        SECP384R1, SHA256_WITH_RSA, SHA384_WITH_RSA, SHA512_WITH_RSA,
    },
    public_key::PublicKey,
};
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::{Pkcs1v15Sign, RsaPublicKey, pkcs1::DecodeRsaPublicKey};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// Why a signature is not accepted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SignatureError {
    /// It does not verify.
    Invalid,
    /// Its algorithm, or the key, is none of ours.
    Unsupported(ObjectId),
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
    let parts = Parts::from_der(certificate.as_der())?;
    // RFC 5280 section 4.1.1.2: signatureAlgorithm "MUST contain the same algorithm identifier as the
    // signature field in the sequence tbsCertificate".
    if parts.inner_algorithm()?.der != parts.signature_algorithm.der {
        return Err(SignatureError::Invalid);
    }
    verify_parts(&parts, issuer.public_key_der())
}

/// Checks that the key made the signature of what is signed like a certificate.
pub(crate) fn verify_parts(parts: &Parts<'_>, public_key_der: &[u8]) -> Result<(), SignatureError> {
    let algorithm = Elements::new(parts.signature_algorithm.value).object_id()?;
    let (is_rsa, hash) = parse_algorithm(&algorithm)
        .ok_or_else(|| SignatureError::Unsupported(algorithm.clone()))?;
    let digest = hash.digest(parts.tbs.der);
    match PublicKey::from_der(public_key_der) {
        Ok(PublicKey::Rsa { pkcs1_der }) if is_rsa => {
            verify_rsa(pkcs1_der, hash.rsa_padding(), &digest, parts.signature)
        }
        Ok(PublicKey::Ec { curve, point }) if !is_rsa => {
            verify_ecdsa(curve, point, &digest, parts.signature)
        }
        Ok(PublicKey::Other(kind)) => Err(SignatureError::Unsupported(kind)),
        Ok(_) => Err(SignatureError::Invalid),
        Err(Malformed) => Err(SignatureError::Unsupported(algorithm)),
    }
}

/// RFC 4055 section 5 and RFC 5758 section 3.2: whether it is RSA, and the hash.
fn parse_algorithm(id: &ObjectId) -> Option<(bool, Hash)> {
    match id.known()? {
        SHA256_WITH_RSA => Some((true, Hash::Sha256)),
        SHA384_WITH_RSA => Some((true, Hash::Sha384)),
        SHA512_WITH_RSA => Some((true, Hash::Sha512)),
        ECDSA_WITH_SHA256 => Some((false, Hash::Sha256)),
        ECDSA_WITH_SHA384 => Some((false, Hash::Sha384)),
        ECDSA_WITH_SHA512 => Some((false, Hash::Sha512)),
        _ => None,
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
    // Keys beyond 4096 bits, or with unusual exponents, are not read.
    let key = RsaPublicKey::from_pkcs1_der(pkcs1_der)
        .map_err(|_| SignatureError::Unsupported(RSA_ENCRYPTION.into()))?;
    key.verify(padding, digest, signature)
        .map_err(|_| SignatureError::Invalid)
}

fn verify_ecdsa(
    curve: ObjectId,
    point: &[u8],
    digest: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let verified = match curve.known() {
        Some(SECP256R1) => p256::ecdsa::VerifyingKey::from_sec1_bytes(point).and_then(|key| {
            key.verify_prehash(digest, &p256::ecdsa::DerSignature::try_from(signature)?)
        }),
        Some(SECP384R1) => p384::ecdsa::VerifyingKey::from_sec1_bytes(point).and_then(|key| {
            key.verify_prehash(digest, &p384::ecdsa::DerSignature::try_from(signature)?)
        }),
        _ => return Err(SignatureError::Unsupported(curve)),
    };
    verified.map_err(|_| SignatureError::Invalid)
}
