//! From whatever a visitor pastes to a list of names that a certificate can be asked for.
//!
//! [`parse_names`] takes text apart; a [`NameList`] keeps what came of it, in order and without
//! duplicates, and says what is worth knowing about each entry.

use tabcert_acme::domain::{DomainError, DomainName, ToAscii};

mod list;

pub use list::{
    Added, EntryId, Listed, NameList, NameListError, Note, Suggestion, SuggestionReason,
};

/// Most names in one certificate: what public CAs take at most.
pub const MAX_NAMES: usize = 100;

/// Most bytes of text that are looked at; the rest is left out.
pub const MAX_INPUT_BYTES: usize = 64 * 1024;

/// Most entries that a list keeps: enough to show which are too many, and not more than a page can
/// show at once.
pub const MAX_ENTRIES: usize = MAX_NAMES + 20;

/// Most characters of a piece of text that are kept for showing it.
const MAX_WRITTEN: usize = 300;

/// A piece of text and the name that it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The piece as written, shortened where nobody could read it.
    pub written: String,
    /// The name, or why it is none.
    pub name: Result<DomainName, DomainError>,
}

impl Entry {
    fn read(piece: &str, to_ascii: ToAscii) -> Self {
        Self {
            written: piece.chars().take(MAX_WRITTEN).collect(),
            name: DomainName::read(host_of(piece), to_ascii),
        }
    }

    /// Whether both mean the same: the same name, or the same text that means none.
    fn is_same_as(&self, other: &Self) -> bool {
        match (&self.name, &other.name) {
            (Ok(a), Ok(b)) => a == b,
            (Err(_), Err(_)) => self.written == other.written,
            _ => false,
        }
    }
}

/// Takes text apart into names, each once, in the order in which they are written.
///
/// Anything that people paste will do: lists with commas, semicolons, blanks or lines, quoted or
/// not, URLs, mail addresses, host and port, `DNS:` entries as openssl prints them. Looks at
/// [`MAX_INPUT_BYTES`].
#[must_use]
pub fn parse_names(text: &str, to_ascii: ToAscii) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for entry in pieces(text).map(|piece| Entry::read(piece, to_ascii)) {
        if !entries.iter().any(|other| other.is_same_as(&entry)) {
            entries.push(entry);
        }
        if entries.len() > MAX_ENTRIES {
            break;
        }
    }
    entries
}

/// Whether this character ends a name, so that what stands before it can be taken.
#[must_use]
pub fn is_separator(character: char) -> bool {
    // Zero-width characters are invisible in what people copy from web pages.
    character.is_whitespace()
        || "\u{200b}\u{2060}\u{feff},;|\"'`“”„‘’«»<>(){}，、；".contains(character)
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let end = text.floor_char_boundary(MAX_INPUT_BYTES);
    text[..end].split(is_separator).filter(|piece| {
        piece
            .chars()
            .any(|c| c.is_alphanumeric() || "*:".contains(c))
    })
}

/// The host in what may be a URL, a mail address, `host:port` or an entry of an openssl listing.
fn host_of(piece: &str) -> &str {
    let piece = without_prefix(piece, "DNS:");
    let piece = without_prefix(piece, "mailto:");
    if piece.parse::<std::net::IpAddr>().is_ok() {
        return piece;
    }
    let rest = match piece.split_once("://") {
        Some((_scheme, rest)) => rest,
        None => piece.trim_start_matches('/'),
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = without_port(host);
    if host.contains(':') {
        return host;
    }
    host.trim_matches(['[', ']'])
        .trim_end_matches(['。', '．', '｡'])
}

fn without_prefix<'a>(piece: &'a str, prefix: &str) -> &'a str {
    match piece.split_at_checked(prefix.len()) {
        Some((start, rest)) if start.eq_ignore_ascii_case(prefix) => rest,
        _ => piece,
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        // What holds another colon outside of brackets is an IPv6 address and has no port.
        Some((name, port))
            if port.bytes().all(|byte| byte.is_ascii_digit())
                && (!name.contains(':') || name.ends_with(']')) =>
        {
            name
        }
        _ => host,
    }
}

