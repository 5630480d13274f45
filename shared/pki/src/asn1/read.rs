//! Reading: BER with definite or indefinite lengths.

use super::ObjectId;
use der::{Decode, Tag, asn1::ObjectIdentifier};

/// What is read is not what it should be.
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
    /// Nothing where it is a type that is never looked at, such as `UniversalString`.
    pub(crate) tag: Option<Tag>,
    /// The contents octets.
    pub(crate) value: &'a [u8],
    /// Tag, length and contents, and the end where the length is indefinite.
    pub(crate) der: &'a [u8],
}

/// Identifier octet of a constructed element.
const CONSTRUCTED: u8 = 0x20;
/// Ends an element of indefinite length (X.690 section 8.1.5).
const END_OF_CONTENTS: &[u8] = &[0, 0];
/// Most elements of indefinite length that may be in one another.
const MAX_DEPTH: usize = 16;

impl<'a> Element<'a> {
    /// The whole of `der`.
    pub(crate) fn parse(der: &'a [u8]) -> Result<Self, Malformed> {
        match Self::split(der)? {
            (element, []) => Ok(element),
            _ => Err(Malformed),
        }
    }

    /// The first element of `octets`, and what follows it.
    pub(crate) fn split(octets: &'a [u8]) -> Result<(Self, &'a [u8]), Malformed> {
        Self::split_at_depth(octets, 0)
    }

    fn split_at_depth(octets: &'a [u8], depth: usize) -> Result<(Self, &'a [u8]), Malformed> {
        let (identifier, rest) = split_identifier(octets)?;
        let (length, contents) = split_length(rest)?;
        let (value, after) = match length {
            Some(length) => contents.split_at_checked(length).ok_or(Malformed)?,
            None if depth < MAX_DEPTH && identifier.first().is_some_and(is_constructed) => {
                split_indefinite(contents, depth + 1)?
            }
            None => return Err(Malformed),
        };
        let (der, _) = octets
            .split_at_checked(octets.len() - after.len())
            .ok_or(Malformed)?;
        let tag = Tag::from_der(identifier).ok();
        Ok((Self { tag, value, der }, after))
    }

    /// The elements in this one, which must have `tag`.
    pub(crate) fn elements(self, tag: Tag) -> Result<Elements<'a>, Malformed> {
        if self.tag == Some(tag) {
            Ok(Elements::new(self.value))
        } else {
            Err(Malformed)
        }
    }
}

fn is_constructed(identifier: &u8) -> bool {
    identifier & CONSTRUCTED != 0
}

/// X.690 section 8.1.2: one octet, or several where the tag's number is large.
fn split_identifier(octets: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let length = match octets {
        [first, more @ ..] if first & 0x1F == 0x1F => {
            let last = more.iter().take(5).position(|octet| octet & 0x80 == 0);
            last.ok_or(Malformed)? + 2
        }
        [_, ..] => 1,
        [] => return Err(Malformed),
    };
    octets.split_at_checked(length).ok_or(Malformed)
}

/// X.690 section 8.1.3: the number of contents octets, nothing where it is indefinite.
fn split_length(octets: &[u8]) -> Result<(Option<usize>, &[u8]), Malformed> {
    let (first, rest) = octets.split_first().ok_or(Malformed)?;
    match first {
        0..=0x7F => Ok((Some(usize::from(*first)), rest)),
        0x80 => Ok((None, rest)),
        _ => {
            let count = usize::from(first & 0x7F);
            let (digits, rest) = rest.split_at_checked(count).ok_or(Malformed)?;
            let mut length: u32 = 0;
            for digit in digits {
                length = length.checked_mul(256).ok_or(Malformed)? | u32::from(*digit);
            }
            Ok((Some(usize::try_from(length).map_err(|_| Malformed)?), rest))
        }
    }
}

