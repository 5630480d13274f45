//! The operator's settings, typed. Each is parsed when a route needs it; one that cannot be used is an
//! error that names it, never a default.

use std::cell::OnceCell;
use std::rc::Rc;

use tabcert_acme::url::HttpsUrl;
use tabcert_edge_api::ca_hosts::CaHosts;
use tabcert_edge_api::check::walk::Network;
use tabcert_edge_api::limits::{MAX_TOKEN_TTL_SECONDS, MIN_TOKEN_TTL_SECONDS, TOKEN_TTL_SECONDS};
use tabcert_edge_api::ties::Ties;
use worker::worker_sys::{Fetcher, RateLimiter};

use crate::bindings::{Bindings, KvNamespace};
use crate::error::EdgeError;

const DEFAULT_RESOLVER: &str = "https://cloudflare-dns.com/dns-query";

const TTL_SECONDS: std::ops::RangeInclusive<u64> = MIN_TOKEN_TTL_SECONDS..=MAX_TOKEN_TTL_SECONDS;

thread_local! {
    static CA_HOSTS: OnceCell<Rc<CaHosts>> = const { OnceCell::new() };
}

/// The settings.
pub(crate) struct Config<'a> {
    bindings: &'a Bindings,
}

impl<'a> Config<'a> {
    pub(crate) fn new(bindings: &'a Bindings) -> Self {
        Self { bindings }
    }

    /// KV namespace `TOKENS`, where challenge tokens are kept.
    pub(crate) fn tokens(&self) -> Option<&'a KvNamespace> {
        self.bindings.tokens.as_ref()
    }

    /// Service `ASSETS`, which has the page.
    pub(crate) fn assets(&self) -> Option<&'a Fetcher> {
        self.bindings.assets.as_ref()
    }

    /// Service `CHECK_VIA`: where checks fetch from in place of the internet.
    pub(crate) fn check_service(&self) -> Option<&'a Fetcher> {
        self.bindings.check_via.as_ref()
    }

    /// Variable `CHECK_NETWORK`: where checks may lead.
    pub(crate) fn check_network(&self) -> Result<Network, EdgeError> {
        match self.bindings.check_network.as_deref() {
            None | Some("public") => Ok(Network::Public),
            Some("private") => Ok(Network::Private),
            Some("unresolved") => Ok(Network::Unresolved),
            Some(_) => Err(misconfigured(
                "CHECK_NETWORK",
                &"none of public, private and unresolved",
            )),
        }
    }

    /// Rate limiter `API_LIMIT`, for everything that is limited.
    pub(crate) fn api_limit(&self) -> Option<&'a RateLimiter> {
        self.bindings.api_limit.as_ref()
    }

    /// Rate limiter `CHECK_LIMIT`, for checks in addition.
    pub(crate) fn check_limit(&self) -> Option<&'a RateLimiter> {
        self.bindings.check_limit.as_ref()
    }

    /// The catalogue, with variable `CA_HOSTS` and the host of `LOCAL_CA`.
    ///
    /// Read once: settings change with the isolate only.
    pub(crate) fn ca_hosts(&self) -> Result<Rc<CaHosts>, EdgeError> {
        if let Some(hosts) = CA_HOSTS.with(|hosts| hosts.get().cloned()) {
            return Ok(hosts);
        }
        let hosts = Rc::new(self.read_ca_hosts()?);
        Ok(CA_HOSTS.with(|cell| Rc::clone(cell.get_or_init(|| hosts))))
    }

    fn read_ca_hosts(&self) -> Result<CaHosts, EdgeError> {
        let mut hosts = CaHosts::catalogue();
        if let Some(json) = self.bindings.ca_hosts.as_deref() {
            hosts = hosts
                .with_operators(json)
                .map_err(|error| misconfigured("CA_HOSTS", &error))?;
        }
        if let Some(directory) = self.local_ca()? {
            hosts = hosts.with_ca(&directory);
        }
        Ok(hosts)
    }

    /// Variable `LOCAL_CA`: the directory of a CA next to the edge, which the page offers.
    pub(crate) fn local_ca(&self) -> Result<Option<HttpsUrl>, EdgeError> {
        self.bindings
            .local_ca
            .as_deref()
            .map(HttpsUrl::parse)
            .transpose()
            .map_err(|error| misconfigured("LOCAL_CA", &error))
    }

    /// Variable `TIES`; nobody is tied where it is not set.
    pub(crate) fn ties(&self) -> Result<Ties, EdgeError> {
        match self.bindings.ties.as_deref() {
            None => Ok(Ties::default()),
            Some(json) => Ties::parse(json).map_err(|error| misconfigured("TIES", &error)),
        }
    }

    /// Variable `DOH_URL`: the resolver that is asked for ties.
    pub(crate) fn resolver(&self) -> Result<&'a str, EdgeError> {
        match self.bindings.doh_url.as_deref() {
            None => Ok(DEFAULT_RESOLVER),
            Some(url) if is_resolver(url) => Ok(url),
            Some(_) => Err(misconfigured("DOH_URL", &"not an https URL")),
        }
    }

    /// Variable `EDGE_ORIGIN`: the origin that visitors see, where a server before the worker makes
    /// it another than the worker's own.
    pub(crate) fn edge_origin(&self) -> Result<Option<&'a str>, EdgeError> {
        match self.bindings.edge_origin.as_deref() {
            Some(origin) if !is_origin(origin) => {
                Err(misconfigured("EDGE_ORIGIN", &"not an origin"))
            }
            origin => Ok(origin),
        }
    }

    /// Variable `PAGE_ORIGINS`: other origins whose pages may use this edge.
    pub(crate) fn page_origins(&self) -> Result<Vec<String>, EdgeError> {
        match self.bindings.page_origins.as_deref() {
            None => Ok(Vec::new()),
            Some(json) => parse_origins(json)
                .ok_or_else(|| misconfigured("PAGE_ORIGINS", &"not a JSON array of origins")),
        }
    }

    /// Variable `TOKEN_TTL_SECONDS`.
    pub(crate) fn token_ttl_seconds(&self) -> Result<u64, EdgeError> {
        match self.bindings.token_ttl_seconds.as_deref() {
            None => Ok(TOKEN_TTL_SECONDS),
            Some(text) => parse_ttl(text)
                .ok_or_else(|| misconfigured("TOKEN_TTL_SECONDS", &"not from 120 to 86400")),
        }
    }
}

