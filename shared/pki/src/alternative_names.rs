//! The subjectAltName extension (RFC 5280 section 4.2.1.6) as this crate's names.

use crate::{
    DistinguishedName, SubjectName,
    asn1::{Element, Elements, Malformed, constructed, primitive},
};
use der::Tag;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What a certificate is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AlternativeNames {
    /// DNS names and addresses in the certificate's order.
    pub(crate) names: Vec<SubjectName>,
    /// Everything else, as text: other kinds of name, and DNS names of a form that no CA should sign.
    pub(crate) others: Vec<String>,
}

// The tags of `GeneralName`.
const EMAIL: Tag = primitive(1);
pub(crate) const DNS: Tag = primitive(2);
const DIRECTORY: Tag = constructed(4);
const URI: Tag = primitive(6);
pub(crate) const IP: Tag = primitive(7);

impl AlternativeNames {
    /// Reads `GeneralNames`, the value of the extension.
    pub(crate) fn from_der(der: &[u8]) -> Result<Self, Malformed> {
        let mut sorted = Self::default();
        let mut general_names = Elements::of_sequence(der)?;
        while !general_names.is_finished() {
            match parse(general_names.element()?) {
                Ok(name) => sorted.names.push(name),
                Err(text) => sorted.others.push(text),
            }
        }
        Ok(sorted)
    }
}

fn parse(name: Element<'_>) -> Result<SubjectName, String> {
    let text = name.value.escape_ascii();
    match name.tag {
        Some(DNS) => std::str::from_utf8(name.value)
            .ok()
            .and_then(|text| SubjectName::dns(text).ok())
            .ok_or_else(|| format!("DNS:{text}")),
        Some(IP) => parse_address(name.value),
        Some(EMAIL) => Err(format!("email:{text}")),
        Some(URI) => Err(format!("URI:{text}")),
        Some(DIRECTORY) => {
            let name = Elements::new(name.value).element();
            match name.and_then(DistinguishedName::from_element) {
                Ok(name) => Err(format!("directory:{name}")),
                Err(Malformed) => Err("directory that cannot be read".to_owned()),
            }
        }
        Some(tag) => Err(format!("name of kind {}", tag.number().value())),
        None => Err("name of an unknown kind".to_owned()),
    }
}

/// "For IP version 4 […] the octet string MUST contain exactly four octets. For IP version 6 […]
/// exactly sixteen octets."
fn parse_address(octets: &[u8]) -> Result<SubjectName, String> {
    let address: IpAddr = if let Ok(v4) = <[u8; 4]>::try_from(octets) {
        Ipv4Addr::from(v4).into()
    } else if let Ok(v6) = <[u8; 16]>::try_from(octets) {
        Ipv6Addr::from(v6).into()
    } else {
        return Err(format!("IP of {} octets", octets.len()));
    };
    Ok(address.into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::asn1::{element, sequence};

    #[test]
    fn names_and_addresses_are_sorted_from_the_rest() {
        let elements: [(Tag, &[u8]); 11] = [
            (DNS, b"WWW.example.org"),
            (EMAIL, b"a@example.org"),
            (IP, &[192, 0, 2, 1]),
            (IP, &[0; 16]),
            (IP, &[1, 2, 3]),
            (DNS, b"good.example\0.evil"),
            (DNS, b"b\xC3\xBCcher.example"),
            (URI, b"https://example.org/"),
            (DIRECTORY, &[0x30, 0]),
            (DIRECTORY, &[0x30]),
            (primitive(8), &[0x2A]),
        ];
        let names: Vec<Vec<u8>> = elements
            .iter()
            .map(|(tag, value)| element(*tag, &[value]).unwrap())
            .collect();
        let der = sequence(&[&names.concat()]).unwrap();
        let sorted = AlternativeNames::from_der(&der).unwrap();
        let names: Vec<String> = sorted.names.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["www.example.org", "192.0.2.1", "::"]);
        assert_eq!(
            sorted.others,
            [
                "email:a@example.org",
                "IP of 3 octets",
                "DNS:good.example\\x00.evil",
                "DNS:b\\xc3\\xbccher.example",
                "URI:https://example.org/",
                "directory:",
                "directory that cannot be read",
                "name of kind 8",
            ]
        );
    }
}
