//! The structures of RFC 7292, RFC 5652 and RFC 8018 that a PFX consists of, as far as it is written
//! here.

use crate::Error;
use der::{
    Any, EncodeValue, Sequence, Tagged,
    asn1::{ObjectIdentifier, OctetString},
};
use x509_cert::{attr::Attributes, spki::AlgorithmIdentifierOwned};

/// `PFX`, RFC 7292 section 4.
#[derive(Sequence)]
pub(super) struct Pfx {
    /// 3
    pub(super) version: u8,
    pub(super) auth_safe: ContentInfo,
    pub(super) mac_data: Option<MacData>,
}

/// `MacData`, RFC 7292 section 4.
#[derive(Sequence)]
pub(super) struct MacData {
    pub(super) mac: DigestInfo,
    pub(super) salt: OctetString,
    /// Never its default of 1, so always present.
    pub(super) iterations: u32,
}

/// `DigestInfo`, RFC 8017 section 9.2.
#[derive(Sequence)]
pub(super) struct DigestInfo {
    pub(super) algorithm: AlgorithmIdentifierOwned,
    pub(super) digest: OctetString,
}

/// `ContentInfo`, RFC 5652 section 3.
#[derive(Sequence)]
pub(super) struct ContentInfo {
    kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    content: Any,
}

impl ContentInfo {
    pub(super) fn new<T: Tagged + EncodeValue>(
        kind: ObjectIdentifier,
        content: &T,
    ) -> Result<Self, Error> {
        Ok(Self {
            kind,
            content: Any::encode_from(content)?,
        })
    }
}

/// `EncryptedData`, RFC 5652 section 8.
#[derive(Sequence)]
pub(super) struct EncryptedData {
    /// 0
    pub(super) version: u8,
    pub(super) content: EncryptedContentInfo,
}

/// `EncryptedContentInfo`, RFC 5652 section 6.1.
#[derive(Sequence)]
pub(super) struct EncryptedContentInfo {
    pub(super) kind: ObjectIdentifier,
    pub(super) algorithm: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub(super) content: Option<OctetString>,
}

/// `SafeBag`, RFC 7292 section 4.2.
#[derive(Sequence)]
pub(super) struct SafeBag {
    pub(super) kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub(super) value: Any,
    pub(super) attributes: Option<Attributes>,
}

/// `CertBag`, RFC 7292 section 4.2.3.
#[derive(Sequence)]
pub(super) struct CertificateBag {
    pub(super) kind: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT")]
    pub(super) value: OctetString,
}

/// `EncryptedPrivateKeyInfo`, RFC 5958 section 3.
#[derive(Sequence)]
pub(super) struct Encrypted {
    pub(super) algorithm: AlgorithmIdentifierOwned,
    pub(super) data: OctetString,
}

/// `pkcs-12PbeParams`, RFC 7292 appendix C.
#[derive(Sequence)]
pub(super) struct PbeParameters {
    pub(super) salt: OctetString,
    pub(super) iterations: u32,
}

/// `PBES2-params`, RFC 8018 appendix A.4.
#[derive(Sequence)]
pub(super) struct Pbes2Parameters {
    pub(super) key_derivation: AlgorithmIdentifierOwned,
    pub(super) encryption: AlgorithmIdentifierOwned,
}

/// `PBKDF2-params`, RFC 8018 appendix A.2; the optional key length is left out, as the cipher has but
/// one.
#[derive(Sequence)]
pub(super) struct Pbkdf2Parameters {
    pub(super) salt: OctetString,
    pub(super) iterations: u32,
    pub(super) prf: AlgorithmIdentifierOwned,
}
