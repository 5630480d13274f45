//! Relaying ACME requests: `<prefix>/<CA authority>/<path?query>`.
//!
//! The JWS `url` stays the CA's; only the transport changes. What a CA answers is of the page's own
//! origin then, so it is relayed as data of ACME or as plain octets, and only to programs: a browser
//! that loads a script, an image or a page from here gets nothing ([`is_for_programs`]).

use serde::Deserialize;
use tabcert_acme::base64url;
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

/// The header that a relayed answer carries, with [`crate::path::API_VERSION`] as its value. A server
/// that is no edge, and answers every path with the same page, does not send it.
pub const RELAY_HEADER: &str = "tabcert-relay";

/// The media types of what a CA says (RFC 8555 §6.7, §7.4.2, §9.1; RFC 9773 §4.1), in lower case.
pub const MEDIA_TYPES: [&str; 6] = [
    "application/jose+json",
    "application/json",
    "application/pem-certificate-chain",
    "application/pkcs7-mime",
    "application/pkix-cert",
    "application/problem+json",
];

/// The media type that everything else of a CA's is relayed with: browsers neither run nor show it.
pub const OTHER_MEDIA_TYPE: &str = "application/octet-stream";

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

/// Whether a body is a JWS in the flattened serialisation (RFC 7515 §7.2.2), the only thing that an ACME
/// client POSTs: "the JWS MUST be in the Flattened JSON Serialization" (RFC 8555 §6.2). Whether it is a
/// good one is the CA's business. The caller caps the body's length
/// ([`crate::limits::MAX_REQUEST_BYTES`]).
#[must_use]
pub fn is_jws(body: &[u8]) -> bool {
    /// [`tabcert_acme::jws::Jws`] without copies. No character of base64url is ever escaped.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Parts<'a> {
        protected: &'a str,
        payload: &'a str,
        signature: &'a str,
    }
    serde_json::from_slice(body).is_ok_and(|parts: Parts<'_>| {
        let Parts {
            protected,
            payload,
            signature,
        } = parts;
        !protected.is_empty()
            && !signature.is_empty()
            && [protected, payload, signature]
                .into_iter()
                .all(base64url::is_alphabet)
    })
}

/// Whether a request is one of a program, by what a browser says of it in `Sec-Fetch-Dest` and
/// `Sec-Fetch-Mode` (Fetch Metadata §2): not one of a document, a script, an image or the like. Programs
/// that are no browsers send neither.
#[must_use]
pub fn is_for_programs(destination: Option<&str>, mode: Option<&str>) -> bool {
    destination.is_none_or(|destination| destination == "empty")
        && mode.is_none_or(|mode| mode != "navigate")
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
    fn takes_a_jws_for_one_and_nothing_else() {
        let jws = r#"{"protected":"eyJhbGciOiJFUzI1NiJ9","payload":"e30","signature":"Kx-_Q"}"#;
        for body in [
            jws.to_owned(),
            // POST-as-GET (RFC 8555 §6.3).
            jws.replace("e30", ""),
            format!("\r\n {} \n", jws.replace(",", " ,\n\t")),
        ] {
            assert!(is_jws(body.as_bytes()), "{body}");
        }
        let deep = "[".repeat(60_000);
        for body in [
            "",
            "{}",
            "null",
            "[]",
            deep.as_str(),
            &format!("{jws}{jws}"),
            &format!("[{jws}]"),
            &jws[1..],
            &jws[..jws.len() - 1],
            &jws.replace("\"e30\"", "null"),
            &jws.replace("\"e30\"", &deep),
            &jws.replace("e30", "e30="),
            &jws.replace("e30", "e+0"),
            &jws.replace("e30", "e 0"),
            &jws.replace("e30", "\\u0065"),
            &jws.replace("eyJhbGciOiJFUzI1NiJ9", ""),
            &jws.replace("Kx-_Q", ""),
            &jws.replace('{', r#"{"header":{},"#),
            &jws.replace('{', r#"{"payload":"","#),
            &jws.replace("payload", "Payload"),
            "eyJhbGciOiJFUzI1NiJ9.e30.Kx-_Q",
            r#"{"payload":"e30","signatures":[{"protected":"e30","signature":"e30"}]}"#,
        ] {
            let start: String = body.chars().take(200).collect();
            assert!(!is_jws(body.as_bytes()), "{start}");
        }
        assert!(!is_jws(&[0xff, 0xfe, 0x7b]));
    }

    #[test]
    fn tells_programs_from_what_a_browser_loads() {
        for (destination, mode, expected) in [
            (None, None, true),
            (Some("empty"), Some("cors"), true),
            (Some("empty"), Some("same-origin"), true),
            (Some("empty"), None, true),
            (None, Some("navigate"), false),
            (Some("empty"), Some("navigate"), false),
            (Some("document"), Some("navigate"), false),
            (Some("script"), Some("no-cors"), false),
            (Some("worker"), Some("same-origin"), false),
            (Some("style"), Some("cors"), false),
            (Some("image"), None, false),
            (Some(""), None, false),
            (Some("EMPTY"), None, false),
            (Some("empty, script"), None, false),
        ] {
            assert_eq!(
                is_for_programs(destination, mode),
                expected,
                "{destination:?} {mode:?}"
            );
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
