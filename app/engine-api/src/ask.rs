//! Questions of the page's that have one answer each.
//!
//! Question and answer cross the border between the threads inside of a [`Command`](crate::Command) and
//! a [`Notice`](crate::Notice) that do not look into them: code that nobody needs on a first visit
//! is not loaded for the sake of a message that it shares with others.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a question is about; each has a module of its own with a type that implements [`Question`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Area {
    /// [`crate::backup::Export`]
    Export,
    /// [`crate::files::File`]
    Files,
    /// [`crate::backup::Import`]
    Import,
    /// [`crate::protection::Protection`]
    Protection,
    /// [`crate::settings::Settings`]
    Settings,
    /// [`crate::accounts::AboutAccounts`]
    Accounts,
    /// [`crate::revocation::AboutRevocation`]
    Revocation,
    /// [`crate::certificates::List`]
    List,
    /// [`crate::certificates::Show`]
    Show,
    /// [`crate::certificates::Cover`]
    Cover,
    /// [`crate::certificates::Change`]
    Change,
    /// [`crate::certificates::Add`]
    Add,
    /// [`crate::certificates::CheckRequest`]
    CheckRequest,
    /// [`crate::certificates::Remind`]
    Remind,
}

/// A question, and the type of its answer.
pub trait Question: Serialize + DeserializeOwned {
    /// Where it is answered.
    const AREA: Area;
    /// What the engine answers, unless it cannot.
    type Answer: Serialize + DeserializeOwned + 'static;

    /// Whether it changes nothing, so that it can be asked again where the engine has ended.
    fn only_reads(&self) -> bool {
        false
    }
}
