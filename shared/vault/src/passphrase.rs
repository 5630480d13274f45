//! Keys made of what people can remember: Argon2id (RFC 9106).
//!
//! For backups, and for the vault where the visitor wants a passphrase: [`Derivation`] is stored beside
//! what is encrypted, and derives the same key again.

use std::ops::RangeInclusive;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::VaultError;

/// Longest passphrase, in characters.
pub const MAX_CHARACTERS: usize = 1024;
/// Shortest passphrase that can be chosen, in characters: NIST SP 800-63B §5.1.1.2 has no shorter ones
/// either. What was put under a shorter one before can be opened.
pub const MIN_CHARACTERS: usize = 8;
/// What is accepted of others, in KiB: 256 MiB is what a tab of a small phone can still give.
const MEMORY_KIB: RangeInclusive<u32> = 8..=256 * 1024;
/// What is accepted of others: more would look as if the page hung.
const PASSES: RangeInclusive<u32> = 1..=10;
/// What is accepted of others. WebAssembly computes lanes one after the other anyway.
const LANES: RangeInclusive<u32> = 1..=4;

/// How hard it is to try passphrases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawParameters", into = "RawParameters")]
pub struct Parameters {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

#[derive(Serialize, Deserialize)]
struct RawParameters {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// The second recommendation of RFC 9106 §4, 64 MiB and 3 passes: about 0.4 s in WebAssembly on a small
/// server, and memory that a phone's tab can give. With one lane, since a worker has one thread: more
/// lanes would only help who tries passphrases on a better machine.
impl Default for Parameters {
    fn default() -> Self {
        Self {
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 1,
        }
    }
}

impl Parameters {
    /// Parameters within what is acceptable.
    ///
    /// # Errors
    /// [`VaultError::DerivationParameters`].
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, VaultError> {
        let fits = MEMORY_KIB.contains(&memory_kib)
            && PASSES.contains(&passes)
            && LANES.contains(&lanes)
            // RFC 9106 §3.1: memory "MUST be an integer number of kibibytes from 8*p to 2^(32)-1".
            && memory_kib >= 8 * lanes;
        fits.then_some(Self {
            memory_kib,
            passes,
            lanes,
        })
        .ok_or(VaultError::DerivationParameters)
    }

    /// Memory in KiB, passes over it, and lanes.
    #[must_use]
    pub fn numbers(self) -> [u32; 3] {
        [self.memory_kib, self.passes, self.lanes]
    }
}

impl TryFrom<RawParameters> for Parameters {
    type Error = VaultError;

    fn try_from(raw: RawParameters) -> Result<Self, VaultError> {
        Self::new(raw.memory_kib, raw.passes, raw.lanes)
    }
}

impl From<Parameters> for RawParameters {
    fn from(parameters: Parameters) -> Self {
        let [memory_kib, passes, lanes] = parameters.numbers();
        Self {
            memory_kib,
            passes,
            lanes,
        }
    }
}

/// Whether a passphrase can be chosen.
///
/// # Errors
/// [`VaultError::PassphraseTooShort`], [`VaultError::PassphraseLength`].
pub fn check_choice(passphrase: &str) -> Result<(), VaultError> {
    match passphrase.chars().count() {
        ..MIN_CHARACTERS => Err(VaultError::PassphraseTooShort),
        MIN_CHARACTERS..=MAX_CHARACTERS => Ok(()),
        _ => Err(VaultError::PassphraseLength),
    }
}

/// How a key comes from a passphrase; no secret, and stored in clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Derivation {
    /// How hard it is.
    pub parameters: Parameters,
    /// 16 random bytes: the same passphrase gives another key elsewhere.
    pub salt: [u8; 16],
}

impl Derivation {
    /// Derives the key. By default that takes half a second in WebAssembly: never on a page's own thread.
    ///
    /// Who reads the passphrase normalises it (NFC), as keyboards differ in how they compose letters.
    ///
    /// # Errors
    /// [`VaultError::PassphraseLength`], [`VaultError::OutOfMemory`].
    pub fn derive(&self, passphrase: &str) -> Result<Zeroizing<[u8; 32]>, VaultError> {
        if passphrase.is_empty() || passphrase.chars().count() > MAX_CHARACTERS {
            return Err(VaultError::PassphraseLength);
        }
        let [memory_kib, passes, lanes] = self.parameters.numbers();
        let mut key = Zeroizing::new([0; 32]);
        let params = Params::new(memory_kib, passes, lanes, Some(key.len()))
            .map_err(|_| VaultError::DerivationParameters)?;
        // Memory that cannot be had is an error to show, not the end of the engine.
        let mut memory: Vec<Block> = Vec::new();
        memory
            .try_reserve_exact(params.block_count())
            .map_err(|_| VaultError::OutOfMemory)?;
        memory.resize(params.block_count(), Block::new());
        let result = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(
                passphrase.as_bytes(),
                &self.salt,
                key.as_mut_slice(),
                &mut memory,
            );
        memory.zeroize();
        result.map_err(|_| VaultError::DerivationParameters)?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derive(passphrase: &str, parameters: [u32; 3], salt: u8) -> Result<[u8; 32], VaultError> {
        let [memory_kib, passes, lanes] = parameters;
        let derivation = Derivation {
            parameters: Parameters::new(memory_kib, passes, lanes)?,
            salt: [salt; 16],
        };
        derivation.derive(passphrase).map(|key| *key)
    }

    /// Computed with the reference implementation, through Python's `argon2-cffi`.
    #[test]
    fn agrees_with_the_reference_implementation() {
        let hex: String = derive("correct horse", [64, 3, 1], 7)
            .expect("a key")
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            hex,
            "3f5accb64f339ccd5170385d6f4ebf501ad614dde79b27fdd8ff40d6c11bb054"
        );
    }

