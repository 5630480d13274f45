//! Who issued a certificate and for whom, as text.

use crate::oid::{COMMON_NAME, ORGANIZATION};
use der::{
    Encode, Tag, Tagged,
    asn1::{Any, BmpString, Ia5StringRef, PrintableStringRef, TeletexStringRef},
};
use std::fmt::{self, Write};
use x509_cert::{attr::AttributeTypeAndValue, name::Name};

/// The short names that RFC 4514 section 3 defines; any other attribute is shown by its number.
const SHORT_NAMES: [(&str, &str); 9] = [
    ("2.5.4.3", "CN"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.6", "C"),
    ("2.5.4.9", "STREET"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("0.9.2342.19200300.100.1.1", "UID"),
];

/// A distinguished name. [`Display`](fmt::Display) gives the whole of it in the form of RFC 4514,
/// [`short`](Self::short) what a person calls it.
///
/// Characters that would not show, or would reorder what follows, come escaped, so the text can be
/// shown as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DistinguishedName<'a>(pub(crate) &'a Name);

impl DistinguishedName<'_> {
    /// The common name, or else the organization, or else the whole name. Empty only if the name is.
    #[must_use]
    pub fn short(&self) -> String {
        [COMMON_NAME, ORGANIZATION]
            .into_iter()
            .find_map(|oid| {
                let attribute = self.0.iter().find(|attribute| attribute.oid == oid)?;
                let text = text(&attribute.value)?;
                (!text.is_empty()).then(|| {
                    let mut shown = String::with_capacity(text.len());
                    text.chars().for_each(|c| push_visible(&mut shown, c));
                    shown
                })
            })
            .unwrap_or_else(|| self.to_string())
    }
}

/// RFC 4514 section 2.1: the last relative name first.
impl fmt::Display for DistinguishedName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let relative_names: Vec<_> = self.0.iter_rdn().collect();
        for (i, relative_name) in relative_names.into_iter().rev().enumerate() {
            if i > 0 {
                f.write_char(',')?;
            }
            for (j, attribute) in relative_name.iter().enumerate() {
                if j > 0 {
                    f.write_char('+')?;
                }
                f.write_str(&serialize_attribute(attribute))?;
            }
        }
        Ok(())
    }
}

/// RFC 4514 sections 2.3 and 2.4.
fn serialize_attribute(attribute: &AttributeTypeAndValue) -> String {
    let number = attribute.oid.to_string();
    let short = SHORT_NAMES
        .iter()
        .find(|(oid, _)| *oid == number)
        .map(|(_, name)| *name);
    match (short, text(&attribute.value)) {
        (Some(name), Some(text)) => format!("{name}={}", escape(&text)),
        _ => {
            // An attribute came out of DER, so it goes back into DER.
            let der = attribute.value.to_der().unwrap_or_default();
            let hex: String = der.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{number}=#{hex}")
        }
    }
}

/// The text of a `DirectoryString` or `IA5String`, nothing for any other type.
fn text(value: &Any) -> Option<String> {
    match value.tag() {
        Tag::Utf8String => value.decode_as::<String>().ok(),
        Tag::PrintableString => value
            .decode_as::<PrintableStringRef<'_>>()
            .ok()
            .map(|s| s.as_str().to_owned()),
        Tag::Ia5String => value
            .decode_as::<Ia5StringRef<'_>>()
            .ok()
            .map(|s| s.as_str().to_owned()),
        Tag::TeletexString => value
            .decode_as::<TeletexStringRef<'_>>()
            .ok()
            .map(|s| s.as_str().to_owned()),
        Tag::BmpString => value
            .decode_as::<BmpString>()
            .ok()
            .map(|s| s.chars().collect()),
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
    use der::{
        Decode,
        asn1::{ObjectIdentifier, PrintableString},
    };
    use x509_cert::name::{RdnSequence, RelativeDistinguishedName};

    fn name(attributes: &[(&str, Any)]) -> Name {
        let mut rdns = RdnSequence::default();
        for (oid, value) in attributes {
            let attribute = AttributeTypeAndValue {
                oid: ObjectIdentifier::new(oid).unwrap(),
                value: value.clone(),
            };
            rdns.push(RelativeDistinguishedName::try_from(vec![attribute]).unwrap());
        }
        Name::from_der(&rdns.to_der().unwrap()).unwrap()
    }

    fn utf8(text: &str) -> Any {
        Any::new(Tag::Utf8String, text.as_bytes()).unwrap()
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
            let name = name(&[("2.5.4.3", utf8(value))]);
            assert_eq!(DistinguishedName(&name).to_string(), expected);
        }
        let unknown = name(&[(
            "1.3.6.1.4.1.1466.0",
            Any::new(Tag::OctetString, *b"Hi").unwrap(),
        )]);
        assert_eq!(
            DistinguishedName(&unknown).to_string(),
            "1.3.6.1.4.1.1466.0=#04024869"
        );
    }

    #[test]
    fn the_last_relative_name_comes_first_and_short_prefers_the_common_name() {
        let country = Any::encode_from(&PrintableString::new("US").unwrap()).unwrap();
        let full = name(&[
            ("2.5.4.6", country.clone()),
            ("2.5.4.10", utf8("Let's Encrypt")),
            (
                "2.5.4.3",
                Any::encode_from(&BmpString::from_utf8("R3").unwrap()).unwrap(),
            ),
        ]);
        assert_eq!(
            DistinguishedName(&full).to_string(),
            "CN=R3,O=Let's Encrypt,C=US"
        );
        assert_eq!(DistinguishedName(&full).short(), "R3");
        let no_common_name = name(&[("2.5.4.6", country.clone()), ("2.5.4.10", utf8("Acme"))]);
        assert_eq!(DistinguishedName(&no_common_name).short(), "Acme");
        assert_eq!(
            DistinguishedName(&name(&[("2.5.4.6", country)])).short(),
            "C=US"
        );
        assert_eq!(DistinguishedName(&name(&[])).short(), "");
    }

    #[test]
    fn what_would_deceive_the_reader_is_escaped() {
        let spoof = name(&[("2.5.4.3", utf8("gro.elpmaxe\u{202E}\u{0}\u{200B}"))]);
        assert_eq!(
            DistinguishedName(&spoof).short(),
            "gro.elpmaxe\\E2\\80\\AE\\00\\E2\\80\\8B"
        );
        assert!(DistinguishedName(&spoof).to_string().is_ascii());
    }
}
