//! Looking at an http-01 challenge as a CA would (RFC 8555 §8.3), before the CA is asked.
//!
//! [`CheckRequest`] and [`CheckReport`] are what page and edge say to each other. The walk from
//! redirect to redirect is [`walk`], which is pure: it says whom to resolve and what to fetch, and
//! the shell answers. Before the edge has anything to answer with, a check can tell whether a host leads
//! to it at all, by `edge_mark`. [`target`] decides where a redirect may lead, [`address`] which addresses.

pub mod address;
mod answer;
#[cfg(feature = "verify")]
pub mod edge_mark;
mod report;
pub mod target;
pub mod walk;

use serde::{Deserialize, Deserializer, Serialize};
use tabcert_acme::domain::DomainName;
use tabcert_acme::jwk::Thumbprint;
use tabcert_acme::token::Token;
use thiserror::Error;

pub use self::answer::is_hidden;
use self::report::hidden_words;
use self::target::TargetError;

/// Redirects that are followed.
pub const MAX_REDIRECTS: usize = 10;

/// An answer's body, in bytes, unless the key authorization alone is longer: what Let's Encrypt reads.
pub const MAX_BODY_BYTES: usize = 128;

/// For the whole walk, in milliseconds.
pub const TIMEOUT_MS: u64 = 10_000;

/// A request to check, in bytes.
pub const MAX_REQUEST_BYTES: usize = 1024;

/// The body of a request: what to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRequest {
    /// The host, in canonical form and no wildcard; see [`CheckRequest::parse`].
    pub host: DomainName,
    /// What is looked for there.
    pub sought: Sought,
}

/// What a check looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// The answer to a challenge.
    KeyAuthorization {
        /// The challenge's token.
        token: Token,
        /// The account key's thumbprint.
        thumbprint: Thumbprint,
    },
    /// The edge itself.
    Edge,
}

impl CheckRequest {
    /// Parses a body strictly: nothing but the host, as a CA names it, and either both or none of token and
    /// thumbprint, each once. `None` for anything else.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Strict {
            host: String,
            #[serde(default, deserialize_with = "present")]
            token: Option<Token>,
            #[serde(default, deserialize_with = "present")]
            thumbprint: Option<Thumbprint>,
        }
        let Strict {
            host,
            token,
            thumbprint,
        } = serde_json::from_slice(body).ok()?;
        let name = DomainName::parse_a_labels(&host).ok()?;
        let sought = match (token, thumbprint) {
            (Some(token), Some(thumbprint)) => Sought::KeyAuthorization { token, thumbprint },
            (None, None) => Sought::Edge,
            _ => return None,
        };
        (name.as_str() == host && !name.is_wildcard()).then_some(Self { host: name, sought })
    }

    /// The body as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let host = &self.host;
        // Names, tokens and thumbprints have no character that needs escaping.
        match &self.sought {
            Sought::KeyAuthorization { token, thumbprint } => {
                format!(r#"{{"host":"{host}","token":"{token}","thumbprint":"{thumbprint}"}}"#)
            }
            Sought::Edge => format!(r#"{{"host":"{host}"}}"#),
        }
    }
}

/// A member that is there is not `null`.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// What was found, hop by hop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// The key authorization that a CA expects, or the edge's mark.
    pub expected: String,
    /// From the host itself to where the last redirect led.
    pub hops: Vec<Hop>,
    /// Whether a CA would be content, or the edge was reached.
    pub works: bool,
    /// Where it does not work: what is wrong with the last hop, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// And what to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step: Option<String>,
}

/// One address that was asked, and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// What was asked for.
    pub url: String,
    /// Where the name led; empty where that was not looked up.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// The answer's status, where there was an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Where the answer redirects, as it says itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The beginning of the answer's body, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<String>,
    /// Why the path ends here without the right answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<Break>,
}

/// What is wrong with a hop. The text completes "the check stops at this hop: …".
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Break {
    /// The resolver did not answer.
    #[error("the name could not be looked up: {reason}")]
    Lookup {
        /// Why not.
        reason: String,
    },
    /// The name has neither A nor AAAA record.
    #[error("the name has no address in DNS; add an A or AAAA record")]
    NoAddress,
    /// The name leads into a private network, where no CA gets.
    #[error("the name leads to {address}, which cannot be reached from the internet")]
    PrivateAddress {
        /// The address.
        address: String,
    },
    /// Nobody answered.
    #[error("no answer: {reason}")]
    NoAnswer {
        /// What the edge noticed.
        reason: String,
    },
    /// The time for the whole check is up.
    #[error("the answers took longer than {seconds} seconds")]
    Timeout {
        /// The limit.
        seconds: u64,
    },
    /// The certificate, or what else belongs to TLS, is not acceptable to the edge's runtime. CAs do
    /// not verify it here.
    #[error("{reason}; a CA would not mind, but this check cannot look further")]
    Tls {
        /// What the edge noticed.
        reason: String,
    },
    /// Neither 200 nor a redirect that CAs follow.
    #[error("the status is {status}, where 200 or a redirect (301, 302, 307, 308) is expected")]
    Status {
        /// The status.
        status: u16,
    },
    /// A redirect to nowhere.
    #[error("the redirect has no Location")]
    NoLocation,
    /// A redirect to where CAs do not go.
    #[error("the redirect leads where no CA follows: {reason}")]
    Redirect {
        /// What is wrong with the target.
        reason: TargetError,
    },
    /// A redirect to where the walk was before.
    #[error("the redirects go in a circle")]
    Loop,
    /// One redirect too many.
    #[error("there are more than {limit} redirects")]
    TooManyRedirects {
        /// The limit.
        limit: usize,
    },
    /// More than a key authorization.
    #[error("the answer is longer than {limit} bytes; it must be the key authorization alone")]
    TooLong {
        /// The limit.
        limit: usize,
    },
    /// The right answer, with characters that nobody sees.
    #[error("the answer is right but for characters that nobody sees: {}", hidden_words(.place, .code_points))]
    HiddenCharacters {
        /// Where they are.
        place: Place,
        /// Which they are, each once, in order of appearance.
        code_points: Vec<u32>,
    },
    /// The right answer, in another encoding than ASCII.
    #[error("the answer is right, but written in {encoding}, of which CAs can read nothing")]
    Encoding {
        /// Which.
        encoding: TextEncoding,
    },
    /// Status 403, for a path with a dot in front of one of its parts: `/.well-known/`.
    #[error("the server refuses to show the file (status 403)")]
    DotFileForbidden,
    /// Something else than the key authorization.
    #[error("the answer is another one than expected")]
    WrongAnswer,
    /// A kind that a newer edge knows.
    #[serde(other)]
    #[error("something that this page does not know")]
    Unknown,
}

/// Where in an answer something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// At its beginning.
    Before,
    /// At its end.
    After,
    /// At both ends.
    Around,
    /// In its midst, too.
    Within,
    /// A place that a newer edge knows.
    #[serde(other)]
    Unknown,
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TextEncoding {
    /// What Windows calls Unicode.
    #[error("UTF-16")]
    Utf16LittleEndian,
    /// The same, in the other byte order.
    #[error("UTF-16 (big endian)")]
    Utf16BigEndian,
    /// An encoding that a newer edge knows.
    #[serde(other)]
    #[error("another encoding")]
    Unknown,
}

#[cfg(test)]
mod tests;
