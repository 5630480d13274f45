//! Skipping a step whose input has not changed.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// The hash of everything that a step's output depends on.
#[derive(PartialEq, Eq)]
pub(super) struct Stamp(String);

impl Stamp {
    /// The stamp of a step that depends on these.
    pub(super) fn of(inputs: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for input in inputs {
            // The length keeps ("ab", "c") apart from ("a", "bc").
            hash.update((input.len() as u64).to_be_bytes());
            hash.update(input);
        }
        Self(
            hash.finalize()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        )
    }

    /// Whether the step that wrote `file` had the same inputs.
    pub(super) fn matches(&self, file: &Path) -> bool {
        fs::read_to_string(file).is_ok_and(|written| written == self.0)
    }

    /// To be called when the step is complete: an interrupted one is then repeated.
    pub(super) fn write(&self, file: &Path) -> Result<()> {
        fs::write(file, &self.0).with_context(|| format!("cannot write {}", file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_kept_apart() {
        assert!(Stamp::of(&[b"ab", b"c"]) != Stamp::of(&[b"a", b"bc"]));
        assert!(Stamp::of(&[b"ab"]) == Stamp::of(&[b"ab"]));
    }
}
