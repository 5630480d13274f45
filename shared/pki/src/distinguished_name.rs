//! Who issued a certificate and for whom, as text.

use crate::{
    asn1::{Element, Malformed, ObjectId},
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
/// [`short`](Self::short) what a person calls it. Two are equal if their octets are; whether they name the
/// same is another question: [`matches`](Self::matches).
///
/// Characters that would not show, or would reorder what follows, come escaped, so the text can be
/// shown as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistinguishedName {
    der: Vec<u8>,
    /// As far as they can be read.
    relative_names: Vec<Vec<Attribute>>,
    /// Whether that is to the end.
    is_whole: bool,
}

/// `AttributeTypeAndValue`, RFC 5280 section 4.1.2.4.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Attribute {
    kind: ObjectId,
    /// The value as text, or nothing if it is none.
    text: Option<String>,
    value_der: Vec<u8>,
}

impl DistinguishedName {
    /// Reads a `Name` (RFC 5280 section 4.1.2.4), as far as it can be read.
    pub(crate) fn from_element(name: Element<'_>) -> Result<Self, Malformed> {
        let mut sets = name.elements(Tag::Sequence)?;
        let mut read = Self {
            der: name.der.to_vec(),
            relative_names: Vec::new(),
            is_whole: true,
        };
        while !sets.is_finished() {
            match sets.element().and_then(relative_name) {
                Ok(attributes) => read.relative_names.push(attributes),
                Err(Malformed) => {
                    read.is_whole = false;
                    break;
                }
            }
        }
        Ok(read)
    }

    /// Whether both name the same, by the rules of RFC 5280 section 7.1 as far as they go without tables:
    /// the type of a string does not matter, nor do case and white space. What cannot be read has to be the
    /// same octet by octet.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        if self.der == other.der {
            return true;
        }
        self.is_whole
            && other.is_whole
            && self.relative_names.len() == other.relative_names.len()
            && (self.relative_names.iter())
                .zip(&other.relative_names)
                .all(|(one, other)| match_as_sets(one, other))
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

/// `RelativeDistinguishedName`.
fn relative_name(set: Element<'_>) -> Result<Vec<Attribute>, Malformed> {
    let mut set = set.elements(Tag::Set)?;
    let mut attributes = Vec::new();
    while !set.is_finished() {
        attributes.push(Attribute::from_element(set.element()?)?);
    }
    Ok(attributes)
}

fn match_as_sets(one: &[Attribute], other: &[Attribute]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .all(|attribute| other.iter().any(|candidate| attribute.matches(candidate)))
}

impl Attribute {
    fn matches(&self, other: &Self) -> bool {
        let same_text = |(one, other): (&String, &String)| fold(one) == fold(other);
        self.kind == other.kind
            && (self.value_der == other.value_der
                || self
                    .text
                    .as_ref()
                    .zip(other.text.as_ref())
                    .is_some_and(same_text))
    }

    fn from_element(attribute: Element<'_>) -> Result<Self, Malformed> {
        let mut fields = attribute.elements(Tag::Sequence)?;
        let kind = fields.object_id()?;
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
        let short = SHORT_NAMES.iter().find(|(kind, _)| self.kind == *kind);
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

/// The identifier octet of a `UniversalString`.
const UNIVERSAL_STRING: u8 = 0x1C;

/// Text for comparing: case and white space do not count.
fn fold(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

/// The text of a `DirectoryString` or `IA5String`, nothing for any other type.
fn text(value: Element<'_>) -> Option<String> {
    let tag = match value.tag {
        Some(tag) => tag,
        None if value.der.first() == Some(&UNIVERSAL_STRING) => {
            let (units, rest) = value.value.as_chunks::<4>();
            let characters = units
                .iter()
                .map(|unit| char::from_u32(u32::from_be_bytes(*unit)));
            let text: Option<String> = characters.collect();
            return text.filter(|_| rest.is_empty());
        }
        None => return None,
    };
    match tag {
        Tag::Utf8String => String::from_utf8(value.value.to_vec()).ok(),
        // Beyond ASCII nobody agrees on what a TeletexString means.
        Tag::PrintableString
        | Tag::Ia5String
        | Tag::TeletexString
        | Tag::NumericString
        | Tag::VisibleString
            if value.value.is_ascii() =>
        {
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
mod tests;
