//! The paths of the edge's API, all below one prefix that changes with the API's major version.

use tabcert_acme::domain::DomainName;
use tabcert_acme::jwk::Thumbprint;
use tabcert_acme::token::Token;

/// The API's major version; page and edge must agree on it.
pub const API_VERSION: u32 = 1;

/// What every path of the API starts with.
pub const API_PREFIX: &str = "/api/v1/";

/// What the path of a proxied request starts with; see [`crate::proxy`].
pub const PROXY_PREFIX: &str = "/api/v1/proxy/";

/// What the path of a token write starts with; host and token follow.
pub const HTTP01_PREFIX: &str = "/api/v1/http01/";

/// What the path of the stateless route starts with; thumbprint and token follow. A domain's owner
/// redirects its challenge path here, once.
pub const STATELESS_PREFIX: &str = "/api/v1/r/";

/// The path of [`mod@crate::check`].
pub const CHECK_HTTP01: &str = "/api/v1/check/http01";

/// The path of [`crate::health::Health`].
pub const HEALTH: &str = "/api/v1/health";

/// What the path starts with that a CA fetches (RFC 8555 §8.3); the token follows.
pub const CHALLENGE_PREFIX: &str = "/.well-known/acme-challenge/";

/// The token that is answered at every host with the edge's mark instead of a key authorization; see
/// [`mod@crate::check`]. It is never stored. A CA that chooses it gets no certificate validated here.
pub const EDGE_TOKEN: &str = "tabcert-does-this-host-reach-the-edge";

/// The path to PUT and DELETE a token at.
#[must_use]
pub fn http01_path(host: &DomainName, token: &Token) -> String {
    format!("{HTTP01_PREFIX}{host}/{token}")
}

/// Parses what follows [`HTTP01_PREFIX`]: a host in its canonical form (lower-case A-labels without
/// trailing dot, no wildcard) and a token but [`EDGE_TOKEN`]. `None` for anything else; percent-encoding is not
/// decoded, since neither part has a character that needs it.
#[must_use]
pub fn parse_http01(rest: &str) -> Option<(DomainName, Token)> {
    let (host, token) = rest.split_once('/')?;
    let token = Token::parse(token).ok()?;
    let name = DomainName::parse_a_labels(host).ok()?;
    let is_writable = !name.is_wildcard() && token.as_str() != EDGE_TOKEN;
    (name.as_str() == host && is_writable).then_some((name, token))
}

/// The path that a host's challenge path is redirected to, for an account; the token follows.
#[must_use]
pub fn stateless_path(thumbprint: &Thumbprint) -> String {
    format!("{STATELESS_PREFIX}{thumbprint}/")
}

/// Parses what follows [`STATELESS_PREFIX`]: a thumbprint and a token. `None` for anything else.
#[must_use]
pub fn parse_stateless(rest: &str) -> Option<(Thumbprint, Token)> {
    let (thumbprint, token) = rest.split_once('/')?;
    Some((Thumbprint::parse(thumbprint)?, Token::parse(token).ok()?))
}

/// Where the edge keeps a token. A key of Workers KV has at most 512 bytes, and the longest host
/// (253) with the longest token (256) makes exactly that.
#[must_use]
pub fn storage_key(host: &str, token: &str) -> String {
    format!("h/{host}/{token}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0";

    #[test]
    fn prefixes_carry_the_version() {
        for path in [
            API_PREFIX,
            PROXY_PREFIX,
            HTTP01_PREFIX,
            STATELESS_PREFIX,
            CHECK_HTTP01,
            HEALTH,
        ] {
            assert!(path.starts_with(&format!("/api/v{API_VERSION}/")), "{path}");
        }
    }

    #[test]
    fn a_built_path_parses_to_the_same() {
        let host = DomainName::parse_a_labels("www.xn--bcher-kva.example").expect("a name");
        let token = Token::parse(TOKEN).expect("a token");
        let path = http01_path(&host, &token);
        assert_eq!(
            path,
            format!("/api/v1/http01/www.xn--bcher-kva.example/{TOKEN}")
        );
        let rest = path.strip_prefix(HTTP01_PREFIX).expect("the prefix");
        assert_eq!(parse_http01(rest), Some((host, token)));
    }

    #[test]
    fn refuses_hosts_and_tokens_in_any_other_form() {
        for host in [
            "",
            "localhost",
            "Example.org",
            "example.org.",
            "example..org",
            "*.example.org",
            "192.0.2.1",
            "[::1]",
            "0x7f.1",
            "127.0x1",
            "1.0x",
            "user@example.org",
            "example.org:80",
            "example%2eorg",
            "bücher.example",
            "exa\u{ff4d}ple.org",
            "example.org\0",
            "..",
            "%2e%2e",
        ] {
            assert_eq!(parse_http01(&format!("{host}/{TOKEN}")), None, "{host}");
        }
        for token in [
            "",
            "short",
            "../../../../etc/passwd-aaaaaaa",
            "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0/",
            "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0=",
            "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEu%58",
            "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0\r\n",
        ] {
            assert_eq!(parse_http01(&format!("example.org/{token}")), None);
        }
    }

    #[test]
    fn a_stateless_path_parses_to_the_same_and_nothing_else() {
        const THUMBPRINT: &str = "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
        let thumbprint = Thumbprint::parse(THUMBPRINT).expect("a thumbprint");
        let path = format!("{}{TOKEN}", stateless_path(&thumbprint));
        assert_eq!(path, format!("/api/v1/r/{THUMBPRINT}/{TOKEN}"));
        let rest = path.strip_prefix(STATELESS_PREFIX).expect("the prefix");
        let token = Token::parse(TOKEN).expect("a token");
        assert_eq!(parse_stateless(rest), Some((thumbprint, token)));
        for rest in [
            String::new(),
            THUMBPRINT.to_owned(),
            format!("{THUMBPRINT}/"),
            format!("/{TOKEN}"),
            format!("{THUMBPRINT}/short"),
            format!("{THUMBPRINT}/{TOKEN}/"),
            format!("{THUMBPRINT}/{TOKEN}.txt"),
            format!("{THUMBPRINT}//{TOKEN}"),
            format!("{}/{TOKEN}", &THUMBPRINT[1..]),
            format!("{THUMBPRINT}A/{TOKEN}"),
            format!("{THUMBPRINT}=/{TOKEN}"),
            // The last character has bits that no digest has.
            format!("{}J/{TOKEN}", &THUMBPRINT[..42]),
            format!("{}<script>/{TOKEN}", &THUMBPRINT[8..]),
        ] {
            assert_eq!(parse_stateless(&rest), None, "{rest}");
        }
    }

    #[test]
    fn the_longest_key_fits() {
        let host = format!("{}{}", "a23456789.".repeat(25), "abc");
        assert_eq!(host.len(), 253);
        assert!(DomainName::parse_a_labels(&host).is_ok());
        assert_eq!(storage_key(&host, &"a".repeat(256)).len(), 512);
    }
}
