//! What a secret looks like in whatever form it may be sent.
//!
//! A value is looked for by its pieces of 16 bytes, every 8 bytes one, so that it is found where only
//! a part of it is contiguous: within a larger structure, or across two frames. Each piece is looked for as bytes, back to front, in hexadecimal, in both alphabets of
//! base64 at every alignment, and as a list of decimal numbers. 16 bytes that are there by chance are
//! not to be expected in the lifetime of this universe.

use aho_corasick::AhoCorasick;
use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};

const PIECE: usize = 16;
const STEP: usize = 8;

/// Values to look for, each under a name.
#[derive(Debug, Default)]
pub struct Traces {
    labels: Vec<String>,
    patterns: Vec<Vec<u8>>,
}

impl Traces {
    /// Adds a value. Leading zeros do not count: many forms leave them out.
    ///
    /// # Panics
    /// For values under 16 bytes, which may be anywhere by chance.
    #[must_use]
    pub fn with(mut self, name: &str, value: &[u8]) -> Self {
        let zeros = value.iter().take_while(|byte| **byte == 0).count();
        let value = &value[zeros..];
        assert!(value.len() >= PIECE, "{name} is too short to be looked for");
        let last = value.len() - PIECE;
        for start in (0..last).step_by(STEP).chain([last]) {
            for (form, pattern) in forms(&value[start..start + PIECE]) {
                self.labels.push(format!("{name} ({form})"));
                self.patterns.push(pattern);
            }
        }
        self
    }

    /// Adds a text that is to be found as it is.
    #[must_use]
    pub fn with_text(mut self, name: &str, text: &str) -> Self {
        self.labels.push(name.to_owned());
        self.patterns.push(text.as_bytes().to_vec());
        self
    }

    /// Prepares to look for them.
    ///
    /// # Panics
    /// Where there are too many values for a search.
    #[must_use]
    pub fn search(&self) -> Search<'_> {
        let patterns =
            AhoCorasick::new(&self.patterns).expect("a search for some thousand patterns");
        Search {
            labels: &self.labels,
            patterns,
        }
    }
}

/// Looks for [`Traces`].
#[derive(Debug)]
pub struct Search<'a> {
    labels: &'a [String],
    patterns: AhoCorasick,
}

impl<'a> Search<'a> {
    /// Which of the values are in the text, and in which form.
    pub fn find_in(&self, text: &[u8]) -> impl Iterator<Item = &'a str> {
        let hits = self.patterns.find_overlapping_iter(text);
        hits.map(|hit| self.labels[hit.pattern().as_usize()].as_str())
    }
}

fn forms(piece: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let hex: String = piece.iter().map(|byte| format!("{byte:02x}")).collect();
    let decimal: Vec<String> = piece.iter().map(ToString::to_string).collect();
    let mut forms = vec![
        ("bytes", piece.to_vec()),
        ("bytes back to front", piece.iter().rev().copied().collect()),
        ("hex", hex.to_uppercase().into_bytes()),
        ("hex", hex.into_bytes()),
        ("numbers", decimal.join(",").into_bytes()),
        ("numbers", decimal.join(", ").into_bytes()),
    ];
    for before in 0..3 {
        forms.push(("base64", aligned::<Base64Unpadded>(piece, before)));
        forms.push(("base64url", aligned::<Base64UrlUnpadded>(piece, before)));
    }
    forms
}

/// The characters that are the piece's alone where so many bytes of a group of three stand before it.
fn aligned<E: Encoding>(piece: &[u8], before: usize) -> Vec<u8> {
    let mut bytes = vec![0; before];
    bytes.extend_from_slice(piece);
    let text = E::encode_string(&bytes);
    let first = (before * 8).div_ceil(6);
    let end = bytes.len() * 8 / 6;
    text.as_bytes()[first..end].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &[u8; 33] = b"\x00correct horse battery staple \xfb\xff\xfe";

    fn finds(text: &[u8]) -> bool {
        Traces::default()
            .with("value", VALUE)
            .search()
            .find_in(text)
            .count()
            > 0
    }

    #[test]
    fn finds_a_value_in_every_form() {
        let within = [&b"{\"x\":1,"[..], VALUE, b"\"}"].concat();
        let hex: String = VALUE.iter().map(|byte| format!("{byte:02x}")).collect();
        for text in [
            VALUE.to_vec(),
            within.clone(),
            VALUE.iter().rev().copied().collect(),
            hex.to_uppercase().into_bytes(),
            hex.into_bytes(),
            format!("{VALUE:?}").into_bytes(),
            serde_json::to_vec(&VALUE.to_vec()).expect("JSON"),
        ] {
            assert!(finds(&text), "{}", String::from_utf8_lossy(&text));
        }
        for before in 0..4 {
            let bytes = &within[before..];
            assert!(
                finds(Base64Unpadded::encode_string(bytes).as_bytes()),
                "{before}"
            );
            assert!(
                finds(Base64UrlUnpadded::encode_string(bytes).as_bytes()),
                "{before}"
            );
        }
    }

    #[test]
    fn finds_a_part_and_nothing_else() {
        assert!(finds(&VALUE[..17]));
        assert!(finds(&VALUE[16..]));
        assert!(!finds(&VALUE[..16]));
        assert!(!finds(b"a horse, a correct staple, and a battery"));
        assert!(!finds(&[0; 64]));
    }
}
