//! Who issued a certificate and for whom, as text.

use crate::{
    asn1::{Element, Malformed},
    oid::{COMMON_NAME, ORGANIZATION},
};
use der::{Tag, asn1::ObjectIdentifier};
use std::fmt::{self, Write};

/// The short names that RFC 4514 section 3 defines; any other attribute is shown by its number.
const SHORT_NAMES: [(ObjectIdentifier, &str); 9] = [
    (COMMON_NAME, "CN"),
    (ObjectIdentifier::new_unwrap("2.5.4.7"), "L"),
    (ObjectIdentifier::new_unwrap("2.5.4.8"), "ST"),
    (ORGANIZATION, "O"),
    (ObjectIdentifier::new_unwrap("2.5.4.11"), "OU"),
    (ObjectIdentifier::new_unwrap("2.5.4.6"), "C"),
    (ObjectIdentifier::new_unwrap("2.5.4.9"), "STREET"),
    (
        ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.25"),
        "DC",
    ),
    (
        ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.1"),
        "UID",
    ),
];

/// A distinguished name. [`Display`](fmt::Display) gives the whole of it in the form of RFC 4514,
/// [`short`](Self::short) what a person calls it. Two are equal if their octets are.
///
/// Characters that would not show, or would reorder what follows, come escaped, so the text can be
/// shown as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistinguishedName {
    der: Vec<u8>,
    relative_names: Vec<Vec<Attribute>>,
}

/// `AttributeTypeAndValue`, RFC 5280 section 4.1.2.4.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Attribute {
    kind: ObjectIdentifier,
    /// The value as text, or nothing if it is none.
    text: Option<String>,
    value_der: Vec<u8>,
}

impl DistinguishedName {
    /// Reads a `Name` (RFC 5280 section 4.1.2.4).
    pub(crate) fn from_element(name: Element<'_>) -> Result<Self, Malformed> {
        let mut relative_names = Vec::new();
        let mut sets = name.elements(Tag::Sequence)?;
        while !sets.is_finished() {
            let mut set = sets.element()?.elements(Tag::Set)?;
            let mut attributes = Vec::new();
            while !set.is_finished() {
                attributes.push(Attribute::from_element(set.element()?)?);
            }
            relative_names.push(attributes);
        }
        Ok(Self {
            der: name.der.to_vec(),
            relative_names,
        })
    }

    /// The first common name that is text.
    pub(crate) fn common_name(&self) -> Option<&str> {
        let mut attributes = self.relative_names.iter().flatten();
        let attribute = attributes.find(|attribute| attribute.kind == COMMON_NAME)?;
        attribute.text.as_deref()
    }

    /// The common name, or else the organization, or else the whole name. Empty only if the name is.
    #[must_use]
    pub fn short(&self) -> String {
        let first = |kind| {
            let mut attributes = self.relative_names.iter().flatten();
            let text = attributes
                .find(|attribute| attribute.kind == kind)?
                .text
                .as_ref()?;
            (!text.is_empty()).then(|| visible(text))
        };
        first(COMMON_NAME)
            .or_else(|| first(ORGANIZATION))
            .unwrap_or_else(|| self.to_string())
    }
}

impl Attribute {
    fn from_element(attribute: Element<'_>) -> Result<Self, Malformed> {
        let mut fields = attribute.elements(Tag::Sequence)?;
        let kind = fields.oid()?;
        let value = fields.element()?;
        fields.finish()?;
        Ok(Self {
            kind,
            text: text(value),
            value_der: value.der.to_vec(),
        })
    }
}

/// RFC 4514 section 2.1: the last relative name first.
impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, relative_name) in self.relative_names.iter().rev().enumerate() {
            for (j, attribute) in relative_name.iter().enumerate() {
                match (i, j) {
                    (0, 0) => {}
                    (_, 0) => f.write_char(',')?,
                    _ => f.write_char('+')?,
                }
                attribute.fmt(f)?;
            }
        }
        Ok(())
    }
}

/// RFC 4514 sections 2.3 and 2.4.
impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = SHORT_NAMES.iter().find(|(kind, _)| *kind == self.kind);
        match (short, &self.text) {
            (Some((_, name)), Some(text)) => write!(f, "{name}={}", escape(text)),
            _ => {
                write!(f, "{}=#", self.kind)?;
                self.value_der
                    .iter()
                    .try_for_each(|octet| write!(f, "{octet:02x}"))
            }
        }
    }
}

/// The text of a `DirectoryString` or `IA5String`, nothing for any other type.
fn text(value: Element<'_>) -> Option<String> {
    match value.tag {
        Tag::Utf8String => String::from_utf8(value.value.to_vec()).ok(),
        // Beyond ASCII nobody agrees on what a TeletexString means.
        Tag::PrintableString | Tag::Ia5String | Tag::TeletexString if value.value.is_ascii() => {
            String::from_utf8(value.value.to_vec()).ok()
        }
        Tag::BmpString => {
            let (pairs, rest) = value.value.as_chunks::<2>();
            let units = pairs.iter().map(|pair| u16::from_be_bytes(*pair));
            let text = char::decode_utf16(units).collect::<Result<_, _>>().ok();
            text.filter(|_| rest.is_empty())
        }
        _ => None,
    }
}

