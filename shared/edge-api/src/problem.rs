//! What the edge answers when it refuses: problem documents (RFC 7807) of its own kinds.

use serde::{Deserialize, Serialize};

use crate::ties::TxtRecord;

/// The media type, which CAs use as well.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// The header that the edge's own answers carry, with [`crate::path::API_VERSION`] as its value.
/// What a CA answered never has it, so the page knows whose problem it reads.
pub const EDGE_HEADER: &str = "tabcert-edge";

const TYPE_PREFIX: &str = "urn:tabcert:edge:";

/// A problem that the edge itself reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EdgeProblem {
    /// What kind of problem.
    #[serde(rename = "type")]
    pub kind: ProblemKind,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened here, and what to do about it.
    pub detail: String,
    /// For [`ProblemKind::HostNotTied`]: the record that would tie the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<TxtRecord>,
}

impl EdgeProblem {
    /// A problem of this kind.
    #[must_use]
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        let (_, status, title) = kind.facts();
        Self {
            kind,
            title: title.to_owned(),
            status,
            detail: detail.into(),
            record: None,
        }
    }

    /// Reads an answer: `None` unless the edge itself made it (`edge_header` is the value of
    /// [`EDGE_HEADER`]) and it is a problem.
    #[must_use]
    pub fn parse(edge_header: Option<&str>, body: &[u8]) -> Option<Self> {
        edge_header?;
        serde_json::from_slice(body).ok()
    }

    /// The document as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings and a number only: serialising them cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The kinds of problems; `type` is `urn:tabcert:edge:` and the kind's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ProblemKind {
    /// No such route, token or file.
    NotFound,
    /// The route does not take this method.
    MethodNotAllowed,
    /// The body is not of the media type that the route takes.
    UnsupportedMediaType,
    /// The body is larger than [`crate::limits`] allow.
    TooLarge,
    /// Path or body cannot be parsed.
    Malformed,
    /// The page's origin is not one that the operator listed.
    OriginNotAllowed,
    /// A browser wants to show, run or navigate to what is for programs only.
    DestinationNotAllowed,
    /// The proxied host is not on the list of CAs.
    CaNotAllowed,
    /// The signed message is not acceptable: signature, address, claims.
    Unauthorized,
    /// The signed message is too old or from the future.
    Stale,
    /// The signed message was taken before.
    Replayed,
    /// Neither operator nor DNS ties the host to the signer.
    HostNotTied,
    /// Too many requests; see `Retry-After`.
    RateLimited,
    /// The resolver could not be asked for the tie.
    ResolverFailed,
    /// The CA could not be reached.
    CaUnreachable,
    /// The CA took too long.
    CaTimeout,
    /// The CA answers with a redirect, which is not followed.
    CaRedirects,
    /// The CA's answer is larger than [`crate::limits`] allow.
    CaAnswerTooLarge,
    /// Token storage is not there or failed.
    StorageFailed,
    /// The operator's settings cannot be used.
    Misconfigured,
    /// A fault of the edge.
    Internal,
    /// A kind that a newer edge knows.
    Unknown,
}

impl ProblemKind {
    const KNOWN: [Self; 21] = [
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::UnsupportedMediaType,
        Self::TooLarge,
        Self::Malformed,
        Self::OriginNotAllowed,
        Self::DestinationNotAllowed,
        Self::CaNotAllowed,
        Self::Unauthorized,
        Self::Stale,
        Self::Replayed,
        Self::HostNotTied,
        Self::RateLimited,
        Self::ResolverFailed,
        Self::CaUnreachable,
        Self::CaTimeout,
        Self::CaRedirects,
        Self::CaAnswerTooLarge,
        Self::StorageFailed,
        Self::Misconfigured,
        Self::Internal,
    ];

