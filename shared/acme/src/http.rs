//! Requests and answers as data: what a shell sends, and the parts of an answer that ACME reads.

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

    /// `Location` as a URL.
    #[must_use]
    pub fn location_url(&self) -> Option<HttpsUrl> {
        self.location
            .as_deref()
            .and_then(|location| HttpsUrl::parse(location).ok())
    }
}
