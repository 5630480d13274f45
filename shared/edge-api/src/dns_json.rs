//! DNS over HTTPS in JSON, as `https://dns.google/resolve` and `https://cloudflare-dns.com/dns-query`
//! speak it: the edge asks for ties with it.

use serde::Deserialize;
use thiserror::Error;

/// The media type to ask for.
pub const ACCEPT: &str = "application/dns-json";

const TYPE_TXT: u16 = 16;
/// RCODEs (RFC 1035 §4.1.1).
const NO_ERROR: u16 = 0;
const NAME_ERROR: u16 = 3;

/// Why an answer says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DnsError {
    /// Not the JSON that resolvers answer.
    #[error("the resolver's answer is not DNS in JSON")]
    Malformed,
    /// An RCODE other than NOERROR and NXDOMAIN; 2 is SERVFAIL.
    #[error("the resolver answered with DNS status {0}")]
    Status(u16),
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "Status")]
    status: u16,
    #[serde(rename = "Answer", default)]
    records: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    #[serde(rename = "type")]
    kind: u16,
    data: String,
}

/// The URL that asks `resolver` for the TXT records at `name`, which is a host name.
#[must_use]
pub fn txt_url(resolver: &str, name: &str) -> String {
    let separator = if resolver.contains('?') { '&' } else { '?' };
    format!("{resolver}{separator}name={name}&type=TXT")
}

/// The texts of the TXT records in an answer, each with its strings joined; empty where the name
/// does not exist. Records behind a CNAME are among them.
///
/// # Errors
/// [`DnsError`] where the resolver did not answer the question.
pub fn parse_txt(body: &[u8]) -> Result<Vec<String>, DnsError> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| DnsError::Malformed)?;
    if ![NO_ERROR, NAME_ERROR].contains(&answer.status) {
        return Err(DnsError::Status(answer.status));
    }
    let texts = answer
        .records
        .iter()
        .filter(|record| record.kind == TYPE_TXT);
    Ok(texts.map(|record| join_strings(&record.data)).collect())
}

/// Undoes the presentation format of RFC 1035 §5.1, `"one" "two"`, which some resolvers give and
/// some do not.
fn join_strings(data: &str) -> String {
    if !data.starts_with('"') {
        return data.to_owned();
    }
    let mut joined = String::new();
    let mut quoted = false;
    let mut characters = data.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => quoted = !quoted,
            '\\' if quoted => joined.extend(characters.next()),
            other if quoted => joined.push(other),
            _ => {}
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_for_txt() {
        assert_eq!(
            txt_url("https://dns.google/resolve", "_tabcert.example.org"),
            "https://dns.google/resolve?name=_tabcert.example.org&type=TXT"
        );
        assert_eq!(
            txt_url("https://dns.example/q?key=1", "a.b"),
            "https://dns.example/q?key=1&name=a.b&type=TXT"
        );
    }

    #[test]
    fn reads_texts_in_every_spelling() {
        let body = r#"{"Status":0,"TC":false,"AD":true,
            "Question":[{"name":"_tabcert.example.org","type":16}],
            "Answer":[
              {"name":"_tabcert.example.org","type":5,"TTL":60,"data":"ties.example.net."},
              {"name":"ties.example.net","type":16,"TTL":60,"data":"plain text"},
              {"name":"ties.example.net","type":16,"TTL":60,"data":"\"one \" \"two\""},
              {"name":"ties.example.net","type":16,"TTL":60,"data":"\"a\\\"b\\\\c\""},
              {"name":"ties.example.net","type":16,"TTL":60,"data":"\"\""}]}"#;
        assert_eq!(
            parse_txt(body.as_bytes()).expect("an answer"),
            ["plain text", "one two", "a\"b\\c", ""]
        );
    }

    #[test]
    fn tells_nothing_from_failure() {
        assert_eq!(parse_txt(br#"{"Status":3}"#), Ok(vec![]));
        assert_eq!(parse_txt(br#"{"Status":0}"#), Ok(vec![]));
        assert_eq!(parse_txt(br#"{"Status":2}"#), Err(DnsError::Status(2)));
        for body in [
            "",
            "<html>",
            "[]",
            r#"{"Answer":[]}"#,
            r#"{"Status":0,"Answer":[{}]}"#,
        ] {
            assert_eq!(parse_txt(body.as_bytes()), Err(DnsError::Malformed));
        }
    }
}
