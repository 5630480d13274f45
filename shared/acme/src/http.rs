//! Requests and answers as data: what a shell sends, and the parts of an answer that ACME reads.

use crate::AcmeError;
use crate::error::Resource;
use crate::link;
use crate::nonce::Nonce;
use crate::url::HttpsUrl;

/// Longest answer that is accepted, in bytes; a directory, an order or a chain is far smaller.
pub const MAX_RESPONSE_BYTES: usize = 1024 * 1024;

/// One HTTP request to a CA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The CA's URL; the shell decides whether it goes there directly or by way of the edge.
    pub url: HttpsUrl,
    /// A JWS in JSON, sent as [`crate::jws::CONTENT_TYPE`], for POST only.
    pub body: Option<String>,
}

/// The methods that ACME uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// For newNonce (RFC 8555 §7.2).
    Head,
    /// For the directory (RFC 8555 §6.3).
    Get,
    /// For everything else.
    Post,
}

impl Method {
    /// The method's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Head => "HEAD",
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// One HTTP answer. Headers that the shell could not read (no CORS) are `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Response {
    /// The URL that was asked: relative references in headers are relative to it.
    pub url: Option<HttpsUrl>,
    /// The status code.
    pub status: u16,
    /// `Replay-Nonce`.
    pub replay_nonce: Option<String>,
    /// `Location`.
    pub location: Option<String>,
    /// `Link`; several are joined by commas.
    pub link: Option<String>,
    /// `Retry-After`.
    pub retry_after: Option<String>,
    /// The body, at most [`MAX_RESPONSE_BYTES`].
    pub body: Vec<u8>,
}

impl Response {
    /// Whether the status is 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The nonce for the next request, if there is a valid one.
    #[must_use]
    pub fn nonce(&self) -> Option<Nonce> {
        self.replay_nonce.as_deref().and_then(Nonce::parse)
    }

    /// The nonce that was asked for.
    ///
    /// # Errors
    /// [`AcmeError::MissingHeader`] where there is none, [`AcmeError::InvalidHeader`] where there is one
    /// that has to be ignored (RFC 8555 §6.5.1).
    pub fn new_nonce(&self) -> Result<Nonce, AcmeError> {
        let (resource, header) = (Resource::Nonce, "Replay-Nonce");
        match &self.replay_nonce {
            None => Err(AcmeError::MissingHeader { resource, header }),
            Some(text) => Nonce::parse(text).ok_or(AcmeError::InvalidHeader { resource, header }),
        }
    }

    /// `Location` as a URL. RFC 9110 §10.2.2: "If the value is a relative reference […], the final
    /// value is computed by resolving it against the target URI".
    #[must_use]
    pub fn location_url(&self) -> Option<HttpsUrl> {
        self.resolve(self.location.as_deref()?)
    }

    /// The target of the first link with this relation (RFC 8288 §3).
    #[must_use]
    pub fn link_url(&self, relation: &str) -> Option<HttpsUrl> {
        let links = self.link.as_deref().unwrap_or_default();
        link::targets(links, relation).find_map(|target| self.resolve(target))
    }

    /// What a URL in this answer leads to: it is absolute, or relative to what was asked.
    #[must_use]
    pub fn resolve(&self, reference: &str) -> Option<HttpsUrl> {
        match &self.url {
            Some(base) => base.join(reference).ok(),
            None => HttpsUrl::parse(reference).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> Response {
        Response {
            url: HttpsUrl::parse(url).ok(),
            ..Response::default()
        }
    }

    #[test]
    fn headers_are_relative_to_what_was_asked() {
        let response = Response {
            location: Some("/order/1".to_owned()),
            link: Some("<../dir>;rel=index, <help.html>; rel=\"help\"".to_owned()),
            ..at("https://ca.example:14000/acme/new-order?x=1")
        };
        let text = |url: Option<HttpsUrl>| url.map(String::from);
        assert_eq!(
            text(response.location_url()).as_deref(),
            Some("https://ca.example:14000/order/1")
        );
        assert_eq!(
            text(response.link_url("index")).as_deref(),
            Some("https://ca.example:14000/dir")
        );
        assert_eq!(
            text(response.link_url("help")).as_deref(),
            Some("https://ca.example:14000/acme/help.html")
        );
        assert_eq!(response.link_url("up"), None);
        let unknown = Response {
            url: None,
            ..response
        };
        assert_eq!(unknown.location_url(), None);
    }

    #[test]
    fn a_nonce_is_missing_or_invalid_or_there() {
        let with = |nonce: Option<&str>| {
            let response = Response {
                replay_nonce: nonce.map(str::to_owned),
                ..at("https://ca.example/nonce")
            };
            assert_eq!(response.nonce(), response.new_nonce().ok());
            response.new_nonce()
        };
        let (resource, header) = (Resource::Nonce, "Replay-Nonce");
        assert_eq!(
            with(None),
            Err(AcmeError::MissingHeader { resource, header })
        );
        assert_eq!(
            with(Some("oFvnlFP1wIhRlYS2jTaXbA==")),
            Err(AcmeError::InvalidHeader { resource, header })
        );
        assert!(with(Some("oFvnlFP1wIhRlYS2jTaXbA")).is_ok());
    }
}
