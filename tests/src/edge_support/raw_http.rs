//! HTTP/1.1 by hand: a client library would mend what an attacker sends.

use std::io::{self, Read, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::thread;
use std::time::Duration;

/// Longer than the edge waits for anyone.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request; every part is sent byte for byte.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The request target: path and query, unless a test means otherwise.
    pub target: String,
    /// The headers in order, `Host` among them.
    pub headers: Vec<(String, String)>,
    /// The body; its `Content-Length` is added where there is one.
    pub body: Vec<u8>,
    /// Sends the body in chunks, so that its length is not announced.
    pub chunked: bool,
}

impl Request {
    /// A request without body for this `Host`.
    #[must_use]
    pub fn new(method: &str, host: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: vec![("Host".to_owned(), host.to_owned())],
            body: Vec::new(),
            chunked: false,
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body and its media type.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("Content-Type", content_type)
    }

    /// Sends it to a port on this machine and reads the whole answer.
    ///
    /// # Errors
    /// Where the connection breaks, or what comes back is not HTTP.
    pub fn send(&self, port: u16) -> io::Result<Answer> {
        let mut stream = self.connect(port)?;
        // A server may answer, and close, before it has read everything.
        let written = stream.write_all(&self.bytes());
        self.read_answer(&mut stream)
            .or_else(|error| written.and(Err(error)))
    }

    /// Sends the head as it is and, as its body, chunks for as long as the other side takes them, but
    /// `length` bytes at most. What the head says of the body is up to its headers.
    ///
    /// # Errors
    /// Where the connection breaks before there is an answer.
    pub fn flood(&self, port: u16, length: usize) -> io::Result<Answer> {
        let mut stream = self.connect(port)?;
        let mut sending = stream.try_clone()?;
        let head = self.head();
        let sender = thread::spawn(move || {
            sending.write_all(head.as_bytes())?;
            write_chunks(&mut sending, length)
        });
        let answer = self.read_answer(&mut stream);
        // Whoever has answered may have stopped reading.
        let _ = stream.shutdown(Shutdown::Both);
        let _ = sender.join();
        answer
    }

    fn connect(&self, port: u16) -> io::Result<TcpStream> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(stream)
    }

    fn read_answer(&self, stream: &mut TcpStream) -> io::Result<Answer> {
        let mut bytes = Vec::new();
        let mut buffer = [0; 65536];
        // The runtime keeps connections open for a while that it was asked to close.
        loop {
            if let Some(answer) = Answer::parse(&bytes, self.method == "HEAD") {
                return Ok(answer);
            }
            match stream.read(&mut buffer)? {
                0 => {
                    let cut_off = String::from_utf8_lossy(&bytes).into_owned();
                    return Err(io::Error::new(io::ErrorKind::UnexpectedEof, cut_off));
                }
                length => bytes.extend(&buffer[..length]),
            }
        }
    }

    fn head(&self) -> String {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if self.chunked {
            head += "Transfer-Encoding: chunked\r\n";
        } else if !self.body.is_empty() {
            head += &format!("Content-Length: {}\r\n", self.body.len());
        }
        head + "Connection: close\r\n\r\n"
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.head().into_bytes();
        if self.chunked {
            bytes.extend(format!("{:x}\r\n", self.body.len()).into_bytes());
            bytes.extend(&self.body);
            bytes.extend(b"\r\n0\r\n\r\n");
        } else {
            bytes.extend(&self.body);
        }
        bytes
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, without transfer coding.
    pub body: Vec<u8>,
}

impl Answer {
    /// `None` as long as it is not complete.
    fn parse(bytes: &[u8], head_only: bool) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let mut answer = Self {
            status,
            headers,
            body: Vec::new(),
        };
        let rest = &bytes[end + 4..];
        answer.body = match (
            answer.header("transfer-encoding"),
            answer.header("content-length"),
        ) {
            _ if head_only || matches!(status, 204 | 304) => Vec::new(),
            (Some(_), _) => dechunk(rest)?,
            (None, length) => rest.get(..length?.parse().ok()?)?.to_vec(),
        };
        Some(answer)
    }

    /// A header's value; the name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; `null` for anything else.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The kind of the edge's problem, for example `hostNotTied`; empty where there is none.
    #[must_use]
    pub fn problem(&self) -> String {
        let kind = self.json()["type"].as_str().unwrap_or_default().to_owned();
        match self.header("tabcert-edge") {
            Some(_) => kind
                .strip_prefix("urn:tabcert:edge:")
                .unwrap_or_default()
                .to_owned(),
            None => String::new(),
        }
    }
}

/// Sends a body of `length` bytes in chunks.
///
/// # Errors
/// Where the other side takes no more.
pub fn write_chunks(out: &mut dyn io::Write, length: usize) -> io::Result<()> {
    let chunk = [b"10000\r\n".as_slice(), &[b'x'; 0x10000], b"\r\n"].concat();
    for _ in 0..length / 0x10000 {
        out.write_all(&chunk)?;
    }
    out.write_all(b"0\r\n\r\n")?;
    out.flush()
}

fn dechunk(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = bytes.windows(2).position(|window| window == b"\r\n")?;
        let size = std::str::from_utf8(&bytes[..end]).ok()?;
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend(bytes.get(end + 2..end + 2 + size)?);
        bytes = bytes.get(end + 4 + size..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind_of_body() {
        for (bytes, head_only, body) in [
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc",
                false,
                "ab",
            ),
            ("HTTP/1.1 204 No Content\r\n\r\n", false, ""),
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", true, ""),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
                false,
                "abc",
            ),
        ] {
            let answer = Answer::parse(bytes.as_bytes(), head_only).expect("an answer");
            assert_eq!(answer.text(), body, "{bytes}");
        }
        let cut = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc";
        assert!(Answer::parse(cut.as_bytes(), false).is_none());
    }
}
