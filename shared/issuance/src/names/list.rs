//! The names that a visitor collects.

use std::fmt;

use tabcert_acme::domain::{DomainName, ToAscii};
use thiserror::Error;

use super::{Entry, MAX_ENTRIES, MAX_INPUT_BYTES, MAX_NAMES, parse_names};
use crate::proof::likely_zone;

/// Names an entry of a [`NameList`] for as long as it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub u64);

/// An entry of a [`NameList`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Stays the same while the entry is there.
    pub id: EntryId,
    /// What it is.
    pub entry: Entry,
    /// What is worth knowing about it.
    pub note: Option<Note>,
}

/// What is worth knowing about a name among the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// More than [`MAX_NAMES`].
    TooMany,
    /// A wildcard of the list is good for it as well.
    CoveredBy(DomainName),
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany => write!(
                out,
                "This is one too many: a certificate takes at most {MAX_NAMES} names."
            ),
            Self::CoveredBy(wildcard) => write!(
                out,
                "{wildcard} is good for this name as well. Many CAs refuse to take both."
            ),
        }
    }
}

/// A name that is often wanted beside those that are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The name to add.
    pub name: DomainName,
    /// Why.
    pub reason: SuggestionReason,
}

/// Why a name is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuggestionReason {
    /// People type `www.` in front of a domain.
    Www,
    /// A wildcard is good for every name one level below the domain.
    Wildcard,
    /// Neither a wildcard nor `www.` is good for the bare domain.
    Bare,
}

/// What a [`NameList`] lacks before a certificate can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NameListError {
    /// No name at all.
    #[error("Enter at least one name.")]
    Empty,
    /// Entries that are no names.
    #[error("{}", match .0 {
        1 => "One entry cannot be certified. Mend or remove it.".to_owned(),
        count => format!("{count} entries cannot be certified. Mend or remove them."),
    })]
    Invalid(usize),
    /// More names than a certificate takes; the number of those above [`MAX_NAMES`].
    #[error("A certificate takes at most {MAX_NAMES} names. Remove {0}.")]
    TooMany(usize),
}

/// What became of text given to [`NameList::add`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Added {
    /// Entries that are new.
    pub new: usize,
    /// Entries that were there already.
    pub duplicates: usize,
    /// Whether text was left out because it was more than anybody can need.
    pub left_out: bool,
}

/// The names that a visitor collects: each once, in the order in which they came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NameList {
    entries: Vec<Listed>,
    next_id: u64,
}

impl NameList {
    /// The entries, in order.
    #[must_use]
    pub fn entries(&self) -> &[Listed] {
        &self.entries
    }

    /// Adds every name in the text at the end.
    pub fn add(&mut self, text: &str, to_ascii: ToAscii) -> Added {
        self.insert_at(self.entries.len(), text, to_ascii)
    }

    /// Removes an entry.
    pub fn remove(&mut self, id: EntryId) {
        self.entries.retain(|listed| listed.id != id);
        self.take_notes();
    }

    /// Puts what the text holds where the entry was.
    pub fn replace(&mut self, id: EntryId, text: &str, to_ascii: ToAscii) -> Added {
        let Some(at) = self.entries.iter().position(|listed| listed.id == id) else {
            return self.add(text, to_ascii);
        };
        self.entries.remove(at);
        self.insert_at(at, text, to_ascii)
    }

    /// The names to ask for.
    ///
    /// # Errors
    /// [`NameListError`] says what keeps them from being asked for.
    pub fn names(&self) -> Result<Vec<DomainName>, NameListError> {
        let names: Vec<DomainName> = self.valid().cloned().collect();
        let invalid = self.entries.len() - names.len();
        if invalid > 0 {
            Err(NameListError::Invalid(invalid))
        } else if names.is_empty() {
            Err(NameListError::Empty)
        } else if names.len() > MAX_NAMES {
            Err(NameListError::TooMany(names.len() - MAX_NAMES))
        } else {
            Ok(names)
        }
    }

    /// Names that are often wanted beside those that are there: the bare domain, `www.` and the
    /// wildcard of each domain, as far as they are not there.
    #[must_use]
    pub fn suggestions(&self) -> Vec<Suggestion> {
        let mut found: Vec<Suggestion> = Vec::new();
        let mut suggest = |name: String, reason| {
            let Ok(name) = DomainName::parse_a_labels(&name) else {
                return;
            };
            let known = self.valid().any(|other| *other == name)
                || found.iter().any(|other| other.name == name);
            if !known && self.wildcard_for(&name).is_none() {
                found.push(Suggestion { name, reason });
            }
        };
        for name in self.valid() {
            let base = name.base();
            if name.is_wildcard() {
                suggest(base.to_owned(), SuggestionReason::Bare);
            } else if let Some(domain) = base.strip_prefix("www.") {
                suggest(domain.to_owned(), SuggestionReason::Bare);
            } else if likely_zone(base) == base {
                suggest(format!("www.{base}"), SuggestionReason::Www);
                suggest(format!("*.{base}"), SuggestionReason::Wildcard);
            }
        }
        found
    }

    fn insert_at(&mut self, at: usize, text: &str, to_ascii: ToAscii) -> Added {
        let mut added = Added {
            left_out: text.len() > MAX_INPUT_BYTES,
            ..Added::default()
        };
        for entry in parse_names(text, to_ascii) {
            if self
                .entries
                .iter()
                .any(|other| other.entry.is_same_as(&entry))
            {
                added.duplicates += 1;
            } else if self.entries.len() >= MAX_ENTRIES {
                added.left_out = true;
            } else {
                let id = EntryId(self.next_id);
                self.next_id += 1;
                let listed = Listed {
                    id,
                    entry,
                    note: None,
                };
                self.entries.insert(at + added.new, listed);
                added.new += 1;
            }
        }
        self.take_notes();
        added
    }

    fn take_notes(&mut self) {
        let mut count = 0;
        let notes: Vec<Option<Note>> = self
            .entries
            .iter()
            .map(|listed| {
                let name = listed.entry.name.as_ref().ok()?;
                count += 1;
                if count > MAX_NAMES {
                    return Some(Note::TooMany);
                }
                self.wildcard_for(name).cloned().map(Note::CoveredBy)
            })
            .collect();
        for (listed, note) in self.entries.iter_mut().zip(notes) {
            listed.note = note;
        }
    }

    /// The wildcard of the list that is good for this name: exactly one label above it.
    fn wildcard_for(&self, name: &DomainName) -> Option<&DomainName> {
        let (_, parent) = name.as_str().split_once('.')?;
        self.valid().find(|other| {
            *other != name && other.is_wildcard() && !name.is_wildcard() && other.base() == parent
        })
    }

    fn valid(&self) -> impl Iterator<Item = &DomainName> {
        self.entries
            .iter()
            .filter_map(|listed| listed.entry.name.as_ref().ok())
    }
}

#[cfg(test)]
mod tests;
