//! What a certification request asks for, and whether whoever made it has the key.

use crate::{
    CertificationRequest, DistinguishedName, Error, KeyType, SubjectName,
    alternative_names::AlternativeNames,
    asn1::{Elements, Malformed, constructed},
    certificate::Parts,
    oid::{EXTENSION_REQUEST, SUBJECT_ALT_NAME},
    pem,
    public_key::PublicKey,
    signature::{SignatureError, verify_parts},
};
use der::Tag;

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

impl CertificationRequest {
    /// Takes a request as a file has it: PEM, with text around it or not, or DER.
    ///
    /// # Errors
    /// [`Error::RequestMalformed`].
    pub fn from_file(content: &[u8]) -> Result<Self, Error> {
        let blocks = pem::blocks(content);
        let labels = [pem::CERTIFICATE_REQUEST, "NEW CERTIFICATE REQUEST"];
        match blocks
            .iter()
            .find(|block| labels.contains(&block.label.as_str()))
        {
            Some(block) => Self::from_der(&block.der),
            None => Self::from_der(content),
        }
    }

    /// What it asks for.
    ///
    /// # Errors
    /// [`Error::RequestMalformed`]; [`Error::RequestKey`] for keys that CAs refuse (CA/Browser Forum
    /// Baseline Requirements, section 6.1.5); [`Error::RequestSignature`] where the signature is not by
    /// the key, or cannot be checked.
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
            SignatureError::Invalid | SignatureError::Unsupported(_) => Error::RequestSignature,
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
    let mut attributes = Elements::new(info.expect(constructed(0))?.value);
    let mut found = AlternativeNames::default();
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