/// The contents up to the octets that end them, and what follows those.
fn split_indefinite(contents: &[u8], depth: usize) -> Result<(&[u8], &[u8]), Malformed> {
    let mut rest = contents;
    loop {
        if let Some(after) = rest.strip_prefix(END_OF_CONTENTS) {
            let length = contents.len() - rest.len();
            let (value, _) = contents.split_at_checked(length).ok_or(Malformed)?;
            return Ok((value, after));
        }
        (_, rest) = Element::split_at_depth(rest, depth)?;
    }
}

/// Reads elements that follow one another.
pub(crate) struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    pub(crate) fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    /// The elements of `der`, one SEQUENCE.
    pub(crate) fn of_sequence(der: &'a [u8]) -> Result<Self, Malformed> {
        Element::parse(der)?.elements(Tag::Sequence)
    }

    pub(crate) fn element(&mut self) -> Result<Element<'a>, Malformed> {
        let (element, rest) = Element::split(self.0)?;
        self.0 = rest;
        Ok(element)
    }

    /// The next element, which must have `tag`.
    pub(crate) fn expect(&mut self, tag: Tag) -> Result<Element<'a>, Malformed> {
        let element = self.element()?;
        if element.tag == Some(tag) {
            Ok(element)
        } else {
            Err(Malformed)
        }
    }

    /// The elements in the next one, which must be a SEQUENCE.
    pub(crate) fn sequence(&mut self) -> Result<Self, Malformed> {
        Ok(Self::new(self.expect(Tag::Sequence)?.value))
    }

    /// The next element if it has `tag`.
    pub(crate) fn optional(&mut self, tag: Tag) -> Result<Option<Element<'a>>, Malformed> {
        if self.is_finished() {
            return Ok(None);
        }
        let (element, rest) = Element::split(self.0)?;
        if element.tag != Some(tag) {
            return Ok(None);
        }
        self.0 = rest;
        Ok(Some(element))
    }

    /// One of the object identifiers that can be known here: none with a number beyond 32 bits.
    pub(crate) fn oid(&mut self) -> Result<ObjectIdentifier, Malformed> {
        self.object_id()?.known().ok_or(Malformed)
    }

    /// Any object identifier.
    pub(crate) fn object_id(&mut self) -> Result<ObjectId, Malformed> {
        Ok(ObjectId::new(self.expect(Tag::ObjectIdentifier)?.value))
    }

    /// The octets of a BIT STRING that is no bit longer or shorter than they are.
    pub(crate) fn bit_string(&mut self) -> Result<&'a [u8], Malformed> {
        match self.expect(Tag::BitString)?.value {
            [0, octets @ ..] => Ok(octets),
            _ => Err(Malformed),
        }
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.0.is_empty()
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_every_form_are_read() {
        for (octets, value) in [
            ([4, 2, 1, 2].as_slice(), Some([1, 2].as_slice())),
            (&[4, 0x81, 2, 1, 2], Some(&[1, 2])),
            (&[4, 0x84, 0, 0, 0, 2, 1, 2], Some(&[1, 2])),
            (&[0x24, 0x80, 4, 1, 7, 0, 0], Some(&[4, 1, 7])),
            (
                &[0x30, 0x80, 0x30, 0x80, 5, 0, 0, 0, 0, 0],
                Some(&[0x30, 0x80, 5, 0, 0, 0]),
            ),
            (&[0x1C, 1, 9], Some(&[9])),
            (&[0xBF, 0x81, 0x01, 1, 9], Some(&[9])),
            (&[4, 3, 1, 2], None),
            (&[4, 1, 1, 2], None),
            (&[4, 0x80, 5, 0, 0, 0], None),
            (&[0x30, 0x80, 5, 0], None),
            (&[4, 0x85, 1, 0, 0, 0, 0], None),
            (&[4, 0xFF], None),
            (&[0x1F, 0x80], None),
            (&[4], None),
            (&[], None),
        ] {
            let element = Element::parse(octets);
            assert_eq!(element.ok().map(|it| it.value), value, "{octets:02x?}");
        }
        assert!(Element::parse(&[0x30, 0x80].repeat(100_000)).is_err());
    }
}
