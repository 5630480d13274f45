//! What a certification request asks for, and whether whoever made it has the key.

use crate::{
    CertificationRequest, DistinguishedName, Error, KeyType, SubjectName,
    alternative_names::AlternativeNames,
    asn1::{Elements, Malformed, ObjectId, constructed},
    certificate::Parts,
    oid::{
        ECDSA_WITH_SHA1, ECDSA_WITH_SHA224, EXTENSION_REQUEST, MD5_WITH_RSA, RSASSA_PSS,
        SHA1_WITH_RSA, SHA224_WITH_RSA, SUBJECT_ALT_NAME,
    },
    public_key::PublicKey,
    signature::{SignatureError, verify_parts},
};
use der::Tag;
use std::fmt;

/// What a request of somebody else's says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestFacts {
    /// The names, each once: those of the subjectAltName extension and the common name.
    pub names: Vec<SubjectName>,
    /// Names of other kinds, which no ACME order has.
    pub other_names: Vec<String>,
    /// The type of its key.
    pub key_type: KeyType,
    /// Its key as a `SubjectPublicKeyInfo` in DER.
    pub public_key_der: Vec<u8>,
}

/// Signature algorithms of requests that are known and that CAs refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefusedAlgorithm {
    /// MD5, with RSA.
    Md5,
    /// SHA-1, with RSA or ECDSA.
    Sha1,
    /// SHA-224, with RSA or ECDSA.
    Sha224,
    /// RSASSA-PSS, with any hash.
    RsaPss,
    /// Any other, by its object identifier.
    Other(String),
}

impl RefusedAlgorithm {
    fn of(oid: &ObjectId) -> Self {
        match oid.known() {
            Some(MD5_WITH_RSA) => Self::Md5,
            Some(SHA1_WITH_RSA | ECDSA_WITH_SHA1) => Self::Sha1,
            Some(SHA224_WITH_RSA | ECDSA_WITH_SHA224) => Self::Sha224,
            Some(RSASSA_PSS) => Self::RsaPss,
            _ => Self::Other(oid.to_string()),
        }
    }
}

impl fmt::Display for RefusedAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Md5 => f.write_str("MD5"),
            Self::Sha1 => f.write_str("SHA-1"),
            Self::Sha224 => f.write_str("SHA-224"),
            Self::RsaPss => f.write_str("RSASSA-PSS"),
            Self::Other(oid) => write!(f, "the algorithm {oid}"),
        }
    }
}

impl CertificationRequest {
    /// What it asks for.
    ///
    /// # Errors
    /// [`Error::RequestMalformed`]; [`Error::RequestKey`] for keys that CAs refuse (CA/Browser Forum
    /// Baseline Requirements, section 6.1.5); [`Error::RequestAlgorithm`] for signatures that they refuse;
    /// [`Error::RequestSignature`] where the signature is not by the key.
    pub fn facts(&self) -> Result<RequestFacts, Error> {
        let (public_key_der, asked) =
            read(self.as_der()).map_err(|Malformed| Error::RequestMalformed)?;
        let key = PublicKey::from_der(&public_key_der).map_err(|_| Error::RequestMalformed)?;
        let says = key.describe();
        let key_type = KeyType::ALL
            .into_iter()
            .find(|kind| kind.to_string() == says)
            .ok_or(Error::RequestKey { key: says })?;
        let parts = Parts::from_der(self.as_der()).map_err(|_| Error::RequestMalformed)?;
        verify_parts(&parts, &public_key_der).map_err(|error| match error {
            SignatureError::Invalid => Error::RequestSignature,
            SignatureError::Unsupported(oid) => Error::RequestAlgorithm {
                algorithm: RefusedAlgorithm::of(&oid),
            },
        })?;
        Ok(RequestFacts {
            names: asked.names,
            other_names: asked.others,
            key_type,
            public_key_der,
        })
    }
}

/// `CertificationRequestInfo`, RFC 2986 section 4.1: the key, and the names, each once.
fn read(der: &[u8]) -> Result<(Vec<u8>, AlternativeNames), Malformed> {
    let mut info = Elements::of_sequence(der)?.sequence()?;
    info.expect(Tag::Integer)?;
    let subject = DistinguishedName::from_element(info.element()?)?;
    let key = info.expect(Tag::Sequence)?.der.to_vec();
    let mut found = AlternativeNames::default();
    let attributes = info.optional(constructed(0))?;
    let mut attributes = Elements::new(attributes.map_or(&[], |attributes| attributes.value));
    while !attributes.is_finished() {
        let mut attribute = attributes.sequence()?;
        if attribute.oid()? == EXTENSION_REQUEST {
            let mut values = attribute.expect(Tag::Set)?.elements(Tag::Set)?;
            found = names_among(values.sequence()?)?.unwrap_or(found);
        }
    }
    let mut names: Vec<SubjectName> = Vec::new();
    let common_name = subject.common_name().and_then(|name| name.parse().ok());
    for name in found.names.into_iter().chain(common_name) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let others = found.others;
    Ok((key, AlternativeNames { names, others }))
}

/// `Extensions`, RFC 5280 section 4.1.
fn names_among(mut extensions: Elements<'_>) -> Result<Option<AlternativeNames>, Malformed> {
    while !extensions.is_finished() {
        let mut extension = extensions.sequence()?;
        let kind = extension.oid()?;
        let _critical = extension.optional(Tag::Boolean)?;
        let value = extension.expect(Tag::OctetString)?.value;
        if kind == SUBJECT_ALT_NAME {
            return AlternativeNames::from_der(value).map(Some);
        }
    }
    Ok(None)
}
