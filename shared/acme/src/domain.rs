//! Domain names that a public CA can certify.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A fully qualified domain name in lower-case A-label form, without trailing dot, possibly a
/// wildcard (`*.` in front).
///
/// RFC 8555 §7.1.4: "Any identifier of type "dns" in a newOrder request MAY have a wildcard domain
/// name as its value. A wildcard domain name consists of a single asterisk character followed by a
/// single full stop character ("*.") followed by a domain name".
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DomainName(String);

/// Why a name cannot be certified. The text is for the visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DomainError {
    /// Nothing was given.
    #[error("There is no name here.")]
    Empty,
    /// An IPv4 or IPv6 address.
    #[error("This is an IP address. Enter the domain name that people type.")]
    IpAddress,
    /// Only one label, as `localhost` or `com`.
    #[error("This name has only one part. A public name has at least two, like example.org.")]
    SingleLabel,
    /// Two dots in a row, or a dot in front.
    #[error("Two dots follow each other, or a dot stands in front.")]
    EmptyLabel,
    /// A label longer than 63 bytes in A-label form (RFC 1035 §2.3.4).
    #[error("One part of this name is longer than 63 characters.")]
    LabelTooLong,
    /// Longer than 253 bytes in A-label form (RFC 1035 §2.3.4).
    #[error("This name is longer than 253 characters.")]
    TooLong,
    /// A character that host names cannot have.
    #[error("Names are made of letters, digits and hyphens; “{0}” cannot be part of one.")]
    Character(char),
    /// A label that starts or ends with a hyphen.
    #[error("No part of a name may start or end with a hyphen.")]
    Hyphen,
    /// An asterisk anywhere but as the whole first label.
    #[error("A wildcard is one “*.” at the very start, like *.example.org.")]
    Wildcard,
    /// Not valid under IDNA (UTS #46).
    #[error("This international name is not valid.")]
    Idna,
    /// The last label is all digits.
    #[error("The last part of a name cannot be a number.")]
    NumericTld,
}

/// Puts an international name into A-label form: ToASCII of UTS #46, nontransitional, as browsers do
/// it for the host of a URL. `None` where the name has no such form.
///
/// The tables that this takes are larger than the rest of this crate, and every browser has them: so
/// whoever reads what people write brings it along.
pub type ToAscii = fn(&str) -> Option<String>;

impl DomainName {
    /// Reads what people write: any case, Unicode or A-labels, one trailing dot allowed.
    ///
    /// # Errors
    /// [`DomainError`] says what is wrong with the name.
    pub fn read(text: &str, to_ascii: ToAscii) -> Result<Self, DomainError> {
        let text = text.strip_suffix('.').unwrap_or(text);
        if text.is_empty() {
            return Err(DomainError::Empty);
        }
        // Bounds the work of IDNA; four bytes of UTF-8 never become less than one of A-label.
        if text.len() > 4 * 253 {
            return Err(DomainError::TooLong);
        }
        if is_ip_address(text) {
            return Err(DomainError::IpAddress);
        }
        let (wildcard, base) = match text.strip_prefix("*.") {
            Some(base) => ("*.", base),
            None => ("", text),
        };
        if base.contains('*') {
            return Err(DomainError::Wildcard);
        }
        let ascii = to_a_labels(base, to_ascii)?;
        Self::parse_a_labels(&format!("{wildcard}{ascii}"))
    }

    /// Parses a name that is in A-label form already, in any case: what machines say to each other.
    /// A-labels are not decoded, so this does without the tables of IDNA.
    ///
    /// # Errors
    /// [`DomainError`], as for [`DomainName::read`]; a trailing dot is an empty label here.
    pub fn parse_a_labels(text: &str) -> Result<Self, DomainError> {
        let lower = text.to_ascii_lowercase();
        let base = lower.strip_prefix("*.").unwrap_or(&lower);
        if base.is_empty() {
            return Err(DomainError::Empty);
        }
        if is_ip_address(base) {
            return Err(DomainError::IpAddress);
        }
        if base.contains('*') {
            return Err(DomainError::Wildcard);
        }
        check_labels(base)?;
        if lower.len() > 253 {
            return Err(DomainError::TooLong);
        }
        Ok(Self(lower))
    }

