//! Relaying ACME requests: `<prefix>/<CA authority>/<path?query>`.
//!
//! The JWS `url` stays the CA's; only the transport changes.

use tabcert_acme::url::HttpsUrl;
use thiserror::Error;

use crate::ca_hosts::CaHosts;
use crate::path::PROXY_PREFIX;

/// The headers of a CA's answer that reach the page. `Link` may stand several times.
pub const RESPONSE_HEADERS: [&str; 5] = [
    "content-type",
    "link",
    "location",
    "replay-nonce",
    "retry-after",
];

/// Why a request is not relayed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProxyError {
    /// What follows the prefix is no authority and path of a URL.
    #[error("this is not the path of a proxied request")]
    Malformed,
    /// The authority is not on the list.
    #[error("{0} is not on this edge's list of CAs")]
    NotAllowed(String),
}

/// The path and query, on the edge, that stand for a CA's URL.
#[must_use]
pub fn path_for(url: &HttpsUrl) -> String {
    format!("{PROXY_PREFIX}{}{}", url.authority(), url.path_and_query())
}

/// Parses what follows [`PROXY_PREFIX`] in path and query, and checks it against the list.
///
/// # Errors
/// [`ProxyError`] says whether the text or the CA is not acceptable.
pub fn parse(rest: &str, hosts: &CaHosts) -> Result<HttpsUrl, ProxyError> {
    let url = HttpsUrl::parse(&format!("https://{rest}")).map_err(|_| ProxyError::Malformed)?;
    // The fetch would resolve these, and then ask for another URL than the one that was checked.
    let path = url.path_and_query().split('?').next().unwrap_or_default();
    if path.split('/').any(is_dot_segment) {
        return Err(ProxyError::Malformed);
    }
    if hosts.allow(url.authority()) {
        Ok(url)
    } else {
        Err(ProxyError::NotAllowed(url.authority().to_owned()))
    }
}

/// The segments that URL parsers take out of a path, in every spelling that they know (WHATWG URL
/// §4.4, "single-dot" and "double-dot URL path segment").
fn is_dot_segment(segment: &str) -> bool {
    matches!(
        segment.to_ascii_lowercase().replace("%2e", ".").as_str(),
        "." | ".."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> CaHosts {
        CaHosts::catalogue()
            .with_operators(r#"["localhost:14000"]"#)
            .expect("a list")
    }

    #[test]
    fn a_built_path_parses_to_the_same_url() {
        for text in [
            "https://localhost:14000/dir",
            "https://localhost:14000/list-orderz/1?cursor=3&x=%20",
            "https://acme-v02.api.letsencrypt.org/acme/new-order",
            "https://acme-v02.api.letsencrypt.org/a//b/...",
            "https://acme-v02.api.letsencrypt.org",
            "https://acme-v02.api.letsencrypt.org?x=../..",
        ] {
            let url = HttpsUrl::parse(text).expect("a URL");
            let path = path_for(&url);
            let rest = path.strip_prefix(PROXY_PREFIX).expect("the prefix");
            assert_eq!(parse(rest, &hosts()), Ok(url));
        }
    }

    #[test]
    fn refuses_other_hosts() {
        for rest in [
            "evil.example/dir",
            "localhost/dir",
            "localhost:15000/roots/0",
            "127.0.0.1:14000/dir",
            "acme-v02.api.letsencrypt.org.evil.example/directory",
            "evil-acme-v02.api.letsencrypt.org/directory",
            "169.254.169.254/latest/meta-data",
            "[::ffff:169.254.169.254]/",
        ] {
            let authority = rest.split('/').next().expect("an authority").to_owned();
            assert_eq!(
                parse(rest, &hosts()),
                Err(ProxyError::NotAllowed(authority))
            );
        }
    }

    #[test]
    fn refuses_what_is_no_url() {
        for rest in [
            "",
            "/dir",
            "https://localhost:14000/dir",
            "user@localhost:14000/dir",
            "localhost:14000@evil.example/dir",
            "localhost:14000\\@evil.example/dir",
            "localhost:14000#@evil.example/dir",
            "localhost%3a14000/dir",
            "localhost:14000/a b",
            "localhost:14000/\r\nX: y",
            "localhost:14000/../dir",
            "localhost:14000/a/%2e%2E/b",
            "localhost:14000/a/.%2e",
            "localhost:14000/.",
        ] {
            assert_eq!(parse(rest, &hosts()), Err(ProxyError::Malformed), "{rest}");
        }
    }
}
