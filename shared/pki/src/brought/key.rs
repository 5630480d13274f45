//! Private keys, in every unencrypted form that files have them in.

use super::{NotRead, Obstacle};
use crate::{
    Error, PrivateKey,
    asn1::{self, Elements, Malformed, constructed},
    oid::{ED25519, RSA_ENCRYPTION, RSASSA_PSS, SECP256R1, SECP384R1, SECP521R1},
    public_key::bit_length,
};
use der::{Tag, asn1::ObjectIdentifier};
use std::{fmt, ops::RangeInclusive};
use zeroize::Zeroizing;

/// Sizes of RSA keys that CAs take, in bits. Keys are made here in some of them.
const RSA_BITS: RangeInclusive<u32> = 2048..=4096;

/// How a key is written in DER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyForm {
    /// `PrivateKeyInfo`, RFC 5958.
    Pkcs8,
    /// `RSAPrivateKey`, RFC 8017 appendix A.1.2.
    Pkcs1,
    /// `ECPrivateKey`, RFC 5915.
    Sec1,
}

/// A private key that was brought, and to which certificate it belongs. Wiped when dropped.
pub struct Key {
    file: String,
    form: KeyForm,
    der: Zeroizing<Vec<u8>>,
    public_key_der: Vec<u8>,
}

impl Key {
    pub(super) fn read(file: &str, form: KeyForm, der: &[u8]) -> Result<Self, Obstacle> {
        let public_key_der = match private_key(form, der).and_then(|key| key.public_key_der()) {
            Ok(public) => public,
            Err(Error::RsaKeySize { bits }) if RSA_BITS.contains(&bits) => {
                rsa_public_key(form, der).map_err(|Malformed| Obstacle::DAMAGED_KEY)?
            }
            Err(Error::RsaKeySize { bits }) => return Err(Obstacle::RsaKeySize { bits }),
            Err(Error::KeyUnsupported { algorithm }) => return Err(unsupported(&algorithm)),
            Err(_) => return Err(Obstacle::DAMAGED_KEY),
        };
        Ok(Self {
            file: file.to_owned(),
            form,
            der: Zeroizing::new(der.to_vec()),
            public_key_der,
        })
    }

    /// The file that it is from.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// How [`der`](Self::der) is written.
    #[must_use]
    pub fn form(&self) -> KeyForm {
        self.form
    }

    /// The key as it was brought, in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Its public half as a `SubjectPublicKeyInfo` in DER.
    #[must_use]
    pub fn public_key_der(&self) -> &[u8] {
        &self.public_key_der
    }

    /// That its numbers do not fit together, as those find who compute with them.
    #[must_use]
    pub fn damaged(&self) -> NotRead {
        NotRead {
            file: self.file.clone(),
            obstacle: Obstacle::DAMAGED_KEY,
        }
    }

    /// The key as certificates are kept with it.
    ///
    /// # Errors
    /// [`Obstacle::RsaKeySize`] for a size that CAs take, but none of a [`KeyType`](crate::KeyType);
    /// [`Obstacle::Damaged`].
    pub fn private_key(&self) -> Result<PrivateKey, Obstacle> {
        private_key(self.form, &self.der).map_err(|error| match error {
            Error::RsaKeySize { bits } => Obstacle::RsaKeySize { bits },
            _ => Obstacle::DAMAGED_KEY,
        })
    }
}

/// Tells where it is from and nothing else.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:?} in {:?})", self.form, self.file)
    }
}

fn private_key(form: KeyForm, der: &[u8]) -> Result<PrivateKey, Error> {
    match form {
        KeyForm::Pkcs8 => PrivateKey::from_pkcs8_der(der),
        KeyForm::Pkcs1 => PrivateKey::from_pkcs1_der(der),
        KeyForm::Sec1 => match named_curve(der).map_err(|Malformed| Error::KeyMalformed)? {
            None | Some(SECP256R1 | SECP384R1) => PrivateKey::from_sec1_der(der),
            Some(curve) => Err(Error::KeyUnsupported {
                algorithm: curve.to_string(),
            }),
        },
    }
}

/// The curve that an `ECPrivateKey` names in its parameters, if it does (RFC 5915 section 3).
fn named_curve(sec1_der: &[u8]) -> Result<Option<ObjectIdentifier>, Malformed> {
    let mut key = Elements::of_sequence(sec1_der)?;
    key.expect(Tag::Integer)?;
    key.expect(Tag::OctetString)?;
    match key.optional(constructed(0))? {
        Some(parameters) => Elements::new(parameters.value).oid().map(Some),
        None => Ok(None),
    }
}

/// Names an algorithm or a curve where it is a common one.
fn unsupported(oid: &str) -> Obstacle {
    let known = [
        (SECP521R1, "ECDSA P-521"),
        (ED25519, "Ed25519"),
        (RSASSA_PSS, "RSASSA-PSS"),
    ];
    let name = known.iter().find(|(known, _)| known.to_string() == oid);
    Obstacle::KeyAlgorithm {
        algorithm: name.map_or(oid, |(_, name)| name).to_owned(),
    }
}

/// The public half of an RSA key by its outline; nothing is computed.
fn rsa_public_key(form: KeyForm, der: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut outer = Elements::of_sequence(der)?;
    let mut numbers = match form {
        KeyForm::Pkcs1 => outer,
        KeyForm::Pkcs8 => {
            outer.expect(Tag::Integer)?;
            outer.expect(Tag::Sequence)?;
            Elements::of_sequence(outer.expect(Tag::OctetString)?.value)?
        }
        KeyForm::Sec1 => return Err(Malformed),
    };
    let _version = numbers.expect(Tag::Integer)?;
    let modulus = numbers.expect(Tag::Integer)?;
    let exponent = numbers.expect(Tag::Integer)?;
    if !RSA_BITS.contains(&bit_length(modulus.value)) {
        return Err(Malformed);
    }
    let info = || {
        let key = asn1::sequence(&[modulus.der, exponent.der])?;
        asn1::sequence(&[
            &asn1::algorithm(RSA_ENCRYPTION, asn1::NULL)?,
            &asn1::bit_string(&key)?,
        ])
    };
    info().map_err(|_: Error| Malformed)
}
