//! Signatures on certificates: RSA PKCS#1 v1.5 and ECDSA on P-256 and P-384, each with SHA-256,
//! SHA-384 or SHA-512. That is what publicly trusted CAs may use (CA/Browser Forum Baseline
//! Requirements, section 7.1.3.2) apart from RSASSA-PSS and P-521, which none uses.

use crate::{
    Certificate,
    oid::{
        EC_PUBLIC_KEY, ECDSA_WITH_SHA256, ECDSA_WITH_SHA384, ECDSA_WITH_SHA512, RSA_ENCRYPTION,
        SECP256R1, SECP384R1, SHA256_WITH_RSA, SHA384_WITH_RSA, SHA512_WITH_RSA,
    },
};
use der::asn1::ObjectIdentifier;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::{Pkcs1v15Sign, RsaPublicKey};
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_cert::spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef};

/// Why a signature is not accepted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SignatureError {
    /// It does not verify, or the certificate contradicts itself.
    Invalid,
    /// Its algorithm, or the key's, is none of ours.
    Unsupported(ObjectIdentifier),
}

#[derive(Clone, Copy)]
enum Scheme {
    Rsa(Hash),
    Ecdsa(Hash),
}

#[derive(Clone, Copy)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// Checks that `issuer_key` made the signature of `certificate`.
pub(crate) fn verify(
    certificate: &Certificate,
    issuer_key: &SubjectPublicKeyInfoOwned,
) -> Result<(), SignatureError> {
    let parsed = certificate.parsed();
    // RFC 5280 section 4.1.1.2: "This field MUST contain the same algorithm identifier as the
    // signature field in the sequence tbsCertificate".
    if parsed.signature_algorithm() != parsed.tbs_certificate().signature() {
        return Err(SignatureError::Invalid);
    }
    let scheme = Scheme::from_oid(parsed.signature_algorithm().oid)?;
    let message = certificate
        .signed_octets()
        .map_err(|_| SignatureError::Invalid)?;
    let signature = parsed
        .signature()
        .as_bytes()
        .ok_or(SignatureError::Invalid)?;
    match scheme {
        Scheme::Rsa(hash) => verify_rsa(issuer_key, hash, message, signature),
        Scheme::Ecdsa(hash) => verify_ecdsa(issuer_key, &hash.digest(message), signature),
    }
}

impl Scheme {
    /// RFC 4055 section 5 and RFC 5758 section 3.2.
    fn from_oid(oid: ObjectIdentifier) -> Result<Self, SignatureError> {
        match oid {
            SHA256_WITH_RSA => Ok(Self::Rsa(Hash::Sha256)),
            SHA384_WITH_RSA => Ok(Self::Rsa(Hash::Sha384)),
            SHA512_WITH_RSA => Ok(Self::Rsa(Hash::Sha512)),
            ECDSA_WITH_SHA256 => Ok(Self::Ecdsa(Hash::Sha256)),
            ECDSA_WITH_SHA384 => Ok(Self::Ecdsa(Hash::Sha384)),
            ECDSA_WITH_SHA512 => Ok(Self::Ecdsa(Hash::Sha512)),
            other => Err(SignatureError::Unsupported(other)),
        }
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
    key: &SubjectPublicKeyInfoOwned,
    hash: Hash,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    if key.algorithm.oid != RSA_ENCRYPTION {
        return Err(SignatureError::Invalid);
    }
    let key = RsaPublicKey::try_from(key_ref(key)).map_err(|_| SignatureError::Invalid)?;
    key.verify(hash.rsa_padding(), &hash.digest(message), signature)
        .map_err(|_| SignatureError::Invalid)
}

fn verify_ecdsa(
    key: &SubjectPublicKeyInfoOwned,
    digest: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    if key.algorithm.oid != EC_PUBLIC_KEY {
        return Err(SignatureError::Invalid);
    }
    let point = key
        .subject_public_key
        .as_bytes()
        .ok_or(SignatureError::Invalid)?;
    let verified = match key_ref(key).algorithm.parameters_oid() {
        Ok(SECP256R1) => p256::ecdsa::VerifyingKey::from_sec1_bytes(point).and_then(|key| {
            key.verify_prehash(digest, &p256::ecdsa::DerSignature::try_from(signature)?)
        }),
        Ok(SECP384R1) => p384::ecdsa::VerifyingKey::from_sec1_bytes(point).and_then(|key| {
            key.verify_prehash(digest, &p384::ecdsa::DerSignature::try_from(signature)?)
        }),
        Ok(curve) => return Err(SignatureError::Unsupported(curve)),
        Err(_) => return Err(SignatureError::Invalid),
    };
    verified.map_err(|_| SignatureError::Invalid)
}

fn key_ref(key: &SubjectPublicKeyInfoOwned) -> SubjectPublicKeyInfoRef<'_> {
    der::referenced::OwnedToRef::owned_to_ref(key)
}
