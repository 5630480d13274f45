//! From whatever a visitor pastes to a list of names that a certificate can be asked for.
//!
//! [`parse_names`] takes text apart; a [`NameList`] keeps what came of it, in order and without
//! duplicates, and says what is worth knowing about each entry.

use std::fmt;

use tabcert_acme::domain::{DomainError, DomainName};

/// Most names in one certificate: what public CAs take at most.
pub const MAX_NAMES: usize = 100;

/// Most bytes of text that are looked at; the rest is left out.
pub const MAX_INPUT_BYTES: usize = 64 * 1024;

/// Most entries that a list keeps: enough to show which are too many, and not more than a page can
/// show at once.
pub const MAX_ENTRIES: usize = MAX_NAMES + 20;

/// Most characters of a piece of text that are kept for showing it.
const MAX_WRITTEN: usize = 300;

/// A piece of text and the name that it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The piece as written, shortened where nobody could read it.
    pub written: String,
    /// The name, or why it is none.
    pub name: Result<DomainName, DomainError>,
}

impl Entry {
    fn parse(piece: &str) -> Self {
        Self {
            written: piece.chars().take(MAX_WRITTEN).collect(),
            name: DomainName::parse(host_of(piece)),
        }
    }

    /// Whether both mean the same: the same name, or the same text that means none.
    fn is_same_as(&self, other: &Self) -> bool {
        match (&self.name, &other.name) {
            (Ok(a), Ok(b)) => a == b,
            (Err(_), Err(_)) => self.written == other.written,
            _ => false,
        }
    }
}

/// Takes text apart into names, each once, in the order in which they are written.
///
/// Anything that people paste will do: lists with commas, semicolons, blanks or lines, quoted or
/// not, URLs, mail addresses, host and port, `DNS:` entries as openssl prints them. Looks at
/// [`MAX_INPUT_BYTES`].
#[must_use]
pub fn parse_names(text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for entry in pieces(text).map(Entry::parse) {
        if !entries.iter().any(|other| other.is_same_as(&entry)) {
            entries.push(entry);
        }
        if entries.len() > MAX_ENTRIES {
            break;
        }
    }
    entries
}

/// Whether this character ends a name, so that what stands before it can be taken.
#[must_use]
pub fn is_separator(character: char) -> bool {
    // Zero-width characters are invisible in what people copy from web pages.
    character.is_whitespace()
        || "\u{200b}\u{2060}\u{feff},;|\"'`“”„‘’«»<>(){}，、；".contains(character)
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let end = text.floor_char_boundary(MAX_INPUT_BYTES);
    text[..end].split(is_separator).filter(|piece| {
        piece
            .chars()
            .any(|c| c.is_alphanumeric() || "*:".contains(c))
    })
}

/// The host in what may be a URL, a mail address, `host:port` or an entry of an openssl listing.
fn host_of(piece: &str) -> &str {
    let piece = without_prefix(piece, "DNS:");
    let piece = without_prefix(piece, "mailto:");
    if piece.parse::<std::net::IpAddr>().is_ok() {
        return piece;
    }
    let rest = match piece.split_once("://") {
        Some((_scheme, rest)) => rest,
        None => piece.trim_start_matches('/'),
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = without_port(host);
    if host.contains(':') {
        return host;
    }
    host.trim_matches(['[', ']'])
        .trim_end_matches(['。', '．', '｡'])
}

fn without_prefix<'a>(piece: &'a str, prefix: &str) -> &'a str {
    match piece.split_at_checked(prefix.len()) {
        Some((start, rest)) if start.eq_ignore_ascii_case(prefix) => rest,
        _ => piece,
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        // What holds another colon outside of brackets is an IPv6 address and has no port.
        Some((name, port))
            if port.bytes().all(|byte| byte.is_ascii_digit())
                && (!name.contains(':') || name.ends_with(']')) =>
        {
            name
        }
        _ => host,
    }
}

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
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
    pub fn add(&mut self, text: &str) -> Added {
        self.insert_at(self.entries.len(), text)
    }

    /// Removes an entry.
    pub fn remove(&mut self, id: EntryId) {
        self.entries.retain(|listed| listed.id != id);
        self.take_notes();
    }

    /// Puts what the text holds where the entry was.
    pub fn replace(&mut self, id: EntryId, text: &str) -> Added {
        let Some(at) = self.entries.iter().position(|listed| listed.id == id) else {
            return self.add(text);
        };
        self.entries.remove(at);
        self.insert_at(at, text)
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
            let Ok(name) = DomainName::parse(&name) else {
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

    fn insert_at(&mut self, at: usize, text: &str) -> Added {
        let mut added = Added {
            left_out: text.len() > MAX_INPUT_BYTES,
            ..Added::default()
        };
        for entry in parse_names(text) {
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
