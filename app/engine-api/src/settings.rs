//! What the visitor has set for everything.

use serde::{Deserialize, Serialize};

use crate::ask::{Area, Question};

/// Asks how things are set, after setting something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Settings {
    /// Nothing is to be set.
    Read,
    /// Whether to notify when certificates are due.
    Remind(bool),
    /// Whether a replaced certificate's key is deleted once the new one has been downloaded.
    DeleteReplacedKeys(bool),
}

/// How things are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsView {
    /// Whether to notify when certificates are due.
    pub reminders: bool,
    /// Whether a replaced certificate's key is deleted once the new one has been downloaded.
    pub delete_replaced_keys: bool,
}

impl Question for Settings {
    const AREA: Area = Area::Settings;
    type Answer = SettingsView;

    fn only_reads(&self) -> bool {
        matches!(self, Self::Read)
    }
}
