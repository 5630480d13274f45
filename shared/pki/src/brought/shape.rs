//! What a DER structure is, by its outline.

use crate::{
    asn1::{Element, Elements, Malformed, constructed},
    oid::{DATA, SIGNED_DATA},
};
use der::Tag;

/// The structures that people have as files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `Certificate`, RFC 5280 section 4.1; a certificate list has the same outline.
    Certificate,
    /// `CertificationRequest`, RFC 2986 section 4.2.
    Request,
    /// `PrivateKeyInfo`, RFC 5958 section 2.
    Pkcs8,
    /// `RSAPrivateKey`, RFC 8017 appendix A.1.2.
    Pkcs1,
    /// `ECPrivateKey`, RFC 5915 section 3.
    Sec1,
    /// OpenSSL's `DSAPrivateKey`: six numbers.
    Dsa,
    /// `EncryptedPrivateKeyInfo`, RFC 5958 section 3.
    EncryptedKey,
    /// `SubjectPublicKeyInfo`, RFC 5280 section 4.1, or `RSAPublicKey`, RFC 8017 appendix A.1.1.
    PublicKey,
    /// `SignedData` in a `ContentInfo`, RFC 5652 section 3: what a P7B is.
    SignedData,
    /// `PFX`, RFC 7292 section 4.
    Pfx,
}

impl Shape {
    /// The first SEQUENCE of what may have more behind it, a line end or OpenSSL's `CertAux`, and its shape.
    pub(super) fn find(octets: &[u8]) -> Option<(Self, &[u8])> {
        let (element, _) = Element::split(octets).ok()?;
        let shape = Self::of(element).ok().flatten()?;
        Some((shape, element.der))
    }

    fn of(element: Element<'_>) -> Result<Option<Self>, Malformed> {
        let mut elements = element.elements(Tag::Sequence)?;
        // Nothing here has more than ten.
        let mut outline = Vec::with_capacity(10);
        while !elements.is_finished() && outline.len() < 10 {
            outline.push(elements.element()?);
        }
        let tags: Vec<_> = outline.iter().map(|element| element.tag).collect();
        let tags: Option<Vec<Tag>> = tags.into_iter().collect();
        let tags = tags.unwrap_or_default();
        Ok(match (tags.as_slice(), outline.as_slice()) {
            ([Tag::Sequence, Tag::Sequence, Tag::BitString], [first, ..]) => {
                Some(Self::of_signed(*first)?)
            }
            ([Tag::Integer, Tag::Sequence, Tag::OctetString, ..], _) => Some(Self::Pkcs8),
            ([Tag::Integer, Tag::Sequence, ..], [_, content, ..]) => {
                let kind = Elements::new(content.value).oid()?;
                // Signed with a key pair instead of a password, it is a PFX all the same.
                (kind == DATA || kind == SIGNED_DATA).then_some(Self::Pfx)
            }
            ([Tag::Integer, Tag::OctetString, ..], _) => Some(Self::Sec1),
            ([Tag::Integer, Tag::Integer], _) | ([Tag::Sequence, Tag::BitString], _) => {
                Some(Self::PublicKey)
            }
            (numbers, _) if numbers.iter().all(|tag| *tag == Tag::Integer) => match numbers.len() {
                6 => Some(Self::Dsa),
                9.. => Some(Self::Pkcs1),
                _ => None,
            },
            ([Tag::Sequence, Tag::OctetString], _) => Some(Self::EncryptedKey),
            ([Tag::ObjectIdentifier, ..], [kind, ..]) => {
                (kind.value == SIGNED_DATA.as_bytes()).then_some(Self::SignedData)
            }
            _ => None,
        })
    }

    /// Request and certificate have the same outline around what is signed: the former has a version, a
    /// name and a key in it, and attributes perhaps.
    fn of_signed(signed: Element<'_>) -> Result<Self, Malformed> {
        let mut info = Elements::new(signed.value);
        let has_version = info.optional(Tag::Integer)?.is_some();
        let has_two =
            info.optional(Tag::Sequence)?.is_some() && info.optional(Tag::Sequence)?.is_some();
        let _attributes = info.optional(constructed(0))?;
        Ok(if has_version && has_two && info.is_finished() {
            Self::Request
        } else {
            Self::Certificate
        })
    }
}