    /// The name in A-label form, with `*.` where it is a wildcard.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the name starts with `*.`.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        self.0.starts_with("*.")
    }

    /// The name without `*.`: what the authorization is about (RFC 8555 §7.1.3).
    #[must_use]
    pub fn base(&self) -> &str {
        self.0.strip_prefix("*.").unwrap_or(&self.0)
    }

    /// The Unicode form, where it differs from [`DomainName::as_str`] and nothing in it is invisible.
    #[must_use]
    pub fn unicode(&self) -> Option<String> {
        let unicode = to_unicode(&self.0)?;
        let shown = unicode != self.0 && !unicode.contains(is_invisible);
        shown.then_some(unicode)
    }
}

fn is_ip_address(text: &str) -> bool {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<std::net::IpAddr>().is_ok()
}

fn to_a_labels(text: &str, to_ascii: ToAscii) -> Result<String, DomainError> {
    // Whatever ASCII no name can have would mean something else to who splits URLs.
    if let Some(odd) = text.chars().find(|c| c.is_ascii() && !is_plain(*c)) {
        return Err(DomainError::Character(odd));
    }
    let lower = text.to_ascii_lowercase();
    if !lower.is_ascii() {
        return to_ascii(text).ok_or(DomainError::Idna);
    }
    if !lower.split('.').any(|label| label.starts_with("xn--")) {
        return Ok(lower);
    }
    // An A-label is what its U-label becomes (RFC 5890 §2.3.2.1); browsers let others pass.
    let unicode = to_unicode(&lower).ok_or(DomainError::Idna)?;
    match to_ascii(&unicode) {
        Some(ascii) if ascii == lower && unicode != lower => Ok(ascii),
        _ => Err(DomainError::Idna),
    }
}

/// Decodes every label that begins with `xn--`; `None` where one is not Punycode (RFC 3492).
fn to_unicode(lower: &str) -> Option<String> {
    let decode = |label: &str| match label.strip_prefix("xn--") {
        Some(encoded) => idna::punycode::decode_to_string(encoded),
        None => Some(label.to_owned()),
    };
    let labels: Option<Vec<String>> = lower.split('.').map(decode).collect();
    Some(labels?.join("."))
}

fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '-' || character == '.'
}

/// What would let a name look like another: controls, blanks, marks of direction.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || character.is_whitespace()
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn check_characters(text: &str) -> Result<(), DomainError> {
    text.chars()
        .find(|character| !is_plain(*character))
        .map_or(Ok(()), |character| Err(DomainError::Character(character)))
}

fn check_labels(ascii: &str) -> Result<(), DomainError> {
    check_characters(ascii)?;
    for label in ascii.split('.') {
        match label.len() {
            0 => return Err(DomainError::EmptyLabel),
            64.. => return Err(DomainError::LabelTooLong),
            _ if label.starts_with('-') || label.ends_with('-') => return Err(DomainError::Hyphen),
            _ => {}
        }
    }
    match ascii.rsplit_once('.') {
        None => Err(DomainError::SingleLabel),
        Some((_, last)) if is_number(last) => Err(DomainError::NumericTld),
        Some(_) => Ok(()),
    }
}

