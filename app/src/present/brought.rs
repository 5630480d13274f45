//! Files that were not taken, or not all of them.

use tabcert_engine_api::EngineError;
use tabcert_pki::brought::NotRead;

/// Why files were refused: in words, and by the names of its kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// For the visitor.
    pub(crate) words: String,
    /// What is missing or too much.
    pub(crate) reason: Option<&'static str>,
    /// What there is instead, where that is why.
    pub(crate) obstacle: Option<&'static str>,
}

impl Refusal {
    /// One that has a sentence alone.
    pub(crate) fn of(words: impl ToString) -> Self {
        Self {
            words: words.to_string(),
            reason: None,
            obstacle: None,
        }
    }
}

impl From<EngineError> for Refusal {
    fn from(error: EngineError) -> Self {
        let mut refusal = Self::of(&error);
        if let EngineError::Files(error) = error {
            refusal.reason = Some(error.code());
            refusal.obstacle = error.not_read().first().map(|what| what.obstacle.code());
        }
        refusal
    }
}

/// What was not taken and what to do about it, such as "Not read: key.pem is an OpenSSH key. Convert …".
pub(crate) fn not_read(what: &NotRead) -> String {
    format!("Not read: {what}. {}", what.advice())
}
