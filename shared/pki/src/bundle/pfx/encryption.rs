//! The two ways to encrypt and authenticate with a password.

use super::{
    Password,
    kdf::{Purpose, derive},
};
use crate::{
    Error,
    asn1::{NULL, algorithm, integer, octet_string, sequence},
    oid::{AES256_CBC, HMAC_WITH_SHA256, PBE_WITH_SHA1_AND_3DES, PBES2, PBKDF2, SHA1, SHA256},
};
use aes::Aes256Enc;
use cbc::{
    Encryptor,
    cipher::{BlockCipherEncrypt, BlockModeEncrypt, KeyInit, KeyIvInit, block_padding::Pkcs7},
};
use des::TdesEde3;
use hmac::{
    Hmac, Mac,
    digest::{Digest, block_api::BlockSizeUser},
};
use rand_core::CryptoRng;
use sha1::Sha1;
use sha2::Sha256;
use zeroize::Zeroizing;

/// What came out, and how.
pub(super) struct Encrypted {
    /// `AlgorithmIdentifier` in DER.
    pub(super) algorithm: Vec<u8>,
    pub(super) data: Vec<u8>,
}

#[derive(Clone, Copy)]
pub(super) enum Scheme {
    /// PBES2 of RFC 8018 section 6.2 with AES-256-CBC; MAC with SHA-256.
    Pbes2Aes256,
    /// `pbeWithSHAAnd3-KeyTripleDES-CBC` of RFC 7292 appendix C; MAC with SHA-1.
    Pkcs12TripleDes,
}

/// Longest block of the two ciphers: how much the padding can add.
const MAX_BLOCK: usize = 16;

impl Scheme {
    /// How often each of the three derivations of a file (certificates, key, MAC) repeats its hash.
    /// All three get the same, for whoever guesses the password attacks the weakest.
    ///
    /// As many as importers allow: .NET refuses more than 300,000 in one derivation and 1,000,000 in
    /// all (the defaults of its `Pkcs12LoaderLimits`), Java more than 5,000,000. OpenSSL and Windows
    /// write 2,000. The compatible encoding is for old and small machines, which have to import it in
    /// bearable time: it has what Java 8 has long written.
    pub(super) const fn iterations(self) -> u32 {
        match self {
            Self::Pbes2Aes256 => 250_000,
            Self::Pkcs12TripleDes => 50_000,
        }
    }

    /// Octets of salt: RFC 8018 section 4.1 asks for eight at least, and the older a program, the more
    /// likely it knows nothing else.
    const fn salt_length(self) -> usize {
        match self {
            Self::Pbes2Aes256 => 16,
            Self::Pkcs12TripleDes => 8,
        }
    }

    /// Encrypts `plaintext` under a key derived from the password and fresh salt.
    pub(super) fn encrypt<R: CryptoRng + ?Sized>(
        self,
        plaintext: Zeroizing<Vec<u8>>,
        password: &Password,
        rng: &mut R,
    ) -> Result<Encrypted, Error> {
        let salt = self.make_salt(rng);
        match self {
            Self::Pbes2Aes256 => {
                let mut iv = [0; 16];
                rng.fill_bytes(&mut iv);
                let mut key = Zeroizing::new([0; 32]);
                pbkdf2::pbkdf2_hmac::<Sha256>(
                    password.as_octets(),
                    &salt,
                    self.iterations(),
                    &mut *key,
                );
                Ok(Encrypted {
                    algorithm: self.pbes2_algorithm(&salt, &iv)?,
                    data: encrypt_cbc::<Aes256Enc>(&*key, &iv, &plaintext)?,
                })
            }
            Self::Pkcs12TripleDes => {
                let bmp = password.to_bmp();
                let mut key = Zeroizing::new([0; 24]);
                let mut iv = Zeroizing::new([0; 8]);
                let rounds = self.iterations();
                derive::<Sha1>(&bmp, &salt, Purpose::EncryptionKey, rounds, &mut *key);
                derive::<Sha1>(&bmp, &salt, Purpose::InitializationVector, rounds, &mut *iv);
                Ok(Encrypted {
                    algorithm: self.pkcs12_algorithm(&salt)?,
                    data: encrypt_cbc::<TdesEde3>(&*key, &*iv, &plaintext)?,
                })
            }
        }
    }

