//! Absolute `https` URLs, as ACME uses them for every resource (RFC 8555 §6.1).

mod resolve;

use serde::{Deserialize, Serialize};

use crate::AcmeError;

/// Longest URL that is accepted, in bytes.
pub const MAX_LENGTH: usize = 2048;

/// An absolute `https` URL of printable ASCII without user information or fragment.
///
/// It is kept byte for byte: the JWS `url` header must equal what the server sees (RFC 8555 §6.4).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HttpsUrl(String);

impl HttpsUrl {
    /// Parses a URL.
    ///
    /// # Errors
    /// [`AcmeError::InvalidUrl`] for another scheme ("Use of HTTPS is REQUIRED", RFC 8555 §6.1), an
    /// empty or odd host, user information, a fragment, blanks, or more than [`MAX_LENGTH`] bytes.
    pub fn parse(text: &str) -> Result<Self, AcmeError> {
        let invalid = || AcmeError::InvalidUrl(text.chars().take(120).collect());
        let rest = text.strip_prefix("https://").ok_or_else(invalid)?;
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
        let plain = !text.contains(['#', '\\', '"', '<', '>', '^', '`', '{', '|', '}']);
        if text.len() <= MAX_LENGTH && printable && plain && is_authority(authority) {
            Ok(Self(text.to_owned()))
        } else {
            Err(invalid())
        }
    }

    /// The URL as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port as written, for example `localhost:14000`.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.after_scheme()
            .split(['/', '?'])
            .next()
            .unwrap_or_default()
    }

    /// Path and query, starting with `/` unless empty.
    #[must_use]
    pub fn path_and_query(&self) -> &str {
        &self.after_scheme()[self.authority().len()..]
    }

    fn after_scheme(&self) -> &str {
        &self.0["https://".len()..]
    }
}

fn is_authority(authority: &str) -> bool {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let port_fits = port.is_none_or(|port| {
        port.len() <= 5
            && port.bytes().all(|byte| byte.is_ascii_digit())
            && port.parse::<u16>().is_ok()
    });
    let name = |host: &str| {
        !host.is_empty()
            && host.len() <= 253
            && host
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    };
    let ipv6 = |host: &str| {
        host.strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .is_some_and(|host| host.parse::<std::net::Ipv6Addr>().is_ok())
    };
    port_fits && (name(host) || ipv6(host))
}

impl TryFrom<String> for HttpsUrl {
    type Error = AcmeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<HttpsUrl> for String {
    fn from(url: HttpsUrl) -> Self {
        url.0
    }
}

impl std::fmt::Display for HttpsUrl {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_url_apart() {
        let url = HttpsUrl::parse("https://localhost:14000/dir?x=1").expect("a URL");
        assert_eq!(url.authority(), "localhost:14000");
        assert_eq!(url.path_and_query(), "/dir?x=1");
        let bare = HttpsUrl::parse("https://ca.example").expect("a URL");
        assert_eq!(
            (bare.authority(), bare.path_and_query()),
            ("ca.example", "")
        );
        assert!(HttpsUrl::parse("https://[::1]:14000/dir").is_ok());
    }

    #[test]
    fn refuses_what_is_no_plain_https_url() {
        for text in [
            "http://ca.example/dir",
            "https://",
            "https:///dir",
            "https://user@ca.example/",
            "https://ca.example/a b",
            "https://ca.example/\u{e9}",
            "https://ca.example/#x",
            "https://ca.example:99999/",
            "https://ca.example:/x:y@z",
            "javascript:alert(1)",
            "//ca.example/",
            "https://ca.example\\@evil/",
        ] {
            assert!(HttpsUrl::parse(text).is_err(), "{text}");
        }
        let long = format!("https://ca.example/{}", "a".repeat(MAX_LENGTH));
        assert!(HttpsUrl::parse(&long).is_err());
    }
}
