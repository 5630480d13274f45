//! What a certificate is for: DNS names and IP addresses.

use crate::Error;
use std::{fmt, net::IpAddr, str::FromStr};

/// Most names that a message lists.
pub(crate) const MAX_LISTED: usize = 10;

/// One name that a certificate is for: a `dNSName` or an `iPAddress` of RFC 5280 section 4.2.1.6,
/// an identifier of type `dns` (RFC 8555 section 9.7.7) or `ip` (RFC 8738) in ACME.
///
/// Parsed from text by [`FromStr`]; compares by meaning, so `Example.ORG` equals `example.org` and
/// `::1` equals `0:0:0:0:0:0:0:1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectName {
    /// A host name or a wildcard.
    Dns(DnsName),
    /// An IPv4 or IPv6 address.
    Ip(IpAddr),
}

/// A host name in the preferred syntax of RFC 1034 section 3.5 as RFC 5280 section 4.2.1.6 demands,
/// in lower case, perhaps with `*` as its whole leftmost label (RFC 9525 section 6.3). IDNs are in
/// their ASCII form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DnsName(String);

impl SubjectName {
    /// The `dns` or `ip` identifier's value as ACME writes it.
    ///
    /// # Errors
    /// [`Error::NameInvalid`] unless `name` has the syntax of [`DnsName`].
    pub fn dns(name: &str) -> Result<Self, Error> {
        name.parse().map(Self::Dns)
    }
}

impl DnsName {
    /// The name in lower case, with its `*.` if it is a wildcard.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the leftmost label is `*`.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        self.0.starts_with("*.")
    }
}

impl FromStr for DnsName {
    type Err = Error;

    /// At most 253 characters in labels of 1 to 63 letters, digits and inner hyphens; no trailing
    /// dot, and at least one label after a `*`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let host = text.strip_prefix("*.").unwrap_or(text);
        if text.len() <= 253 && host.split('.').all(is_label) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(Error::NameInvalid {
                name: text.chars().take(100).collect(),
            })
        }
    }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

impl FromStr for SubjectName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.parse::<IpAddr>() {
            Ok(address) => Ok(Self::Ip(address)),
            Err(_) => Self::dns(text),
        }
    }
}

impl From<IpAddr> for SubjectName {
    fn from(address: IpAddr) -> Self {
        Self::Ip(address)
    }
}

impl fmt::Display for DnsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for SubjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(name) => name.fmt(f),
            Self::Ip(address) => address.fmt(f),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<SubjectName, Error> {
        text.parse()
    }

    #[test]
    fn names_fold_and_addresses_normalise() {
        assert_eq!(
            parse("WWW.Example.ORG").unwrap().to_string(),
            "www.example.org"
        );
        assert_eq!(
            parse("xn--bcher-kva.example").unwrap().to_string(),
            "xn--bcher-kva.example"
        );
        assert_eq!(parse("0:0:0:0:0:0:0:1").unwrap(), parse("::1").unwrap());
        assert!(matches!(
            parse("192.0.2.1").unwrap(),
            SubjectName::Ip(IpAddr::V4(_))
        ));
        assert!(matches!(parse("*.Example.org").unwrap(), SubjectName::Dns(n) if n.is_wildcard()));
    }

    #[test]
    fn what_a_certificate_cannot_hold_is_refused() {
        let long_label = format!("{}.example", "a".repeat(64));
        let long_name = format!("{}example", "abc.".repeat(62));
        assert_eq!(long_name.len(), 255);
        for bad in [
            "",
            ".",
            "*",
            "*.",
            "*.*.example",
            "a.*.example",
            "w*.example",
            "example.",
            ".example",
            "a..b",
            "-a.example",
            "a-.example",
            "a_b.example",
            "bücher.example",
            "a b",
            "a\0b",
            "https://example",
            "a,b",
            &long_label,
            &long_name,
        ] {
            assert!(
                matches!(parse(bad), Err(Error::NameInvalid { .. })),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn the_longest_name_passes_and_errors_stay_short() {
        let longest = format!("{}a", "b.".repeat(126));
        assert_eq!(longest.len(), 253);
        assert!(parse(&longest).is_ok());
        let Err(Error::NameInvalid { name }) = parse(&"ü".repeat(5000)) else {
            unreachable!("not ASCII")
        };
        assert_eq!(name.chars().count(), 100);
    }
}