    /// `MacData` (RFC 7292 section 4) in DER: an HMAC of the contents.
    pub(super) fn authenticate<R: CryptoRng + ?Sized>(
        self,
        contents: &[u8],
        password: &Password,
        rng: &mut R,
    ) -> Result<Vec<u8>, Error> {
        let salt = self.make_salt(rng);
        let (oid, digest) = match self {
            Self::Pbes2Aes256 => {
                let mut key = Zeroizing::new([0; 32]);
                self.derive_mac_key::<Sha256>(password, &salt, &mut *key);
                (SHA256, authenticate::<Hmac<Sha256>>(&*key, contents)?)
            }
            Self::Pkcs12TripleDes => {
                let mut key = Zeroizing::new([0; 20]);
                self.derive_mac_key::<Sha1>(password, &salt, &mut *key);
                (SHA1, authenticate::<Hmac<Sha1>>(&*key, contents)?)
            }
        };
        // `DigestInfo`, RFC 8017 section 9.2
        let mac = sequence(&[&algorithm(oid, NULL)?, &octet_string(&digest)?])?;
        sequence(&[&mac, &octet_string(&salt)?, &integer(self.iterations())?])
    }

    fn derive_mac_key<D: Digest + BlockSizeUser>(
        self,
        password: &Password,
        salt: &[u8],
        key: &mut [u8],
    ) {
        derive::<D>(
            &password.to_bmp(),
            salt,
            Purpose::MacKey,
            self.iterations(),
            key,
        );
    }

    fn make_salt<R: CryptoRng + ?Sized>(self, rng: &mut R) -> Vec<u8> {
        let mut salt = vec![0; self.salt_length()];
        rng.fill_bytes(&mut salt);
        salt
    }

    /// `PBES2-params`, RFC 8018 appendix A.4, with the `PBKDF2-params` of appendix A.2; their optional
    /// key length is left out, as the cipher has but one.
    fn pbes2_algorithm(self, salt: &[u8], iv: &[u8]) -> Result<Vec<u8>, Error> {
        let pbkdf2 = sequence(&[
            &octet_string(salt)?,
            &integer(self.iterations())?,
            &algorithm(HMAC_WITH_SHA256, NULL)?,
        ])?;
        let parameters = sequence(&[
            &algorithm(PBKDF2, &pbkdf2)?,
            &algorithm(AES256_CBC, &octet_string(iv)?)?,
        ])?;
        algorithm(PBES2, &parameters)
    }

    /// `pkcs-12PbeParams`, RFC 7292 appendix C.
    fn pkcs12_algorithm(self, salt: &[u8]) -> Result<Vec<u8>, Error> {
        let parameters = sequence(&[&octet_string(salt)?, &integer(self.iterations())?])?;
        algorithm(PBE_WITH_SHA1_AND_3DES, &parameters)
    }
}

/// CBC with the padding of RFC 8018 section 6.1.1 step 4.
fn encrypt_cbc<C: BlockCipherEncrypt + KeyInit>(
    key: &[u8],
    iv: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, Error> {
    // Encrypted where it lies, so that no copy of the plaintext is left.
    let mut buffer = Zeroizing::new(vec![0; plaintext.len() + MAX_BLOCK]);
    buffer[..plaintext.len()].copy_from_slice(plaintext);
    let ciphertext = Encryptor::<C>::new_from_slices(key, iv)
        .map_err(|_| Error::Encoding)?
        .encrypt_padded::<Pkcs7>(&mut buffer, plaintext.len())
        .map_err(|_| Error::Encoding)?;
    Ok(ciphertext.to_vec())
}

fn authenticate<M: Mac + KeyInit>(key: &[u8], contents: &[u8]) -> Result<Vec<u8>, Error> {
    let mut mac = <M as KeyInit>::new_from_slice(key).map_err(|_| Error::Encoding)?;
    mac.update(contents);
    Ok(mac.finalize().into_bytes().to_vec())
}
