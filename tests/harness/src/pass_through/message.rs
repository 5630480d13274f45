//! As much of HTTP/1.1 (RFC 9112) as passing messages on takes.

use std::io::{self, Read};

/// More than any head in these tests.
const MAX_HEAD: usize = 64 * 1024;

/// A message's first line and its header fields, without line ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    lines: Vec<String>,
}

/// Reads a head, and returns with it what was read of the body.
pub(super) fn read_head(stream: &mut impl Read) -> io::Result<(Head, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let body = bytes.split_off(end + 4);
            return Ok((Head::parse(&bytes[..end])?, body));
        }
        let length = stream.read(&mut chunk)?;
        if length == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&chunk[..length]);
        if bytes.len() > MAX_HEAD {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the head is too long",
            ));
        }
    }
}

impl Head {
    fn parse(bytes: &[u8]) -> io::Result<Self> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        Ok(Self {
            lines: text.split("\r\n").map(str::to_owned).collect(),
        })
    }

    /// A request's method.
    #[must_use]
    pub fn method(&self) -> Option<&str> {
        self.lines.first()?.split(' ').next()
    }

    /// A request's target: path and query.
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        self.lines.first()?.split(' ').nth(1)
    }

    /// An answer's status.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.lines.first()?.split(' ').nth(1)?.parse().ok()
    }

    /// The length of the body, if it is given.
    pub(super) fn content_length(&self) -> u64 {
        let length = self
            .fields()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        length
            .and_then(|(_, value)| value.trim().parse().ok())
            .unwrap_or(0)
    }

    /// The head without the fields whose names begin so, in whatever case.
    #[must_use]
    pub fn without(mut self, prefix: &str) -> Self {
        let mut first = true;
        self.lines.retain(|line| {
            let begins = line
                .get(..prefix.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(prefix));
            std::mem::take(&mut first) || !begins
        });
        self
    }

    /// The head with one more field.
    #[must_use]
    pub fn with(mut self, field: &str) -> Self {
        self.lines.push(field.to_owned());
        self
    }

    /// As it is sent.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.lines.join("\r\n").into_bytes();
        bytes.extend_from_slice(b"\r\n\r\n");
        bytes
    }

    fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines
            .iter()
            .skip(1)
            .filter_map(|line| line.split_once(':'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &[u8] = b"HTTP/1.1 201 Created\r\nAccess-Control-Allow-Origin: *\r\n\
        access-control-expose-headers: Link\r\nLocation: https://ca.test/1\r\n\
        Content-Length: 5\r\n\r\nbo";

    #[test]
    fn a_head_ends_where_the_body_begins() {
        let (head, body) = read_head(&mut &ANSWER[..]).expect("a head");
        assert_eq!(head.content_length(), 5);
        assert_eq!(body, b"bo");
    }

    #[test]
    fn fields_are_removed_by_prefix_and_the_rest_stays() {
        let (head, _) = read_head(&mut &ANSWER[..]).expect("a head");
        let expected: &[u8] = b"HTTP/1.1 201 Created\r\nLocation: https://ca.test/1\r\n\
            Content-Length: 5\r\nX: y\r\n\r\n";
        assert_eq!(
            head.without("access-control-").with("X: y").to_bytes(),
            expected
        );
    }

    #[test]
    fn a_head_without_end_is_an_error() {
        assert!(read_head(&mut &ANSWER[..20]).is_err());
        assert!(read_head(&mut io::repeat(b'a')).is_err());
    }
}
