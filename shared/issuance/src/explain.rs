//! Failures in human words: the one place where text for the visitor is derived.

/// A failure for people: what happened, what the CA said, what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// One plain sentence.
    pub sentence: String,
    /// The CA's (or the browser's) own words.
    pub detail: Option<String>,
    /// What to do next.
    pub next_step: String,
    /// A page of the CA's about it.
    pub link: Option<String>,
}
