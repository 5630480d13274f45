//! Text for people, from typed values: nothing here knows of the page.

pub(crate) mod brought;
pub(crate) mod chain_note;
pub(crate) mod check;
pub(crate) mod files;
pub(crate) mod key_type;
pub(crate) mod names;
pub(crate) mod record;
pub(crate) mod route;
pub(crate) mod stage;
pub(crate) mod status;
pub(crate) mod time;
pub(crate) mod timeline;
pub(crate) mod transcript;
pub(crate) mod wait;
