//! Ports for servers.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};

use crate::{Error, Result};

/// Below what systems give to outgoing connections (Linux: from 32768), so that no client takes a
/// port between here and the server that listens on it.
const FIRST: u16 = 16_000;
const COUNT: u16 = 16_000;

/// A port that nobody listens on, by TCP or UDP, and that this process has not been given before.
///
/// # Errors
/// [`Error::NoFreePort`] when thousands are all taken.
pub fn free_port() -> Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);

    // Processes that start together begin far apart.
    let offset = (process::id().wrapping_mul(61) % u32::from(COUNT)) as u16;
    for _ in 0..COUNT {
        let step = NEXT.fetch_add(1, Ordering::Relaxed) % COUNT;
        let port = FIRST + (offset + step) % COUNT;
        if is_free(port) {
            return Ok(port);
        }
    }
    Err(Error::NoFreePort)
}

/// `port` if nobody listens on it, otherwise a free one: for addresses that people remember.
///
/// # Errors
/// As [`free_port`].
pub fn preferred_port(port: u16) -> Result<u16> {
    if is_free(port) { Ok(port) } else { free_port() }
}

/// Whether a server could listen on this port now.
pub fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok()
        && TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
        && UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_port_is_given_twice() {
        let mut ports: Vec<u16> = (0..50).map(|_| free_port().expect("a free port")).collect();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 50);
    }

    #[test]
    fn a_taken_port_is_passed_over() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a listener");
        let taken = listener.local_addr().expect("its address").port();
        assert!(!is_free(taken));
        assert_ne!(preferred_port(taken).expect("another port"), taken);
    }
}
