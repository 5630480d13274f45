//! Randomness.

use chacha20::ChaCha20Rng;
use chacha20::rand_core::SeedableRng;
use tabcert_engine_api::EngineError;
use thiserror::Error;
use zeroize::Zeroizing;

/// A cryptographic generator (ChaCha20), seeded from the browser's `crypto.getRandomValues`.
///
/// Asking the browser once, here, leaves one place that can fail; what comes after cannot.
///
/// # Errors
/// [`NoRandomness`]
pub(crate) fn seeded_rng() -> Result<ChaCha20Rng, NoRandomness> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(seed.as_mut()).map_err(NoRandomness)?;
    Ok(ChaCha20Rng::from_seed(*seed))
}

/// The browser has no secure randomness: no key may be made here.
#[derive(Debug, Clone, Copy, Error)]
#[error("this browser offers no secure random numbers, so no key can be made in it ({0})")]
pub(crate) struct NoRandomness(getrandom::Error);

impl From<NoRandomness> for EngineError {
    fn from(none: NoRandomness) -> Self {
        Self::NoRandomness(none.to_string())
    }
}