    /// Name, HTTP status and title.
    const fn facts(self) -> (&'static str, u16, &'static str) {
        match self {
            Self::NotFound => ("notFound", 404, "Not found"),
            Self::MethodNotAllowed => ("methodNotAllowed", 405, "Method not allowed"),
            Self::UnsupportedMediaType => ("unsupportedMediaType", 415, "Unsupported media type"),
            Self::TooLarge => ("tooLarge", 413, "Request too large"),
            Self::Malformed => ("malformed", 400, "Malformed request"),
            Self::OriginNotAllowed => ("originNotAllowed", 403, "Origin not allowed"),
            Self::DestinationNotAllowed => ("destinationNotAllowed", 403, "Not to be shown or run"),
            Self::CaNotAllowed => ("caNotAllowed", 403, "CA not allowed"),
            Self::Unauthorized => ("unauthorized", 403, "Signature not accepted"),
            Self::Stale => ("stale", 403, "Signed too long ago"),
            Self::Replayed => ("replayed", 403, "Message taken before"),
            Self::HostNotTied => ("hostNotTied", 403, "Host not tied to this account"),
            Self::RateLimited => ("rateLimited", 429, "Too many requests"),
            Self::ResolverFailed => ("resolverFailed", 502, "DNS lookup failed"),
            Self::CaUnreachable => ("caUnreachable", 502, "CA not reachable"),
            Self::CaTimeout => ("caTimeout", 504, "CA took too long"),
            Self::CaRedirects => ("caRedirects", 502, "CA redirects"),
            Self::CaAnswerTooLarge => ("caAnswerTooLarge", 502, "CA's answer too large"),
            Self::StorageFailed => ("storageFailed", 503, "Token storage not available"),
            Self::Misconfigured => ("misconfigured", 500, "Edge misconfigured"),
            Self::Internal => ("internal", 500, "Internal error"),
            Self::Unknown => ("unknown", 500, "Unknown problem"),
        }
    }

    /// The HTTP status that the kind is answered with.
    #[must_use]
    pub const fn status(self) -> u16 {
        self.facts().1
    }

    /// Whether the same request may be answered another time.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        match self {
            Self::RateLimited
            | Self::ResolverFailed
            | Self::CaUnreachable
            | Self::CaTimeout
            | Self::StorageFailed
            | Self::Internal
            | Self::Unknown => true,
            Self::NotFound
            | Self::MethodNotAllowed
            | Self::UnsupportedMediaType
            | Self::TooLarge
            | Self::Malformed
            | Self::OriginNotAllowed
            | Self::DestinationNotAllowed
            | Self::CaNotAllowed
            | Self::Unauthorized
            | Self::Stale
            | Self::Replayed
            | Self::HostNotTied
            | Self::CaRedirects
            | Self::CaAnswerTooLarge
            | Self::Misconfigured => false,
        }
    }
}

impl TryFrom<String> for ProblemKind {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let name = text
            .strip_prefix(TYPE_PREFIX)
            .ok_or("not a type of the edge's problems")?;
        let known = Self::KNOWN.into_iter().find(|kind| kind.facts().0 == name);
        Ok(known.unwrap_or(Self::Unknown))
    }
}

impl From<ProblemKind> for String {
    fn from(kind: ProblemKind) -> Self {
        format!("{TYPE_PREFIX}{}", kind.facts().0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_distinct_names_that_parse() {
        for kind in ProblemKind::KNOWN {
            assert_eq!(ProblemKind::try_from(String::from(kind)), Ok(kind));
            assert!((400..600).contains(&kind.status()));
        }
    }

    #[test]
    fn reads_only_what_the_edge_made() {
        let problem = EdgeProblem {
            record: Some(TxtRecord {
                name: "_tabcert.example.org".to_owned(),
                value: "tabcert-account=x".to_owned(),
            }),
            ..EdgeProblem::new(ProblemKind::HostNotTied, "Set the record.")
        };
        let json = problem.to_json();
        assert!(json.starts_with(
            r#"{"type":"urn:tabcert:edge:hostNotTied","title":"Host not tied to this account","status":403,"detail":"Set the record.","record":{"name":"_tabcert."#
        ));
        assert_eq!(
            EdgeProblem::parse(Some("1"), json.as_bytes()),
            Some(problem)
        );
        assert_eq!(EdgeProblem::parse(None, json.as_bytes()), None);

        let acme = br#"{"type":"urn:ietf:params:acme:error:malformed","title":"","detail":"x","status":400}"#;
        assert_eq!(EdgeProblem::parse(Some("1"), acme), None);
    }

    /// What a page does with it: it asks again, or takes it for the last word.
    #[test]
    fn tells_what_passes_from_what_stays() {
        let passing: Vec<_> = ProblemKind::KNOWN
            .into_iter()
            .filter(|kind| kind.is_passing())
            .map(|kind| kind.facts().0)
            .collect();
        assert_eq!(
            passing,
            [
                "rateLimited",
                "resolverFailed",
                "caUnreachable",
                "caTimeout",
                "storageFailed",
                "internal"
            ]
        );
    }

    #[test]
    fn tolerates_kinds_of_a_newer_edge() {
        let json = br#"{"type":"urn:tabcert:edge:brandNew","title":"New","status":418,"detail":"x","more":1}"#;
        let problem = EdgeProblem::parse(Some("1"), json).expect("a problem");
        assert_eq!(problem.kind, ProblemKind::Unknown);
        assert_eq!(problem.status, 418);
    }
}
