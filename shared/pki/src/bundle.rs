//! The files that a server wants, in every usual form. All are made from a
//! [`CheckedChain`](crate::CheckedChain), and each that holds a key checks that it is the right one.

pub mod archive;
pub mod pem;
pub mod pfx;
mod readme;
mod zip;

use crate::{Delivered, Form, SubjectName};

/// A file name without extension for what belongs to `name`, safe on every system:
/// `*.example.org` becomes `wildcard.example.org`, the colons of an IPv6 address become hyphens.
#[must_use]
pub fn file_stem(name: &SubjectName) -> String {
    let stem = match name {
        SubjectName::Dns(dns) => match dns.as_str().strip_prefix("*.") {
            Some(parent) => format!("wildcard.{parent}"),
            None => dns.to_string(),
        },
        SubjectName::Ip(address) => address.to_string().replace(':', "-"),
    };
    // Windows takes a name for a device whatever follows its first dot. A leading hyphen, as in "--1"
    // for ::1, would be read as an option on a command line.
    let first = stem.split('.').next().unwrap_or_default();
    let device = match first
        .strip_prefix("com")
        .or_else(|| first.strip_prefix("lpt"))
    {
        Some(number) => matches!(number.as_bytes(), [b'0'..=b'9']),
        None => matches!(first, "aux" | "con" | "nul" | "prn"),
    };
    if device || stem.starts_with('-') {
        format!("_{stem}")
    } else {
        stem
    }
}

/// The name of the file with the CA's answer as it came, such as `ca-answer.pem`.
#[must_use]
pub fn answer_name(answer: &[u8]) -> String {
    let form = Delivered::read(answer).form();
    format!("ca-answer.{}", form.map_or("txt", Form::extension))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_safe_everywhere() {
        for (name, stem) in [
            ("example.org", "example.org"),
            ("*.Example.org", "wildcard.example.org"),
            ("192.0.2.1", "192.0.2.1"),
            ("2001:db8::1", "2001-db8--1"),
            ("::1", "_--1"),
            ("con.example", "_con.example"),
            ("com1.example", "_com1.example"),
            ("lpt9", "_lpt9"),
            ("com10.example", "com10.example"),
            ("community.example", "community.example"),
            ("com.example", "com.example"),
        ] {
            assert_eq!(file_stem(&name.parse().unwrap()), stem);
        }
    }
}
