//! Numbers for blinding RSA (RFC 8017 does not ask for it; timing attacks do).

use std::convert::Infallible;

use rand_core::{TryCryptoRng, TryRng};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// SHA-256 in counter mode over a secret and the message, in the spirit of RFC 6979: nobody without
/// the key can foresee the numbers, and no source of randomness can make them bad.
pub(super) struct Blinding {
    seed: Zeroizing<[u8; 32]>,
    block: u64,
}

impl Blinding {
    pub(super) fn new(secret: &[u8; 32], message_digest: &[u8]) -> Self {
        let seed = Sha256::new()
            .chain_update(secret)
            .chain_update(message_digest)
            .finalize();
        Self {
            seed: Zeroizing::new(seed.into()),
            block: 0,
        }
    }

    fn next_block(&mut self) -> Zeroizing<[u8; 32]> {
        let block = Sha256::new()
            .chain_update(self.seed.as_slice())
            .chain_update(self.block.to_be_bytes())
            .finalize();
        self.block += 1;
        Zeroizing::new(block.into())
    }
}

impl TryRng for Blinding {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for part in bytes.chunks_mut(32) {
            part.copy_from_slice(&self.next_block()[..part.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Blinding {}
