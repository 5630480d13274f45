//! Where a redirect leads, and whether CAs follow it there: to http and https on ports 80 and 443,
//! to names, and nowhere else.

use serde::{Deserialize, Serialize};
use tabcert_acme::domain::{DomainError, DomainName};
use thiserror::Error;

/// Longest URL that is followed, in bytes.
const MAX_LENGTH: usize = 2048;

/// Last labels of names that mean something inside a network only.
const LOCAL_TLDS: [&str; 7] = [
    "corp",
    "home",
    "internal",
    "lan",
    "local",
    "localhost",
    "onion",
];

/// A URL that may be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    scheme: Scheme,
    host: DomainName,
    port: Option<u16>,
    path_and_query: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

/// What is wrong with where a redirect leads.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum TargetError {
    /// Not a URL that everybody reads the same way.
    #[error("it is not a well-formed URL")]
    Malformed,
    /// Longer than anybody follows.
    #[error("it is longer than {limit} bytes")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// Neither http nor https.
    #[error("its scheme is neither http nor https")]
    Scheme,
    /// With a user name or password.
    #[error("it has a user name in it")]
    UserInformation,
    /// A port other than 80 and 443.
    #[error("its port is neither 80 nor 443")]
    Port,
    /// An IP address, in any notation.
    #[error("it leads to an IP address instead of a name")]
    IpAddress,
    /// A name that no CA certifies.
    #[error("its host is not a public domain name")]
    Name,
    /// A kind that a newer edge knows.
    #[serde(other)]
    #[error("its target is not acceptable")]
    Unknown,
}

impl Target {
    /// Where the walk begins: "dereferencing the URL using an HTTP GET request. This request MUST be
    /// sent to TCP port 80" (RFC 8555 §8.3).
    #[must_use]
    pub fn first(host: DomainName, path: String) -> Self {
        Self {
            scheme: Scheme::Http,
            host,
            port: None,
            path_and_query: path,
        }
    }

    /// Where a `Location` leads from here (RFC 9110 §10.2.2, RFC 3986 §5.2).
    ///
    /// # Errors
    /// [`TargetError`] where CAs do not follow, or where two parsers could disagree.
    pub fn follow(&self, location: &str) -> Result<Self, TargetError> {
        if location.len() > MAX_LENGTH {
            return Err(TargetError::TooLong { limit: MAX_LENGTH });
        }
        let odd = |byte: u8| !byte.is_ascii_graphic() || b"\\<>\"^`{|}".contains(&byte);
        if location.bytes().any(odd) {
            return Err(TargetError::Malformed);
        }
        let location = location.split('#').next().unwrap_or_default();
        let (scheme, rest) = match split_scheme(location) {
            Some(("http", rest)) => (Scheme::Http, rest),
            Some(("https", rest)) => (Scheme::Https, rest),
            Some(_) => return Err(TargetError::Scheme),
            None => (self.scheme, location),
        };
        if let Some(rest) = rest.strip_prefix("//") {
            return Self::of_authority(scheme, rest);
        }
        if rest.len() != location.len() {
            // `http:x`, which some take for relative and some do not.
            return Err(TargetError::Malformed);
        }
        Ok(Self {
            path_and_query: self.resolve_path(rest),
            ..self.clone()
        })
    }

    fn of_authority(scheme: Scheme, rest: &str) -> Result<Self, TargetError> {
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path_and_query) = rest.split_at(end);
        if authority.contains('@') {
            return Err(TargetError::UserInformation);
        }
        if authority.starts_with('[') {
            return Err(TargetError::IpAddress);
        }
        let (host, port) = match authority.split_once(':') {
            None => (authority, None),
            Some((host, "80")) => (host, Some(80)),
            Some((host, "443")) => (host, Some(443)),
            Some(_) => return Err(TargetError::Port),
        };
        let path_and_query = match path_and_query {
            "" => "/".to_owned(),
            query if query.starts_with('?') => format!("/{query}"),
            path => path.to_owned(),
        };
        Ok(Self {
            scheme,
            host: parse_host(host)?,
            port,
            path_and_query,
        })
    }

    fn resolve_path(&self, reference: &str) -> String {
        let path = self.path_and_query.split('?').next().unwrap_or_default();
        match reference.bytes().next() {
            None => self.path_and_query.clone(),
            Some(b'/') => reference.to_owned(),
            Some(b'?') => format!("{path}{reference}"),
            Some(_) => {
                let folder = path.rfind('/').map_or("/", |end| &path[..=end]);
                format!("{folder}{reference}")
            }
        }
    }

    /// The name to resolve.
    #[must_use]
    pub fn host(&self) -> &DomainName {
        &self.host
    }

    /// Whether the name means something inside a network only.
    #[must_use]
    pub fn is_local_name(&self) -> bool {
        let last = self.host.as_str().rsplit('.').next().unwrap_or_default();
        LOCAL_TLDS.contains(&last) || self.host.as_str().ends_with(".home.arpa")
    }

    /// Whether a part of the path has a dot in front, as files have that servers do not show.
    #[must_use]
    pub fn has_dot_segment(&self) -> bool {
        let path = self.path_and_query.split('?').next().unwrap_or_default();
        path.contains("/.")
    }

    /// The URL to fetch.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = match self.scheme {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        let port = self
            .port
            .map_or_else(String::new, |port| format!(":{port}"));
        format!("{scheme}://{}{port}{}", self.host, self.path_and_query)
    }
}

/// Splits `scheme:` off (RFC 3986 §3.1), which is in any case; gives it in lower case.
fn split_scheme(text: &str) -> Option<(&'static str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let mut bytes = scheme.bytes();
    let well_formed = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    match scheme.to_ascii_lowercase().as_str() {
        _ if !well_formed => None,
        "http" => Some(("http", rest)),
        "https" => Some(("https", rest)),
        _ => Some(("other", rest)),
    }
}

fn parse_host(host: &str) -> Result<DomainName, TargetError> {
    // URL parsers take a host for an IPv4 address whose last label is a number, which may be
    // hexadecimal (WHATWG URL §3.5, "ends in a number").
    let last = host.strip_suffix('.').unwrap_or(host).rsplit('.').next();
    let last = last.unwrap_or_default().to_ascii_lowercase();
    let hexadecimal = last
        .strip_prefix("0x")
        .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if hexadecimal || (!last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(TargetError::IpAddress);
    }
    match DomainName::parse_a_labels(host) {
        Ok(name) if !name.is_wildcard() => Ok(name),
        Err(DomainError::IpAddress | DomainError::NumericTld) => Err(TargetError::IpAddress),
        Ok(_) | Err(_) => Err(TargetError::Name),
    }
}

#[cfg(test)]
mod tests;
