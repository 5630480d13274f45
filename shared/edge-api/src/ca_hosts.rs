//! Which CAs the edge relays to. Anything that is not named here is refused.

use std::collections::BTreeSet;

use tabcert_acme::url::HttpsUrl;
use thiserror::Error;

/// The hosts of public CAs that speak ACME.
const CATALOGUE: [&str; 9] = [
    "acme-api.actalis.com",
    "acme-staging-v02.api.letsencrypt.org",
    "acme-v02.api.letsencrypt.org",
    "acme.sectigo.com",
    "acme.ssl.com",
    "acme.zerossl.com",
    "dv.acme-v02.api.pki.goog",
    "dv.acme-v02.test-api.pki.goog",
    "one.digicert.com",
];

/// An allow-list of authorities, `host` or `host:port`, compared as a whole and without case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaHosts(BTreeSet<String>);

/// An operator's list that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CaHostsError {
    /// Not a JSON array of strings.
    #[error("not a JSON array of strings")]
    NotAList,
    /// An entry that is no `host` or `host:port`.
    #[error("{0:?} is not a host or host:port")]
    NotAnAuthority(String),
}

impl CaHosts {
    /// The public CAs.
    #[must_use]
    pub fn catalogue() -> Self {
        Self(CATALOGUE.into_iter().map(str::to_owned).collect())
    }

    /// Adds what the operator lists: a JSON array like `["ca.internal.example:8443"]`.
    ///
    /// # Errors
    /// [`CaHostsError`]; nothing of the list is to be used then.
    pub fn with_operators(mut self, json: &str) -> Result<Self, CaHostsError> {
        let entries: Vec<String> =
            serde_json::from_str(json).map_err(|_| CaHostsError::NotAList)?;
        for entry in entries {
            match HttpsUrl::parse(&format!("https://{entry}")) {
                Ok(url) if url.authority() == entry => {
                    self.0.insert(entry.to_ascii_lowercase());
                }
                _ => return Err(CaHostsError::NotAnAuthority(entry)),
            }
        }
        Ok(self)
    }

    /// Adds the host of one more CA.
    #[must_use]
    pub fn with_ca(mut self, directory: &HttpsUrl) -> Self {
        self.0.insert(directory.authority().to_ascii_lowercase());
        self
    }

    /// Whether requests may go to this authority. A port counts: `ca.example` does not allow
    /// `ca.example:8443`.
    #[must_use]
    pub fn allow(&self, authority: &str) -> bool {
        self.0.contains(&authority.to_ascii_lowercase())
    }

    /// The authorities in alphabetic order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allows_exactly_what_is_listed() {
        let hosts = CaHosts::catalogue()
            .with_operators(r#"["localhost:14000","CA.example","[::1]:14000"]"#)
            .expect("a list")
            .with_ca(&HttpsUrl::parse("https://Near.example:1/dir").expect("a URL"));
        for authority in [
            "near.example:1",
            "acme-v02.api.letsencrypt.org",
            "ACME-v02.api.LetsEncrypt.org",
            "localhost:14000",
            "ca.example",
            "[::1]:14000",
        ] {
            assert!(hosts.allow(authority), "{authority}");
        }
        for authority in [
            "",
            "localhost",
            "localhost:1400",
            "localhost:14000 ",
            "evil-acme-v02.api.letsencrypt.org",
            "acme-v02.api.letsencrypt.org.evil.example",
            "acme-v02.api.letsencrypt.org.",
            "acme-v02.api.letsencrypt.org:444",
            "user@acme-v02.api.letsencrypt.org",
            "api.letsencrypt.org",
            "169.254.169.254",
            "ca.example:443",
        ] {
            assert!(!hosts.allow(authority), "{authority}");
        }
    }

    #[test]
    fn the_catalogue_is_sorted_and_canonical() {
        assert!(CATALOGUE.is_sorted());
        for host in CATALOGUE {
            assert!(
                tabcert_acme::domain::DomainName::parse_a_labels(host)
                    .is_ok_and(|n| n.as_str() == host)
            );
        }
    }

    #[test]
    fn refuses_lists_with_anything_else() {
        for entry in [
            "*",
            "*.example",
            "https://ca.example",
            "ca.example/dir",
            "a@b",
            "",
            "a:x",
        ] {
            let json = serde_json::to_string(&["ca.example", entry]).expect("JSON");
            assert_eq!(
                CaHosts::catalogue().with_operators(&json),
                Err(CaHostsError::NotAnAuthority(entry.to_owned())),
            );
        }
        for json in ["", "{}", "\"ca.example\"", "[1]"] {
            assert_eq!(
                CaHosts::catalogue().with_operators(json),
                Err(CaHostsError::NotAList)
            );
        }
    }
}
