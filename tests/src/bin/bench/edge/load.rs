//! Requests as fast as they are answered, over connections that stay open.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// How many requests are under way at a time.
pub(crate) const CONNECTIONS: usize = 16;

/// What a round of requests came to.
pub(crate) struct Round {
    /// Answers per second.
    pub(crate) rate: f64,
    /// Milliseconds of each, ascending.
    latencies: Vec<f64>,
}

impl Round {
    /// The latency that this share of the answers, from 0 to 1, did not exceed.
    pub(crate) fn percentile(&self, share: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let index = (last as f64 * share).round() as usize;
        self.latencies.get(index).copied().unwrap_or(f64::NAN)
    }
}

/// Sends the same bytes over and over, for as long as given, and expects this status and, in the
/// body, this text every time.
pub(crate) fn run(
    port: u16,
    request: &[u8],
    status: u16,
    body: &str,
    length: Duration,
) -> Result<Round> {
    let began = Instant::now();
    let work = || -> Result<Vec<f64>> {
        let mut connection = Connection::open(port)?;
        let mut latencies = Vec::new();
        while began.elapsed() < length {
            let sent = Instant::now();
            let answer = connection.exchange(request)?;
            latencies.push(sent.elapsed().as_secs_f64() * 1000.0);
            ensure!(
                answer.status == status && answer.body == body.as_bytes(),
                "an answer with status {}: {}",
                answer.status,
                String::from_utf8_lossy(answer.body)
            );
        }
        Ok(latencies)
    };
    let mut latencies = thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(work)).collect();
        let mut all = Vec::new();
        for worker in workers {
            match worker.join() {
                Ok(latencies) => all.extend(latencies?),
                Err(_) => bail!("a connection's thread panicked"),
            }
        }
        Ok(all)
    })?;
    let elapsed = began.elapsed().as_secs_f64();
    latencies.sort_by(f64::total_cmp);
    Ok(Round {
        rate: latencies.len() as f64 / elapsed,
        latencies,
    })
}

/// An answer, as far as it is looked at.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

/// A connection that stays open.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(4096),
        })
    }

    /// Sends a request and reads the answer, which must have a `Content-Length`.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request)?;
        self.buffer.clear();
        let mut chunk = [0; 4096];
        loop {
            if let Some((status, start, end)) = complete(&self.buffer)? {
                return Ok(Answer {
                    status,
                    body: &self.buffer[start..end],
                });
            }
            match self.stream.read(&mut chunk)? {
                0 => bail!("the connection was closed"),
                length => self.buffer.extend_from_slice(&chunk[..length]),
            }
        }
    }
}

/// Status, and where the body begins and ends, once all of it is there.
fn complete(bytes: &[u8]) -> Result<Option<(u16, usize, usize)>> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&bytes[..end]).context("a head that is no text")?;
    let status = head.get(9..12).context("no status line")?.parse()?;
    let length = head
        .split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map(|(_, length)| length.trim().parse::<usize>())
        .with_context(|| format!("no length: {head}"))??;
    let start = end + 4;
    Ok((bytes.len() >= start + length).then_some((status, start, start + length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_complete_when_their_body_is() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab";
        assert_eq!(
            complete(answer).expect("an answer"),
            Some((200, answer.len() - 2, answer.len()))
        );
        assert_eq!(complete(&answer[..answer.len() - 1]).expect("a part"), None);
        assert_eq!(complete(b"HTTP/1.1 200").expect("a part"), None);
        assert!(complete(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }

    #[test]
    fn percentiles_are_of_all_answers() {
        let round = Round {
            rate: 1.0,
            latencies: (0..=100).map(f64::from).collect(),
        };
        assert_eq!(round.percentile(0.5), 50.0);
        assert_eq!(round.percentile(0.99), 99.0);
    }
}