    #[test]
    fn everything_counts() {
        let key = derive("a", [8, 1, 1], 1).expect("a key");
        assert_eq!(derive("a", [8, 1, 1], 1), Ok(key));
        for other in [
            derive("b", [8, 1, 1], 1),
            derive("a", [8, 1, 1], 2),
            derive("a", [9, 1, 1], 1),
            derive("a", [8, 2, 1], 1),
            derive("a", [16, 1, 2], 1),
        ] {
            assert_ne!(other.expect("a key"), key);
        }
    }

    #[test]
    fn hostile_parameters_are_refused_before_anything_is_allocated() {
        for parameters in [
            [4 * 1024 * 1024, 1, 1],
            [u32::MAX, 1, 1],
            [256 * 1024 + 1, 1, 1],
            [64, 11, 1],
            [64, 0, 1],
            [64, 1, 0],
            [64, 1, 5],
            [16, 1, 4],
            [7, 1, 1],
        ] {
            assert_eq!(
                derive("a", parameters, 0),
                Err(VaultError::DerivationParameters),
                "{parameters:?}"
            );
            let [memory_kib, passes, lanes] = parameters;
            let json =
                format!(r#"{{"memory_kib":{memory_kib},"passes":{passes},"lanes":{lanes}}}"#);
            assert!(serde_json::from_str::<Parameters>(&json).is_err(), "{json}");
        }
        let json = serde_json::to_string(&Parameters::default()).expect("JSON");
        assert_eq!(json, r#"{"memory_kib":65536,"passes":3,"lanes":1}"#);
        assert_eq!(
            serde_json::from_str(&json).ok(),
            Some(Parameters::default())
        );
    }

    #[test]
    fn a_passphrase_that_is_chosen_is_no_toy() {
        for (characters, expected) in [
            (0, Err(VaultError::PassphraseTooShort)),
            (1, Err(VaultError::PassphraseTooShort)),
            (MIN_CHARACTERS - 1, Err(VaultError::PassphraseTooShort)),
            (MIN_CHARACTERS, Ok(())),
            (MAX_CHARACTERS, Ok(())),
            (MAX_CHARACTERS + 1, Err(VaultError::PassphraseLength)),
        ] {
            assert_eq!(
                check_choice(&"é".repeat(characters)),
                expected,
                "{characters}"
            );
        }
    }

    #[test]
    fn passphrases_have_bounds() {
        for passphrase in [String::new(), "é".repeat(MAX_CHARACTERS + 1)] {
            assert_eq!(
                derive(&passphrase, [8, 1, 1], 0),
                Err(VaultError::PassphraseLength)
            );
        }
        assert!(derive(&"é".repeat(MAX_CHARACTERS), [8, 1, 1], 0).is_ok());
    }
}
