//! An opinion of passphrases, for a hint beside the field.
//!
//! It is a rough guess at how many tries somebody needs who knows how people choose, in bits. Nobody is
//! held to it.

use std::collections::BTreeSet;

/// What to think of a passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// A computer finds it by itself.
    Weak,
    /// It holds against those who try a little.
    Fair,
    /// It holds against those who have money to spend, as every try costs memory and time (Argon2id).
    Strong,
}

const FAIR_BITS: f64 = 30.0;
const STRONG_BITS: f64 = 48.0;
/// A word that was chosen at random from a list of a few thousand.
const WORD_BITS: f64 = 12.0;
/// Shorter ones are particles.
const WORD_CHARACTERS: usize = 3;
/// What everybody tries first; they count as one character each.
const COMMON: [&str; 10] = [
    "password", "passwort", "qwerty", "qwertz", "letmein", "welcome", "iloveyou", "tabcert",
    "admin", "secret",
];

/// What to think of `passphrase`.
#[must_use]
pub fn strength(passphrase: &str) -> Strength {
    let bits = by_characters(passphrase).min(by_words(passphrase));
    if bits < FAIR_BITS {
        Strength::Weak
    } else if bits < STRONG_BITS {
        Strength::Fair
    } else {
        Strength::Strong
    }
}

/// As if every character were chosen, but for those that follow from the one before.
fn by_characters(passphrase: &str) -> f64 {
    let mut text = passphrase.to_lowercase();
    for common in COMMON {
        text = text.replace(common, "*");
    }
    let has = |test: fn(&char) -> bool| passphrase.chars().any(|it| test(&it));
    let kinds = [
        has(|it| it.is_lowercase()),
        has(|it| it.is_uppercase()),
        has(|it| it.is_numeric()),
        has(|it| !it.is_alphanumeric()),
    ];
    let kinds = kinds.into_iter().filter(|has| *has).count();
    // Letters in words say about two bits each; more kinds, more of them by chance.
    let bits = [0.0, 3.0, 3.7, 4.3, 4.8][kinds];
    let mut before = None;
    let mut sum = 0.0;
    for character in text.chars().map(u32::from) {
        let follows = before.is_some_and(|before: u32| before.abs_diff(character) <= 1);
        sum += if follows { 0.5 } else { bits };
        before = Some(character);
    }
    sum
}

/// As if words were chosen from a list; no limit where it is not made of words.
fn by_words(passphrase: &str) -> f64 {
    let text = passphrase.to_lowercase();
    let words: Vec<&str> = text
        .split(|it: char| !it.is_alphabetic())
        .filter(|word| !word.is_empty())
        .collect();
    let letters: usize = words.iter().map(|word| word.chars().count()).sum();
    let others = text.chars().filter(|it| it.is_numeric()).count();
    if words.is_empty() || letters < WORD_CHARACTERS * words.len() || others > words.len() {
        return f64::INFINITY;
    }
    // One long run of letters may be a word or none.
    if words.len() == 1 && letters > 12 {
        return f64::INFINITY;
    }
    let distinct: BTreeSet<&str> = words.into_iter().collect();
    let count = u32::try_from(distinct.len()).unwrap_or(u32::MAX);
    f64::from(count) * WORD_BITS + f64::from(u32::try_from(others).unwrap_or(0)) * 3.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_choose_is_told_from_what_holds() {
        for weak in [
            "",
            "a",
            "hunter2",
            "password",
            "Password1",
            "tabcert2026",
            "12345678901234567890",
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "abcdefghijklmnopqrstuvwxyz",
            "test test test test test",
            "summer",
            "good morning",
        ] {
            assert_eq!(strength(weak), Strength::Weak, "{weak}");
        }
        for fair in ["correct horse battery", "tr0ub4dor&3", "Sommer und Regen"] {
            assert_eq!(strength(fair), Strength::Fair, "{fair}");
        }
        for strong in [
            "correct horse battery staple",
            "Kohl & 7 \"Zwerge\" im Garten",
            "k4m2p9xw7h3td8qz6v5b",
            "grün-lampe-fluss-tür-berg",
        ] {
            assert_eq!(strength(strong), Strength::Strong, "{strong}");
        }
    }
}
