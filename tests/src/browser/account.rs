//! The account key, which no visitor and no test gets to see, worked out from the randomness that
//! the engine drew.
//!
//! The engine seeds one generator (ChaCha20) from `crypto.getRandomValues` and takes its account keys
//! from it. [`WatchedPage`](super::WatchedPage) keeps what was drawn; whoever seeds the same generator
//! with it gets the same keys. That it is the right key shows in its public half, which the page sent.

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng;
use tabcert_acme::jwk::Jwk;
use tabcert_acme::key::AccountKey;

/// Most account keys that an engine makes from one seed: one for each CA that the visitor looked at.
const KEYS: usize = 8;

/// The account key whose public half this is, from what was drawn; with the seed that it came from.
#[must_use]
pub fn rebuild_account_key(drawn: &[Vec<u8>], public: &Jwk) -> Option<(AccountKey, [u8; 32])> {
    let seeds = drawn
        .iter()
        .filter_map(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok());
    seeds.into_iter().find_map(|seed| {
        let mut rng = ChaCha20Rng::from_seed(seed);
        let keys = std::iter::repeat_with(|| AccountKey::generate(&mut rng)).take(KEYS);
        let key = keys.into_iter().find(|key| key.jwk() == public)?;
        Some((key, seed))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_key_among_those_of_the_right_seed() {
        let seed = [7; 32];
        let mut rng = ChaCha20Rng::from_seed(seed);
        let _other = AccountKey::generate(&mut rng);
        let key = AccountKey::generate(&mut rng);
        let drawn = [vec![1; 32], vec![2; 16], seed.to_vec()];
        let (found, from) = rebuild_account_key(&drawn, key.jwk()).expect("it is there");
        assert_eq!(found.thumbprint(), key.thumbprint());
        assert_eq!(from, seed);
        assert!(rebuild_account_key(&drawn[..2], key.jwk()).is_none());
    }
}
