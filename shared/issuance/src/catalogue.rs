//! The CAs that are offered by name, and the check of any other directory's URL.

use tabcert_acme::url::HttpsUrl;
use thiserror::Error;

/// A CA that is offered by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CertificateAuthority {
    /// Stable name for forms and storage.
    pub id: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// When to choose it, in one line.
    pub hint: &'static str,
    /// The directory's URL (RFC 8555 §7.1.1).
    pub directory_url: &'static str,
}

/// The public CAs, in the order in which to offer them: those that certify without an account made
/// elsewhere first.
pub const PUBLIC: [CertificateAuthority; 2] = [
    CertificateAuthority {
        id: "letsencrypt",
        name: "Let’s Encrypt",
        hint: "Free, and trusted by every browser.",
        directory_url: "https://acme-v02.api.letsencrypt.org/directory",
    },
    CertificateAuthority {
        id: "letsencrypt-staging",
        name: "Let’s Encrypt staging",
        hint: "For a rehearsal: the same steps with generous limits, but browsers do not trust its certificates.",
        directory_url: "https://acme-staging-v02.api.letsencrypt.org/directory",
    },
];

/// The name for people of the CA with this directory: as it is offered, or its host.
#[must_use]
pub fn name_of(directory_url: &HttpsUrl) -> &str {
    PUBLIC
        .iter()
        .find(|ca| ca.directory_url == directory_url.as_str())
        .map_or_else(|| directory_url.authority(), |ca| ca.name)
}

/// Reads a directory's URL as people write or paste it. A missing scheme means `https`.
///
/// # Errors
/// [`DirectoryUrlError`]; the text is for the visitor.
pub fn parse_directory_url(text: &str) -> Result<HttpsUrl, DirectoryUrlError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DirectoryUrlError::Empty);
    }
    let url = match text.split_once("://") {
        None => format!("https://{text}"),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => format!("https://{rest}"),
        Some(_) => return Err(DirectoryUrlError::NotHttps),
    };
    HttpsUrl::parse(&url).map_err(|_| DirectoryUrlError::Malformed)
}

/// Why a text is no directory's URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DirectoryUrlError {
    /// Nothing was given.
    #[error("Enter the address of the CA’s ACME directory.")]
    Empty,
    /// RFC 8555 §6.1: "Use of HTTPS is REQUIRED."
    #[error("An ACME directory’s address starts with https://.")]
    NotHttps,
    /// Anything else.
    #[error("This is not an address. It looks like https://ca.example/acme/directory.")]
    Malformed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offered_directory_is_a_url_and_named() {
        for ca in PUBLIC {
            let url = HttpsUrl::parse(ca.directory_url).expect("a URL");
            assert_eq!(name_of(&url), ca.name);
        }
        let other = HttpsUrl::parse("https://ca.example:8443/dir").expect("a URL");
        assert_eq!(name_of(&other), "ca.example:8443");
    }

    #[test]
    fn reads_directory_urls_as_people_write_them() {
        for (text, expected) in [
            ("https://ca.example/dir", "https://ca.example/dir"),
            (" https://ca.example/dir\n", "https://ca.example/dir"),
            ("HTTPS://ca.example/dir", "https://ca.example/dir"),
            ("ca.example/dir", "https://ca.example/dir"),
            ("localhost:14000/dir", "https://localhost:14000/dir"),
        ] {
            assert_eq!(
                parse_directory_url(text).as_ref().map(HttpsUrl::as_str),
                Ok(expected),
                "{text}"
            );
        }
        for (text, expected) in [
            ("", DirectoryUrlError::Empty),
            ("  ", DirectoryUrlError::Empty),
            ("http://ca.example/dir", DirectoryUrlError::NotHttps),
            ("ftp://ca.example/dir", DirectoryUrlError::NotHttps),
            ("javascript:alert(1)", DirectoryUrlError::Malformed),
            ("https://", DirectoryUrlError::Malformed),
            ("https://user@ca.example/dir", DirectoryUrlError::Malformed),
            ("ca example", DirectoryUrlError::Malformed),
        ] {
            assert_eq!(parse_directory_url(text), Err(expected), "{text}");
        }
    }
}
