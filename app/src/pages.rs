//! One module per screen, and the frame around them.

pub(crate) mod accounts;
pub(crate) mod ca_choice;
pub(crate) mod certificates;
pub(crate) mod frame;
pub(crate) mod issue;
mod later;
mod locked;
pub(crate) mod reminders;
pub(crate) mod revoke;
pub(crate) mod screen;
pub(crate) mod settings;
