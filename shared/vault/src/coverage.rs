//! Which certificate a host is served with.

use std::cmp::Reverse;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::summary::Summary;

/// How a certificate comes to serve a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// The host is one of its names.
    Exact,
    /// One of its wildcards stands for the host.
    Wildcard,
    /// It is not for the host, but servers present it where nothing else fits.
    Fallback,
}

/// A certificate that serves a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Covering<'a> {
    /// The certificate.
    pub certificate: &'a Summary,
    /// How.
    pub via: Via,
    /// Whether it is within its validity and not revoked.
    pub is_usable: bool,
}

/// The certificates that serve `host`, the best first: those that are for the host before fallbacks,
/// usable ones before others, and then the one that is valid longest.
///
/// `host` is a name in A-labels (case and one trailing dot do not matter) or an IP address.
#[must_use]
pub fn covering<'a>(
    certificates: impl IntoIterator<Item = &'a Summary>,
    host: &str,
    now_ms: u64,
) -> Vec<Covering<'a>> {
    let host = Host::read(host);
    let mut found: Vec<Covering<'a>> = certificates
        .into_iter()
        .filter_map(|certificate| {
            Some(Covering {
                certificate,
                via: host.via(certificate)?,
                is_usable: is_usable(certificate, now_ms),
            })
        })
        .collect();
    found.sort_by_key(|covering| {
        (
            covering.via == Via::Fallback,
            !covering.is_usable,
            Reverse(covering.certificate.facts.not_after),
            covering.via,
            covering.certificate.id,
        )
    });
    found
}

fn is_usable(certificate: &Summary, now_ms: u64) -> bool {
    certificate.revoked.is_none()
        && (certificate.begins_ms()..certificate.ends_ms()).contains(&now_ms)
}

enum Host {
    Name(String),
    Address(IpAddr),
}

impl Host {
    fn read(text: &str) -> Self {
        let text = text.trim();
        let address = text
            .strip_prefix('[')
            .and_then(|text| text.strip_suffix(']'));
        match address.unwrap_or(text).parse() {
            Ok(address) => Self::Address(address),
            Err(_) => Self::Name(text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase()),
        }
    }

    fn via(&self, certificate: &Summary) -> Option<Via> {
        certificate
            .names
            .iter()
            .filter_map(|name| self.matches(name))
            .min()
            .or(certificate.label.fallback.then_some(Via::Fallback))
    }

    /// RFC 9525 §6.3: a wildcard stands for exactly one label, the leftmost.
    fn matches(&self, name: &str) -> Option<Via> {
        match self {
            Self::Address(address) => (name.parse() == Ok(*address)).then_some(Via::Exact),
            Self::Name(host) if name.eq_ignore_ascii_case(host) => Some(Via::Exact),
            Self::Name(host) => {
                let (label, parent) = host.split_once('.')?;
                let base = name.strip_prefix("*.")?;
                let stands_for =
                    !label.is_empty() && label != "*" && base.eq_ignore_ascii_case(parent);
                stands_for.then_some(Via::Wildcard)
            }
        }
    }
}
