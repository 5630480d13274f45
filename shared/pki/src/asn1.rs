//! ASN.1 (X.690) element by element.
//!
//! Written strictly, as DER; read more leniently ([`Element`]): what other programs made is kept byte for
//! byte, so that nothing depends on its being the one right encoding. What elements mean together is
//! written where it is known (certificate, name, request, PFX) and not as derived types, which would be
//! the largest part of this crate in WebAssembly.

mod object_id;
mod read;

pub(crate) use object_id::ObjectId;
pub(crate) use read::{Element, Elements, Malformed};

use crate::Error;
use der::{Any, Encode, Tag, TagNumber, asn1::ObjectIdentifier};

/// The tag `[number]` of something constructed, or tagged explicitly.
pub(crate) const fn constructed(number: u32) -> Tag {
    Tag::ContextSpecific {
        constructed: true,
        number: TagNumber(number),
    }
}

/// The tag `[number]` of something primitive, tagged implicitly.
pub(crate) const fn primitive(number: u32) -> Tag {
    Tag::ContextSpecific {
        constructed: false,
        number: TagNumber(number),
    }
}

/// An element with `parts`, one after the other, as its contents.
pub(crate) fn element(tag: Tag, parts: &[&[u8]]) -> Result<Vec<u8>, Error> {
    Ok(Any::new(tag, parts.concat())?.to_der()?)
}

/// A SEQUENCE of elements.
pub(crate) fn sequence(parts: &[&[u8]]) -> Result<Vec<u8>, Error> {
    element(Tag::Sequence, parts)
}

/// A SET OF elements in the order that X.690 section 11.6 demands.
pub(crate) fn set_of(mut parts: Vec<Vec<u8>>) -> Result<Vec<u8>, Error> {
    parts.sort_unstable();
    element(Tag::Set, &[&parts.concat()])
}

pub(crate) fn octet_string(octets: &[u8]) -> Result<Vec<u8>, Error> {
    element(Tag::OctetString, &[octets])
}

/// A BIT STRING of whole octets.
pub(crate) fn bit_string(octets: &[u8]) -> Result<Vec<u8>, Error> {
    element(Tag::BitString, &[&[0], octets])
}

pub(crate) fn integer(number: u32) -> Result<Vec<u8>, Error> {
    Ok(number.to_der()?)
}

pub(crate) fn oid(oid: ObjectIdentifier) -> Result<Vec<u8>, Error> {
    element(Tag::ObjectIdentifier, &[oid.as_bytes()])
}

/// `AlgorithmIdentifier`, RFC 5280 section 4.1.1.2, with `parameters` in DER or none.
pub(crate) fn algorithm(algorithm: ObjectIdentifier, parameters: &[u8]) -> Result<Vec<u8>, Error> {
    sequence(&[&oid(algorithm)?, parameters])
}

/// NULL, the parameters of algorithms that have none but must say so.
pub(crate) const NULL: &[u8] = &[0x05, 0x00];