/// What browsers do, natively.
#[cfg(test)]
fn to_ascii(text: &str) -> Option<String> {
    idna::domain_to_ascii(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Vec<Result<String, DomainError>> {
        parse_names(text, to_ascii)
            .into_iter()
            .map(|entry| entry.name.map(String::from))
            .collect()
    }

    fn names(text: &str) -> Vec<String> {
        parsed(text).into_iter().flatten().collect()
    }

    #[test]
    fn takes_lists_of_every_kind_apart() {
        for text in [
            "a.example,b.example",
            "a.example, b.example",
            "a.example;b.example",
            "a.example b.example",
            "a.example\r\nb.example\r\n",
            "a.example\n\n\tb.example",
            "  a.example ,, b.example , ",
            "\"a.example\", \"b.example\"",
            "'a.example' 'b.example'",
            "“a.example” „b.example“",
            "`a.example` | `b.example`",
            "[\"a.example\",\"b.example\"]",
            "[a.example, b.example]",
            "{a.example} (b.example)",
            "a.example、b.example；",
            "a.example\u{200b}\u{feff}b.example",
            "- a.example\n- b.example",
            "• a.example\n• b.example",
            "DNS:a.example, DNS:b.example",
            "dns:a.example,dns:b.example",
            "A.EXAMPLE B.Example.",
            "a.example b.example a.example A.example",
        ] {
            assert_eq!(names(text), ["a.example", "b.example"], "{text:?}");
            assert!(parsed(text).iter().all(Result::is_ok), "{text:?}");
        }
    }

    #[test]
    fn finds_the_host_in_what_holds_one() {
        for (text, expected) in [
            ("https://www.example.com/x", "www.example.com"),
            ("https://www.example.com", "www.example.com"),
            ("HTTP://WWW.Example.COM:8080/", "www.example.com"),
            (
                "https://user:pass@www.example.com:443/a?b#c",
                "www.example.com",
            ),
            ("https://www.example.com?x=a@b", "www.example.com"),
            ("https://www.example.com#a@b", "www.example.com"),
            ("//cdn.example.com/lib.js", "cdn.example.com"),
            ("ftp://files.example.com/pub", "files.example.com"),
            ("example.com/path/to", "example.com"),
            ("example.com:8443", "example.com"),
            ("example.com:", "example.com"),
            ("example.com\\x", "example.com"),
            ("me@example.com", "example.com"),
            ("<me@example.com>", "example.com"),
            ("mailto:me@example.com", "example.com"),
            ("DNS:*.example.com", "*.example.com"),
            ("*.example.com/", "*.example.com"),
            ("https://*.example.com/", "*.example.com"),
            ("https://bücher.example/katalog", "xn--bcher-kva.example"),
            ("BÜCHER.example.", "xn--bcher-kva.example"),
            ("例え。テスト。", "xn--r8jz45g.xn--zckzah"),
            ("*.xn--bcher-kva.example", "*.xn--bcher-kva.example"),
        ] {
            assert_eq!(parsed(text), [Ok(expected.to_owned())], "{text:?}");
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_piece_as_it_was_written() {
        let long_label = format!("{}.example", "a".repeat(64));
        let long_name = format!("{}example", "a23456789.".repeat(25));
        for (text, expected) in [
            ("192.0.2.1", DomainError::IpAddress),
            ("192.0.2.1:443", DomainError::IpAddress),
            ("https://192.0.2.1/x", DomainError::IpAddress),
            ("192.0.2.0/24", DomainError::IpAddress),
            ("2001:db8::1", DomainError::IpAddress),
            ("::1", DomainError::IpAddress),
            ("[2001:db8::1]", DomainError::IpAddress),
            ("https://[2001:db8::1]:8443/x", DomainError::IpAddress),
            ("localhost", DomainError::SingleLabel),
            ("https://localhost:3000/", DomainError::SingleLabel),
            ("*.com", DomainError::SingleLabel),
            ("a..example", DomainError::EmptyLabel),
            (".example.org", DomainError::EmptyLabel),
            ("example.org..", DomainError::EmptyLabel),
            ("under_score.example", DomainError::Character('_')),
            ("a:b.example", DomainError::Character(':')),
            ("a&b.example", DomainError::Character('&')),
            ("-a.example", DomainError::Hyphen),
            ("a-.example", DomainError::Hyphen),
            ("*.*.example.org", DomainError::Wildcard),
            ("*", DomainError::Wildcard),
            ("w*.example.org", DomainError::Wildcard),
            ("host.123", DomainError::NumericTld),
            ("xn--a.example", DomainError::Idna),
            ("https://", DomainError::Empty),
            ("@", DomainError::Empty),
            (&long_label, DomainError::LabelTooLong),
            (&long_name, DomainError::TooLong),
        ] {
            let expected = match text {
                // Nothing that could be a name: left out without a word.
                "@" => vec![],
                _ => vec![Entry {
                    written: text.to_owned(),
                    name: Err(expected),
                }],
            };
            assert_eq!(parse_names(text, to_ascii), expected, "{text:?}");
        }
    }

    #[test]
    fn leaves_out_what_is_no_word() {
        for text in ["", " ", "\n\t", ",;,", "- – — •", "...", "\"\"", "[]"] {
            assert_eq!(parsed(text), [], "{text:?}");
        }
    }

    #[test]
    fn bounds_what_it_looks_at() {
        let many: String = (0..20_000).map(|n| format!("n{n}.example ")).collect();
        assert_eq!(parse_names(&many, to_ascii).len(), MAX_ENTRIES + 1);
        // The cut falls into a character of two bytes.
        let long = format!("a{}", "ü".repeat(MAX_INPUT_BYTES));
        let entries = parse_names(&long, to_ascii);
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].written.chars().count(), MAX_WRITTEN);
        assert_eq!(entries[0].name, Err(DomainError::TooLong));
    }
}