/// RFC 4514 section 2.4: what has a meaning of its own is escaped by a backslash.
fn escape(text: &str) -> String {
    let last = text.chars().count().saturating_sub(1);
    let mut escaped = String::with_capacity(text.len());
    for (i, c) in text.chars().enumerate() {
        match c {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => escaped.extend(['\\', c]),
            '#' if i == 0 => escaped.push_str("\\#"),
            ' ' if i == 0 || i == last => escaped.push_str("\\ "),
            _ => push_visible(&mut escaped, c),
        }
    }
    escaped
}

fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    text.chars().for_each(|c| push_visible(&mut shown, c));
    shown
}

/// Appends `c`, or its UTF-8 octets as `\xx` if it is a control or changes the writing direction.
fn push_visible(out: &mut String, c: char) {
    let invisible = c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    if invisible {
        let mut octets = [0; 4];
        for octet in c.encode_utf8(&mut octets).bytes() {
            out.push_str(&format!("\\{octet:02X}"));
        }
    } else {
        out.push(c);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::asn1::{element, oid, sequence};

    fn name(attributes: &[(&str, Tag, &[u8])]) -> DistinguishedName {
        let relative_names: Vec<Vec<u8>> = attributes
            .iter()
            .map(|(kind, tag, value)| {
                let kind = oid(ObjectIdentifier::new(kind).unwrap()).unwrap();
                let value = element(*tag, &[value]).unwrap();
                element(Tag::Set, &[&sequence(&[&kind, &value]).unwrap()]).unwrap()
            })
            .collect();
        let der = sequence(&[&relative_names.concat()]).unwrap();
        DistinguishedName::from_element(Element::parse(&der).unwrap()).unwrap()
    }

    fn common_name(text: &str) -> DistinguishedName {
        name(&[("2.5.4.3", Tag::Utf8String, text.as_bytes())])
    }

    /// The escapes of RFC 4514 section 4's examples.
    #[test]
    fn rfc_4514_examples() {
        for (value, expected) in [
            (
                "James \"Jim\" Smith, III",
                "CN=James \\\"Jim\\\" Smith\\, III",
            ),
            ("Before\rAfter", "CN=Before\\0DAfter"),
            ("#5", "CN=\\#5"),
            (" a b ", "CN=\\ a b\\ "),
            ("Lučić", "CN=Lučić"),
        ] {
            assert_eq!(common_name(value).to_string(), expected);
        }
        let unknown = name(&[("1.3.6.1.4.1.1466.0", Tag::OctetString, b"Hi")]);
        assert_eq!(unknown.to_string(), "1.3.6.1.4.1.1466.0=#04024869");
    }

    #[test]
    fn the_last_relative_name_comes_first_and_short_prefers_the_common_name() {
        let country = ("2.5.4.6", Tag::PrintableString, b"US".as_slice());
        let full = name(&[
            country,
            ("2.5.4.10", Tag::Utf8String, b"Let's Encrypt"),
            ("2.5.4.3", Tag::BmpString, &[0, b'R', 0, b'3']),
        ]);
        assert_eq!(full.to_string(), "CN=R3,O=Let's Encrypt,C=US");
        assert_eq!(full.short(), "R3");
        assert_eq!(
            name(&[country, ("2.5.4.10", Tag::Ia5String, b"Acme")]).short(),
            "Acme"
        );
        assert_eq!(name(&[country]).short(), "C=US");
        assert_eq!(name(&[]).short(), "");
    }

    #[test]
    fn several_attributes_of_one_relative_name_are_joined() {
        let attribute = |kind, text: &[u8]| {
            let value = element(Tag::Utf8String, &[text]).unwrap();
            sequence(&[&oid(kind).unwrap(), &value]).unwrap()
        };
        let set = element(
            Tag::Set,
            &[
                &attribute(COMMON_NAME, b"a"),
                &attribute(ORGANIZATION, b"b"),
            ],
        );
        let der = sequence(&[&set.unwrap()]).unwrap();
        let name = DistinguishedName::from_element(Element::parse(&der).unwrap()).unwrap();
        assert_eq!(name.to_string(), "CN=a+O=b");
    }

    #[test]
    fn what_is_no_text_is_shown_in_hexadecimal() {
        for (tag, value, shown) in [
            (Tag::Utf8String, b"\xFF".as_slice(), "CN=#0c01ff"),
            (Tag::TeletexString, b"\xE9", "CN=#1401e9"),
            (Tag::BmpString, b"\xD8\x00", "CN=#1e02d800"),
            (Tag::BmpString, b"\0a\0", "CN=#1e03006100"),
        ] {
            let shown = shown.replace("CN", "2.5.4.3");
            assert_eq!(name(&[("2.5.4.3", tag, value)]).to_string(), shown);
        }
    }

    #[test]
    fn what_would_deceive_the_reader_is_escaped() {
        let spoof = common_name("gro.elpmaxe\u{202E}\u{0}\u{200B}");
        assert_eq!(spoof.short(), "gro.elpmaxe\\E2\\80\\AE\\00\\E2\\80\\8B");
        assert!(spoof.to_string().is_ascii());
    }
}