fn misconfigured(variable: &'static str, reason: &dyn std::fmt::Display) -> EdgeError {
    EdgeError::Misconfigured {
        variable,
        reason: reason.to_string(),
    }
}

/// `https` anywhere, or `http` on this machine, where a resolver for tests may be.
fn is_resolver(url: &str) -> bool {
    let local = ["http://127.0.0.1:", "http://localhost:"]
        .iter()
        .find_map(|prefix| url.strip_prefix(prefix));
    match local {
        Some(rest) => HttpsUrl::parse(&format!("https://localhost:{rest}")).is_ok(),
        None => HttpsUrl::parse(url).is_ok(),
    }
}

/// Scheme and authority as browsers write them in `Origin`: lower case, nothing behind.
fn is_origin(text: &str) -> bool {
    let authority = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    authority.is_some_and(|authority| {
        HttpsUrl::parse(&format!("https://{authority}"))
            .is_ok_and(|url| url.authority() == authority)
            && !authority.bytes().any(|byte| byte.is_ascii_uppercase())
    })
}

fn parse_origins(json: &str) -> Option<Vec<String>> {
    let origins: Vec<String> = serde_json::from_str(json).ok()?;
    origins
        .iter()
        .all(|origin| is_origin(origin))
        .then_some(origins)
}

fn parse_ttl(text: &str) -> Option<u64> {
    text.parse().ok().filter(|ttl| TTL_SECONDS.contains(ttl))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolvers_are_https_or_local() {
        for url in [
            DEFAULT_RESOLVER,
            "https://dns.google/resolve",
            "http://127.0.0.1:8053/resolve",
            "http://localhost:8053/resolve",
        ] {
            assert!(is_resolver(url), "{url}");
        }
        for url in [
            "http://dns.google/resolve",
            "http://localhost.evil.example/",
            "http://localhost:80@evil.example/",
            "file:///etc/passwd",
            "dns.google",
        ] {
            assert!(!is_resolver(url), "{url}");
        }
    }

    #[test]
    fn origins_are_as_browsers_write_them() {
        assert_eq!(
            parse_origins(r#"["https://page.example","http://localhost:8080"]"#),
            Some(vec![
                "https://page.example".to_owned(),
                "http://localhost:8080".to_owned()
            ])
        );
        for json in [
            r#"["*"]"#,
            r#"["null"]"#,
            r#"["https://page.example/"]"#,
            r#"["https://Page.example"]"#,
            r#"["ftp://page.example"]"#,
            r#""https://page.example""#,
            "",
        ] {
            assert_eq!(parse_origins(json), None, "{json}");
        }
    }

    #[test]
    fn lifetimes_are_bounded() {
        assert_eq!(parse_ttl("120"), Some(120));
        assert_eq!(parse_ttl("86400"), Some(86_400));
        for text in ["60", "119", "86401", "-1", "1h", ""] {
            assert_eq!(parse_ttl(text), None, "{text}");
        }
    }
}
