//! DNS over HTTPS in JSON, as `https://dns.google/resolve` and `https://cloudflare-dns.com/dns-query`
//! speak it: the edge asks for ties with it, and where names lead.

use std::net::IpAddr;

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

/// The media type to ask for.
pub const ACCEPT: &str = "application/dns-json";

const TYPE_A: u16 = 1;
const TYPE_TXT: u16 = 16;
const TYPE_AAAA: u16 = 28;
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
    /// Absent, or `null` where a resolver writes an empty list so.
    #[serde(rename = "Answer", default)]
    records: Option<Vec<Record>>,
}

#[derive(Deserialize)]
struct Record {
    #[serde(rename = "type")]
    kind: u16,
    /// Of records that were not asked for, anything.
    #[serde(default)]
    data: Value,
}

impl Record {
    /// The data of a record that was asked for.
    fn text(&self) -> Result<&str, DnsError> {
        self.data.as_str().ok_or(DnsError::Malformed)
    }
}

/// The URL that asks `resolver` for the TXT records at `name`, which is a host name.
#[must_use]
pub fn txt_url(resolver: &str, name: &str) -> String {
    question(resolver, name, "TXT")
}

/// The URLs that ask `resolver` for the A and the AAAA records at `name`, which is a host name.
#[must_use]
pub fn address_urls(resolver: &str, name: &str) -> [String; 2] {
    ["A", "AAAA"].map(|kind| question(resolver, name, kind))
}

fn question(resolver: &str, name: &str, kind: &str) -> String {
    let separator = if resolver.contains('?') { '&' } else { '?' };
    format!("{resolver}{separator}name={name}&type={kind}")
}

/// The texts of the TXT records in an answer, each with its strings joined; empty where the name
/// does not exist. Records behind a CNAME are among them.
///
/// # Errors
/// [`DnsError`] where the resolver did not answer the question.
pub fn parse_txt(body: &[u8]) -> Result<Vec<String>, DnsError> {
    let records = parse(body)?;
    let texts = records.iter().filter(|record| record.kind == TYPE_TXT);
    texts
        .map(|record| Ok(join_strings(record.text()?)))
        .collect()
}

/// The addresses of the A and AAAA records in an answer; empty where there are none.
///
/// # Errors
/// [`DnsError`] where the resolver did not answer the question, or with anything but addresses.
pub fn parse_addresses(body: &[u8]) -> Result<Vec<IpAddr>, DnsError> {
    parse(body)?
        .into_iter()
        .filter(|record| [TYPE_A, TYPE_AAAA].contains(&record.kind))
        .map(|record| record.text()?.parse().map_err(|_| DnsError::Malformed))
        .collect()
}

/// The addresses of both families, of which one is enough: CAs use what they get. Where one lookup has
/// failed and the other found nothing, nobody knows.
///
/// # Errors
/// What kept the addresses from being found.
pub fn either_family<E>(
    v4: Result<Vec<IpAddr>, E>,
    v6: Result<Vec<IpAddr>, E>,
) -> Result<Vec<IpAddr>, E> {
    match (v4, v6) {
        (Ok(mut v4), Ok(v6)) => {
            v4.extend(v6);
            Ok(v4)
        }
        (Ok(found), Err(_)) | (Err(_), Ok(found)) if !found.is_empty() => Ok(found),
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

fn parse(body: &[u8]) -> Result<Vec<Record>, DnsError> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| DnsError::Malformed)?;
    if [NO_ERROR, NAME_ERROR].contains(&answer.status) {
        Ok(answer.records.unwrap_or_default())
    } else {
        Err(DnsError::Status(answer.status))
    }
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
    fn reads_addresses() {
        let urls = address_urls("https://dns.google/resolve", "example.org");
        assert_eq!(
            urls[1],
            "https://dns.google/resolve?name=example.org&type=AAAA"
        );
        let body = r#"{"Status":0,"Answer":[
              {"name":"www.example.org","type":5,"TTL":60,"data":"example.net."},
              {"name":"example.net","type":1,"TTL":60,"data":"192.0.2.1"},
              {"name":"example.net","type":28,"TTL":60,"data":"2001:db8::1"}]}"#;
        let addresses = parse_addresses(body.as_bytes()).expect("addresses");
        let expected: [IpAddr; 2] =
            ["192.0.2.1", "2001:db8::1"].map(|text| text.parse().expect("an address"));
        assert_eq!(addresses, expected);
        assert_eq!(parse_addresses(br#"{"Status":3}"#), Ok(vec![]));
        for data in ["example.org.", "192.0.2", "0x7f.0.0.1", "", "192.0.2.1 "] {
            let body = format!(r#"{{"Status":0,"Answer":[{{"type":1,"data":"{data}"}}]}}"#);
            assert_eq!(
                parse_addresses(body.as_bytes()),
                Err(DnsError::Malformed),
                "{data}"
            );
        }
    }

    #[test]
    fn tells_nothing_from_failure() {
        assert_eq!(parse_txt(br#"{"Status":3}"#), Ok(vec![]));
        assert_eq!(parse_txt(br#"{"Status":0}"#), Ok(vec![]));
        assert_eq!(parse_txt(br#"{"Status":0,"Answer":null}"#), Ok(vec![]));
        assert_eq!(
            parse_addresses(br#"{"Status":0,"Answer":null}"#),
            Ok(vec![])
        );
        assert_eq!(parse_txt(br#"{"Status":2}"#), Err(DnsError::Status(2)));
        for body in [
            "",
            "<html>",
            "[]",
            r#"{"Answer":[]}"#,
            r#"{"Status":0,"Answer":[{}]}"#,
            r#"{"Status":0,"Answer":{}}"#,
            r#"{"Status":0,"Answer":[{"type":16}]}"#,
            r#"{"Status":0,"Answer":[{"type":16,"data":null}]}"#,
        ] {
            assert_eq!(parse_txt(body.as_bytes()), Err(DnsError::Malformed));
        }
    }

    #[test]
    fn records_that_were_not_asked_for_spoil_nothing() {
        let body = br#"{"Status":0,"Answer":[
              {"type":46,"data":null},{"type":65,"data":{"priority":1}},{"type":5},
              {"type":1,"data":"192.0.2.1"},{"type":16,"data":"x"}]}"#;
        assert_eq!(parse_addresses(body).map(|found| found.len()), Ok(1));
        assert_eq!(parse_txt(body), Ok(vec!["x".to_owned()]));
    }

    #[test]
    fn one_family_of_two_is_enough() {
        let v4: IpAddr = [192, 0, 2, 1].into();
        let v6: IpAddr = "2001:db8::1".parse().expect("an address");
        let found = |address: IpAddr| Ok(vec![address]);
        let (none, failed) = (|| Ok(vec![]), || Err(DnsError::Status(2)));
        for (one, other, expected) in [
            (found(v4), found(v6), Ok(vec![v4, v6])),
            (found(v4), failed(), found(v4)),
            (failed(), found(v6), found(v6)),
            (found(v4), none(), found(v4)),
            (none(), none(), none()),
            (none(), failed(), failed()),
            (failed(), none(), failed()),
            (failed(), Err(DnsError::Malformed), failed()),
        ] {
            assert_eq!(either_family(one, other), expected);
        }
    }
}
