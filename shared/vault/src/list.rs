//! Searching and sorting certificates.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::summary::Summary;

/// What to list, and in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Words that all have to occur, in any case, in names, CA, issuer or labels.
    pub text: String,
    /// The group to list; none for all.
    pub group: Option<String>,
    /// By what to sort.
    pub sort: Sort,
    /// Whether the last comes first.
    pub descending: bool,
}

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// What ends first.
    #[default]
    Expiry,
    /// What it is called.
    Name,
    /// Who issued it.
    Ca,
    /// When it came here.
    Issued,
}

/// The certificates that `query` asks for. Equals come by name and id, so that a list does not jump.
#[must_use]
pub fn list<'a>(
    certificates: impl IntoIterator<Item = &'a Summary>,
    query: &Query,
) -> Vec<&'a Summary> {
    let text = query.text.to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut found: Vec<(Key, &Summary)> = certificates
        .into_iter()
        .filter(|certificate| {
            let group = certificate.label.group.as_str();
            query.group.as_deref().is_none_or(|wanted| wanted == group)
        })
        .filter(|certificate| words.is_empty() || has_words(certificate, &words))
        .map(|certificate| (Key::of(certificate, query.sort), certificate))
        .collect();
    found.sort_by(|(key, certificate), (other_key, other)| {
        let by_key = if query.descending {
            other_key.compare(key)
        } else {
            key.compare(other_key)
        };
        by_key.then_with(|| certificate.id.cmp(&other.id))
    });
    found
        .into_iter()
        .map(|(_, certificate)| certificate)
        .collect()
}

/// The groups that there are, each once, in order.
#[must_use]
pub fn groups<'a>(certificates: impl IntoIterator<Item = &'a Summary>) -> Vec<&'a str> {
    let mut groups: Vec<&str> = certificates
        .into_iter()
        .map(|certificate| certificate.label.group.as_str())
        .filter(|group| !group.is_empty())
        .collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

fn has_words(certificate: &Summary, words: &[&str]) -> bool {
    let label = &certificate.label;
    let fields = [
        certificate.ca(),
        &certificate.facts.issuer,
        &label.name,
        &label.description,
        &label.used_for,
        &label.group,
    ];
    // One text, so that a word is looked for once; line feeds keep fields apart.
    let mut text = String::new();
    for part in fields
        .into_iter()
        .chain(certificate.names.iter().map(String::as_str))
    {
        text.push_str(part);
        text.push('\n');
    }
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word))
}

/// What is compared, made once per certificate.
struct Key {
    number: u64,
    text: String,
    name: String,
}

impl Key {
    fn of(certificate: &Summary, sort: Sort) -> Self {
        let (number, text) = match sort {
            Sort::Expiry => (certificate.facts.not_after, String::new()),
            Sort::Issued => (certificate.issued_ms, String::new()),
            Sort::Name => (0, String::new()),
            Sort::Ca => (0, certificate.ca().to_lowercase()),
        };
        Self {
            number,
            text,
            name: certificate.title().to_lowercase(),
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        (self.number, &self.text, &self.name).cmp(&(other.number, &other.text, &other.name))
    }
}
