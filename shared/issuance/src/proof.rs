//! How control of the names is proven: methods, and what the visitor has to put in place.

use tabcert_acme::challenge::ChallengeType;

/// A way to prove control of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// A TXT record (dns-01).
    Dns,
    /// A file on the visitor's own web server (http-01).
    HttpFile,
    /// The edge answers, where the host points to it (http-01).
    HttpEdge,
}

impl Method {
    /// The challenge type that this method answers.
    #[must_use]
    pub fn challenge_type(self) -> ChallengeType {
        match self {
            Self::Dns => ChallengeType::Dns01,
            Self::HttpFile | Self::HttpEdge => ChallengeType::Http01,
        }
    }
}

/// A DNS record name with every value that has to be there at the same time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TxtRecord {
    /// Absolute name without trailing dot: `_acme-challenge.www.example.org`.
    pub name: String,
    /// The name as a DNS provider's form wants it, relative to [`TxtRecord::zone`].
    pub relative_name: String,
    /// The likely zone: the last two labels, or three below a well-known double suffix.
    pub zone: String,
    /// The values; more than one where a name and its wildcard are proven together.
    pub values: Vec<String>,
    /// The ordered names that this record proves.
    pub proves: Vec<String>,
}

/// A file that has to be reachable over plain http on port 80.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChallengeFile {
    /// `http://<host>/.well-known/acme-challenge/<token>`.
    pub url: String,
    /// The file's name: the token.
    pub file_name: String,
    /// The content: the key authorization.
    pub content: String,
    /// The ordered name that this file proves.
    pub proves: String,
}