/// Whether URL parsers take a host with this last label for an IPv4 address (WHATWG URL §4.3, "ends
/// in a number"): `127.0x1` is 127.0.0.1.
fn is_number(label: &str) -> bool {
    match label.strip_prefix("0x") {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => label.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

impl TryFrom<String> for DomainName {
    type Error = DomainError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse_a_labels(&text)
    }
}

impl From<DomainName> for String {
    fn from(name: DomainName) -> Self {
        name.0
    }
}

impl std::fmt::Display for DomainName {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<DomainName, DomainError> {
        DomainName::read(text, |text| idna::domain_to_ascii(text).ok())
    }

    #[test]
    fn normalises_what_people_write() {
        for (text, expected) in [
            ("Example.ORG", "example.org"),
            ("example.org.", "example.org"),
            ("*.Example.org", "*.example.org"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("*.BÜCHER.example", "*.xn--bcher-kva.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ] {
            assert_eq!(
                read(text).as_ref().map(DomainName::as_str),
                Ok(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let long_label = format!("{}.example", "a".repeat(64));
        let long_name = format!("{}example", "a23456789.".repeat(25));
        for (text, expected) in [
            ("", DomainError::Empty),
            (".", DomainError::Empty),
            ("192.0.2.1", DomainError::IpAddress),
            ("2001:db8::1", DomainError::IpAddress),
            ("[2001:db8::1]", DomainError::IpAddress),
            ("localhost", DomainError::SingleLabel),
            ("*.com", DomainError::SingleLabel),
            ("a..example", DomainError::EmptyLabel),
            (".example.org", DomainError::EmptyLabel),
            (long_label.as_str(), DomainError::LabelTooLong),
            (long_name.as_str(), DomainError::TooLong),
            ("under_score.example", DomainError::Character('_')),
            ("a b.example", DomainError::Character(' ')),
            ("-a.example", DomainError::Hyphen),
            ("a-.example", DomainError::Hyphen),
            ("*.*.example.org", DomainError::Wildcard),
            ("a.*.example", DomainError::Wildcard),
            ("a*.example.org", DomainError::Wildcard),
            ("*", DomainError::Wildcard),
            ("xn--a.example", DomainError::Idna),
            ("xn--example-.org", DomainError::Idna),
            ("xn--BCHER-KVA9.example", DomainError::Idna),
            ("b\u{fc}cher.exa mple", DomainError::Character(' ')),
            ("b\u{fc}cher/x.example", DomainError::Character('/')),
            ("b\u{fc}cher@x.example", DomainError::Character('@')),
            ("host.123", DomainError::NumericTld),
            ("300.1.2.3", DomainError::NumericTld),
        ] {
            assert_eq!(read(text), Err(expected), "{text}");
        }
        assert_eq!(read(&"ü".repeat(2000)), Err(DomainError::TooLong));
    }

    #[test]
    fn takes_a_labels_as_they_are() {
        for (text, expected) in [
            ("WWW.Example.org", Ok("www.example.org")),
            ("*.example.org", Ok("*.example.org")),
            ("xn--bcher-kva.example", Ok("xn--bcher-kva.example")),
            ("b\u{fc}cher.example", Err(DomainError::Character('\u{fc}'))),
            ("example.org.", Err(DomainError::EmptyLabel)),
            ("localhost", Err(DomainError::SingleLabel)),
            ("192.0.2.1", Err(DomainError::IpAddress)),
            ("2001:db8::1", Err(DomainError::IpAddress)),
            ("*.*.org", Err(DomainError::Wildcard)),
            ("*.", Err(DomainError::Empty)),
        ] {
            let name = DomainName::parse_a_labels(text);
            assert_eq!(
                name.as_ref().map(DomainName::as_str),
                expected.as_ref().copied(),
                "{text}"
            );
        }
        let long = format!("{}abcd", "a23456789.".repeat(25));
        assert_eq!(DomainName::parse_a_labels(&long), Err(DomainError::TooLong));
    }

    #[test]
    fn shows_both_forms() {
        let name = read("*.bücher.example").expect("valid");
        assert_eq!(name.unicode().as_deref(), Some("*.bücher.example"));
        assert_eq!(name.base(), "xn--bcher-kva.example");
        assert!(name.is_wildcard());
        assert_eq!(read("example.org").expect("valid").unicode(), None);
        // Nobody has checked what comes from elsewhere: U+202E turns what follows around.
        let turning = format!(
            "xn--{}.example",
            idna::punycode::encode_str("a\u{202e}b").expect("short")
        );
        let turning = DomainName::parse_a_labels(&turning).expect("letters and digits");
        assert_eq!(turning.unicode(), None);
    }
}
