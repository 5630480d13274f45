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
mod tests {
    use super::super::to_ascii;
    use super::*;

    fn list(text: &str) -> NameList {
        let mut list = NameList::default();
        list.add(text, to_ascii);
        list
    }

    fn written(list: &NameList) -> Vec<&str> {
        list.entries()
            .iter()
            .map(|listed| listed.entry.written.as_str())
            .collect()
    }

    #[test]
    fn keeps_no_more_than_can_be_shown() {
        let many: String = (0..20_000).map(|n| format!("n{n}.example ")).collect();
        let mut list = NameList::default();
        assert!(list.add(&many, to_ascii).left_out);
        assert_eq!(list.entries().len(), MAX_ENTRIES);
        assert!(list.add("another.example", to_ascii).left_out);
        assert_eq!(list.entries().len(), MAX_ENTRIES);
    }

    #[test]
    fn a_list_keeps_the_order_and_each_name_once() {
        let mut list = list("b.example a.example");
        assert_eq!(
            list.add(
                "A.example, c.example; https://b.example/ ,nonsense nonsense",
                to_ascii
            ),
            Added {
                new: 2,
                duplicates: 2,
                left_out: false
            }
        );
        assert_eq!(
            written(&list),
            ["b.example", "a.example", "c.example", "nonsense"]
        );
        assert_eq!(list.add("nonsense", to_ascii).duplicates, 1);
    }

    #[test]
    fn entries_keep_their_id_and_are_mended_where_they_stand() {
        let mut list = list("a.example b_ad c.example");
        let ids: Vec<EntryId> = list.entries().iter().map(|listed| listed.id).collect();
        list.replace(ids[1], "bad.example, b.example", to_ascii);
        assert_eq!(
            written(&list),
            ["a.example", "bad.example", "b.example", "c.example"]
        );
        assert_eq!(list.entries()[3].id, ids[2]);
        list.remove(ids[2]);
        list.remove(ids[2]);
        assert_eq!(written(&list), ["a.example", "bad.example", "b.example"]);
        // Mending to what is there already leaves that one; mending to nothing removes.
        let last = list.entries()[2].id;
        assert_eq!(list.replace(last, "a.example", to_ascii).duplicates, 1);
        let last = list.entries()[1].id;
        list.replace(last, " ", to_ascii);
        assert_eq!(written(&list), ["a.example"]);
        // What is gone cannot be replaced: the text comes to the end.
        list.replace(ids[1], "z.example", to_ascii);
        assert_eq!(written(&list), ["a.example", "z.example"]);
    }

    #[test]
    fn says_what_a_list_lacks() {
        assert_eq!(list("").names(), Err(NameListError::Empty));
        assert_eq!(
            list("a.example b_ad localhost").names(),
            Err(NameListError::Invalid(2))
        );
        let hundred: String = (0..MAX_NAMES).map(|n| format!("n{n}.example ")).collect();
        let mut many = list(&hundred);
        assert_eq!(many.names().map(|names| names.len()), Ok(MAX_NAMES));
        many.add("one.example two.example", to_ascii);
        assert_eq!(many.names(), Err(NameListError::TooMany(2)));
        let noted: Vec<&str> = many
            .entries()
            .iter()
            .filter(|listed| listed.note == Some(Note::TooMany))
            .map(|listed| listed.entry.written.as_str())
            .collect();
        assert_eq!(noted, ["one.example", "two.example"]);
        many.remove(many.entries()[0].id);
        many.remove(many.entries()[0].id);
        assert!(many.names().is_ok());
        assert!(many.entries().iter().all(|listed| listed.note.is_none()));

        for (error, sentence) in [
            (
                NameListError::Invalid(1),
                "One entry cannot be certified. Mend or remove it.",
            ),
            (
                NameListError::Invalid(3),
                "3 entries cannot be certified. Mend or remove them.",
            ),
            (
                NameListError::TooMany(2),
                "A certificate takes at most 100 names. Remove 2.",
            ),
        ] {
            assert_eq!(error.to_string(), sentence);
        }
    }

    #[test]
    fn notes_what_a_wildcard_covers() {
        let noted = |text: &str| -> Vec<String> {
            list(text)
                .entries()
                .iter()
                .filter(|listed| matches!(listed.note, Some(Note::CoveredBy(_))))
                .map(|listed| listed.entry.written.clone())
                .collect()
        };
        assert_eq!(noted("www.a.example *.a.example"), ["www.a.example"]);
        assert_eq!(noted("*.a.example www.A.example"), ["www.A.example"]);
        for text in [
            "a.example *.a.example",
            "x.y.a.example *.a.example",
            "*.y.a.example *.a.example",
            "www.b.example *.a.example",
            "xa.example *.a.example",
        ] {
            assert_eq!(noted(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn suggests_what_is_often_wanted_too() {
        let suggested = |text: &str| -> Vec<String> {
            list(text)
                .suggestions()
                .into_iter()
                .map(|suggestion| suggestion.name.into())
                .collect()
        };
        for (text, expected) in [
            ("", &[] as &[&str]),
            ("a.example", &["www.a.example", "*.a.example"]),
            ("a.co.uk", &["www.a.co.uk", "*.a.co.uk"]),
            ("a.example www.a.example", &["*.a.example"]),
            ("a.example *.a.example", &[]),
            ("*.a.example", &["a.example"]),
            ("www.a.example", &["a.example"]),
            ("www.a.example *.a.example", &["a.example"]),
            ("app.a.example", &[]),
            ("*.*.a.example", &[]),
            (
                "bücher.example",
                &["www.xn--bcher-kva.example", "*.xn--bcher-kva.example"],
            ),
        ] {
            assert_eq!(suggested(text), expected, "{text}");
        }
        let reasons: Vec<SuggestionReason> = list("a.example www.b.example")
            .suggestions()
            .into_iter()
            .map(|suggestion| suggestion.reason)
            .collect();
        assert_eq!(
            reasons,
            [
                SuggestionReason::Www,
                SuggestionReason::Wildcard,
                SuggestionReason::Bare
            ]
        );
    }
}
