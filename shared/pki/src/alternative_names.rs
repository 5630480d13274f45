//! The subjectAltName extension (RFC 5280 section 4.2.1.6) as this crate's names.

use crate::{DistinguishedName, SubjectName};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use x509_cert::ext::pkix::name::{GeneralName, GeneralNames};

/// What a certificate is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AlternativeNames {
    /// DNS names and addresses in the certificate's order.
    pub(crate) names: Vec<SubjectName>,
    /// Everything else, as text: other kinds of name, and DNS names of a form that no CA should sign.
    pub(crate) others: Vec<String>,
}

impl AlternativeNames {
    pub(crate) fn from_general_names(general_names: &GeneralNames) -> Self {
        let mut sorted = Self::default();
        for general_name in general_names {
            match parse(general_name) {
                Ok(name) => sorted.names.push(name),
                Err(text) => sorted.others.push(text),
            }
        }
        sorted
    }
}

fn parse(name: &GeneralName) -> Result<SubjectName, String> {
    match name {
        GeneralName::DnsName(text) => {
            SubjectName::dns(text.as_str()).map_err(|_| format!("DNS:{}", visible(text.as_str())))
        }
        GeneralName::IpAddress(octets) => parse_address(octets.as_bytes()).map(SubjectName::Ip),
        GeneralName::Rfc822Name(text) => Err(format!("email:{}", visible(text.as_str()))),
        GeneralName::UniformResourceIdentifier(text) => {
            Err(format!("URI:{}", visible(text.as_str())))
        }
        GeneralName::DirectoryName(name) => Err(format!("directory:{}", DistinguishedName(name))),
        GeneralName::RegisteredId(oid) => Err(format!("id:{oid}")),
        GeneralName::OtherName(other) => Err(format!("other:{}", other.type_id)),
        GeneralName::EdiPartyName(_) => Err("EDI party".to_owned()),
    }
}

/// "For IP version 4 […] the octet string MUST contain exactly four octets. For IP version 6 […]
/// exactly sixteen octets."
fn parse_address(octets: &[u8]) -> Result<IpAddr, String> {
    if let Ok(v4) = <[u8; 4]>::try_from(octets) {
        Ok(Ipv4Addr::from(v4).into())
    } else if let Ok(v6) = <[u8; 16]>::try_from(octets) {
        Ok(Ipv6Addr::from(v6).into())
    } else {
        Err(format!("IP of {} octets", octets.len()))
    }
}

fn visible(text: &str) -> String {
    text.escape_default().to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use der::asn1::{Ia5String, OctetString};

    #[test]
    fn names_and_addresses_are_sorted_from_the_rest() {
        let ia5 = |text: &str| Ia5String::new(text).unwrap();
        let octets = |bytes: &[u8]| OctetString::new(bytes).unwrap();
        let sorted = AlternativeNames::from_general_names(&vec![
            GeneralName::DnsName(ia5("WWW.example.org")),
            GeneralName::Rfc822Name(ia5("a@example.org")),
            GeneralName::IpAddress(octets(&[192, 0, 2, 1])),
            GeneralName::IpAddress(octets(&[0; 16])),
            GeneralName::IpAddress(octets(&[1, 2, 3])),
            GeneralName::DnsName(ia5("good.example\0.evil")),
            GeneralName::UniformResourceIdentifier(ia5("https://example.org/")),
        ]);
        let names: Vec<String> = sorted.names.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["www.example.org", "192.0.2.1", "::"]);
        assert_eq!(
            sorted.others,
            [
                "email:a@example.org",
                "IP of 3 octets",
                "DNS:good.example\\u{0}.evil",
                "URI:https://example.org/"
            ]
        );
    }
}
