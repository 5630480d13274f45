#![allow(clippy::unwrap_used)]

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

#[test]
fn names_match_by_what_they_say() {
    let attribute = |kind: &'static str, tag, text: &'static [u8]| (kind, tag, text);
    let utf8 = attribute("2.5.4.3", Tag::Utf8String, "Größe  CA ".as_bytes());
    let same = [
        attribute("2.5.4.3", Tag::Utf8String, "größe ca".as_bytes()),
        attribute("2.5.4.3", Tag::BmpString, b"\0G\0r\0\xF6\0\xDF\0e\0 \0C\0A"),
    ];
    for other in same {
        assert!(name(&[utf8]).matches(&name(&[other])));
    }
    let printable = attribute("2.5.4.3", Tag::PrintableString, b"Test CA");
    assert!(name(&[printable]).matches(&common_name("test  CA")));
    for other in [
        common_name("Test CB"),
        name(&[attribute("2.5.4.10", Tag::PrintableString, b"Test CA")]),
        name(&[printable, printable]),
        name(&[]),
        name(&[attribute("2.5.4.3", Tag::OctetString, b"Test CA")]),
    ] {
        assert!(!name(&[printable]).matches(&other), "{other}");
    }
    let octets = attribute("2.5.4.3", Tag::OctetString, b"a");
    assert!(name(&[octets]).matches(&name(&[octets])));
}

/// A set, a string type and a number of a type that are unusual.
#[test]
fn what_cannot_be_read_costs_only_itself() {
    let wide = element(Tag::Utf8String, &[b"x"]).unwrap();
    let universal = [&[UNIVERSAL_STRING, 8][..], b"\0\0\0R\0\x01\xF6\x00"].concat();
    let large = [&[6, 6][..], &[0x2A, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]].concat();
    let set = |kind: &[u8], value: &[u8]| {
        element(Tag::Set, &[&sequence(&[kind, value]).unwrap()]).unwrap()
    };
    let common = oid(COMMON_NAME).unwrap();
    let der = sequence(&[&set(&large, &wide), &set(&common, &universal)]).unwrap();
    let read = DistinguishedName::from_element(Element::parse(&der).unwrap()).unwrap();
    assert_eq!(read.short(), "R\u{1F600}");
    assert_eq!(read.to_string(), "CN=R\u{1F600},1.2.34359738367=#0c0178");
    let cut = sequence(&[&set(&common, &wide), &wide]).unwrap();
    let cut = DistinguishedName::from_element(Element::parse(&cut).unwrap()).unwrap();
    assert_eq!(cut.short(), "x");
    assert!(cut.matches(&cut) && !cut.matches(&common_name("x")));
}
