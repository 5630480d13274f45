//! What must hold of whatever the edge's parsers are given. The property tests beside this file and
//! the fuzz targets in `tests/fuzz` both call these.

use std::net::IpAddr;

use tabcert_acme::domain::DomainName;
use tabcert_acme::token::Token;
use tabcert_edge_api::authorize::{TokenRequest, check_signature};
use tabcert_edge_api::ca_hosts::CaHosts;
use tabcert_edge_api::dns_json::parse_txt;
use tabcert_edge_api::path::{HTTP01_PREFIX, PROXY_PREFIX, http01_path, parse_http01};
use tabcert_edge_api::proxy;
use tabcert_edge_api::ties::Ties;
use tabcert_edge_api::token_write::Operation;

/// A `Host` names a host in one canonical form, or nothing. True where it was accepted.
pub(crate) fn host(text: &str) -> bool {
    let Ok(name) = DomainName::parse_a_labels(text) else {
        return false;
    };
    assert_eq!(name.as_str(), text.to_ascii_lowercase());
    assert_eq!(DomainName::parse_a_labels(name.as_str()), Ok(name.clone()));
    assert_plain_host(name.base());
    true
}

/// The path of a token write is a host and a token, and nothing else. True where it was accepted.
pub(crate) fn token_path(rest: &str) -> bool {
    let Some((host, token)) = parse_http01(rest) else {
        return false;
    };
    assert_eq!(http01_path(&host, &token), format!("{HTTP01_PREFIX}{rest}"));
    assert_plain_host(host.as_str());
    assert!(
        token
            .as_str()
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    );
    true
}

/// A proxied request goes to a listed CA, by the URL that was checked. True where it was accepted.
pub(crate) fn proxy_path(rest: &str) -> bool {
    let hosts = CaHosts::catalogue()
        .with_operators(r#"["localhost:14000"]"#)
        .expect("a list");
    let Ok(url) = proxy::parse(rest, &hosts) else {
        return false;
    };
    assert_eq!(url.as_str(), format!("https://{rest}"));
    assert_eq!(proxy::path_for(&url), format!("{PROXY_PREFIX}{rest}"));
    assert!(hosts.allow(url.authority()));
    let after = &url.as_str()["https://".len() + url.authority().len()..];
    assert!(after.is_empty() || after.starts_with(['/', '?']), "{after}");
    assert!(url.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
    assert!(!url.as_str().contains(['#', '\\']));
    let path = after.split('?').next().unwrap_or_default();
    for segment in path.to_ascii_lowercase().replace("%2e", ".").split('/') {
        assert!(segment != "." && segment != "..", "{rest}");
    }
    true
}

/// Nobody is believed who did not sign exactly this request: no body made without a key is.
pub(crate) fn jws(body: &[u8]) {
    let request = TokenRequest {
        operation: Operation::Put,
        url: "https://edge.example/api/v1/http01/example.org/aaaaaaaaaaaaaaaaaaaaaa",
        host: DomainName::parse_a_labels("example.org").expect("a name"),
        token: Token::parse("aaaaaaaaaaaaaaaaaaaaaa").expect("a token"),
    };
    assert!(check_signature(request, body, 1_800_000_000).is_err());
}

/// An operator's list is taken or refused.
pub(crate) fn ties(json: &str) {
    let _ = Ties::parse(json);
}

/// A resolver's answer is taken or refused, and gives no more text than it has.
pub(crate) fn dns_answer(body: &[u8]) {
    if let Ok(texts) = parse_txt(body) {
        assert!(texts.iter().map(String::len).sum::<usize>() <= 3 * body.len());
    }
}

/// Lower-case labels of letters, digits and hyphens: no address, port, user, dot segment or escape.
fn assert_plain_host(host: &str) {
    assert!(host.len() <= 253 && host.contains('.'), "{host}");
    for label in host.split('.') {
        assert!((1..=63).contains(&label.len()), "{host}");
        assert!(
            label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
            "{host}"
        );
    }
    assert!(host.parse::<IpAddr>().is_err(), "{host}");
    // WHATWG URL §4.3, "ends in a number": a URL parser takes such a host for an IPv4 address.
    let last = host.rsplit('.').next().unwrap_or_default();
    let hexadecimal = last
        .strip_prefix("0x")
        .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let decimal = last.bytes().all(|byte| byte.is_ascii_digit());
    assert!(!hexadecimal && !decimal, "{host}");
}
