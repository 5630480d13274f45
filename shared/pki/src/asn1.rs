//! DER (X.690) element by element.
//!
//! The `der` crate reads and writes tags and lengths, strictly. What elements mean together is written
//! where it is known (certificate, name, request, PFX) and not as derived types, which would be the
//! largest part of this crate in WebAssembly.

use crate::Error;
use der::{
    Any, AnyRef, Decode, Encode, Reader, SliceReader, Tag, TagNumber, asn1::ObjectIdentifier,
};

/// What is read is not the DER that it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

impl From<der::Error> for Malformed {
    fn from(_: der::Error) -> Self {
        Self
    }
}

/// One element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) tag: Tag,
    /// The contents octets.
    pub(crate) value: &'a [u8],
    /// Tag, length and contents.
    pub(crate) der: &'a [u8],
}

impl<'a> Element<'a> {
    /// The whole of `der`.
    pub(crate) fn parse(der: &'a [u8]) -> Result<Self, Malformed> {
        let any = AnyRef::from_der(der)?;
        Ok(Self {
            tag: der::Tagged::tag(&any),
            value: any.value(),
            der,
        })
    }

    /// The elements in this one, which must have `tag`.
    pub(crate) fn elements(self, tag: Tag) -> Result<Elements<'a>, Malformed> {
        if self.tag == tag {
            Elements::new(self.value)
        } else {
            Err(Malformed)
        }
    }
}

/// Reads elements that follow one another.
pub(crate) struct Elements<'a>(SliceReader<'a>);

impl<'a> Elements<'a> {
    pub(crate) fn new(octets: &'a [u8]) -> Result<Self, Malformed> {
        Ok(Self(SliceReader::new(octets)?))
    }

    /// The elements of `der`, one SEQUENCE.
    pub(crate) fn of_sequence(der: &'a [u8]) -> Result<Self, Malformed> {
        Element::parse(der)?.elements(Tag::Sequence)
    }

    pub(crate) fn element(&mut self) -> Result<Element<'a>, Malformed> {
        Element::parse(self.0.tlv_bytes()?)
    }

    /// The next element, which must have `tag`.
    pub(crate) fn expect(&mut self, tag: Tag) -> Result<Element<'a>, Malformed> {
        let element = self.element()?;
        if element.tag == tag {
            Ok(element)
        } else {
            Err(Malformed)
        }
    }

    /// The elements in the next one, which must be a SEQUENCE.
    pub(crate) fn sequence(&mut self) -> Result<Self, Malformed> {
        Self::new(self.expect(Tag::Sequence)?.value)
    }

    /// The next element if it has `tag`.
    pub(crate) fn optional(&mut self, tag: Tag) -> Result<Option<Element<'a>>, Malformed> {
        if self.is_finished() || Tag::peek(&self.0)? != tag {
            Ok(None)
        } else {
            self.element().map(Some)
        }
    }

    pub(crate) fn oid(&mut self) -> Result<ObjectIdentifier, Malformed> {
        parse_oid(self.expect(Tag::ObjectIdentifier)?.value)
    }

    /// The octets of a BIT STRING that is no bit longer or shorter than they are.
    pub(crate) fn bit_string(&mut self) -> Result<&'a [u8], Malformed> {
        match self.expect(Tag::BitString)?.value {
            [0, octets @ ..] => Ok(octets),
            _ => Err(Malformed),
        }
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    /// Makes sure that nothing is left.
    pub(crate) fn finish(self) -> Result<(), Malformed> {
        if self.is_finished() {
            Ok(())
        } else {
            Err(Malformed)
        }
    }
}

pub(crate) fn parse_oid(value: &[u8]) -> Result<ObjectIdentifier, Malformed> {
    ObjectIdentifier::from_bytes(value).map_err(|_| Malformed)
}

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
