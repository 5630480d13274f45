//! Widgets that know nothing of issuing: they show what they are given and say what was done.

mod chain_notes;
mod copy_button;
mod copyable;
mod disclosure;
mod explanation;
mod field;
mod file_picker;
mod hop_path;
mod progress;
mod radio_card;
mod refusal;
mod transcript;
mod validity_bar;

pub(crate) use chain_notes::ChainNotes;
pub(crate) use copy_button::CopyButton;
pub(crate) use copyable::Copyable;
pub(crate) use disclosure::Disclosure;
pub(crate) use explanation::ExplanationText;
pub(crate) use field::Field;
pub(crate) use file_picker::FilePicker;
pub(crate) use hop_path::HopPath;
pub(crate) use progress::Progress;
pub(crate) use radio_card::RadioCard;
pub(crate) use refusal::{NotReadList, RefusalText};
pub(crate) use transcript::Transcript;
pub(crate) use validity_bar::ValidityBar;
