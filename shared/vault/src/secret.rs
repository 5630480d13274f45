//! What nobody may see: wiped when dropped, never printed, compared in constant time.

use base64ct::{Base64, Encoding};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Secret bytes, such as a private key in PKCS#8. In JSON they are base64.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

/// Secret text, such as the JSON of an order that has a private key in it.
#[derive(Clone)]
pub struct SecretText(Zeroizing<String>);

impl Secret {
    /// Takes bytes.
    #[must_use]
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl SecretText {
    /// Takes text.
    #[must_use]
    pub fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! secret {
    ($($name:ident,)+) => {$(
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                bool::from(AsRef::<[u8]>::as_ref(&*self.0).ct_eq(other.0.as_ref()))
            }
        }

        impl Eq for $name {}

        impl std::fmt::Debug for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}

secret!(Secret, SecretText,);

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(Base64::encode_string(&self.0)))
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        Base64::decode_vec(&text)
            .map(|bytes| Self(Zeroizing::new(bytes)))
            // Not the decoder's own words: what it quotes may be secret.
            .map_err(|_| de::Error::custom("not base64"))
    }
}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}

/// Public bytes as base64 in JSON, for `#[serde(with)]`.
pub(crate) mod base64_option {
    use super::{Base64, Deserialize, Deserializer, Encoding, Serialize, Serializer, de};

    pub(crate) fn serialize<S: Serializer>(
        bytes: &Option<Vec<u8>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        bytes
            .as_deref()
            .map(Base64::encode_string)
            .serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Vec<u8>>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .map(|text| Base64::decode_vec(&text).map_err(|_| de::Error::custom("not base64")))
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_survives_json_and_hides_from_print() {
        let secret = Secret::new(Zeroizing::new(b"abc".to_vec()));
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        let json = serde_json::to_string(&secret).expect("JSON");
        assert_eq!(json, r#""YWJj""#);
        assert_eq!(
            serde_json::from_str::<Secret>(&json).expect("a secret"),
            secret
        );
        let error = serde_json::from_str::<Secret>(r#""hunter2!""#).expect_err("no base64");
        assert!(!error.to_string().contains("hunter2"), "{error}");

        let text = SecretText::new(Zeroizing::new("abc".to_owned()));
        assert_eq!(format!("{text:?}"), "SecretText(…)");
        assert_ne!(text, SecretText::new(Zeroizing::new("abd".to_owned())));
    }
}
