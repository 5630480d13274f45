//! What a CA answered to a certificate download, octet by octet.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tabcert_acme::base64url;
use tabcert_pki::Delivered;

/// The answer as it came, up to [`Delivered::MAX_BYTES`]. Stored as text where it is text, so that chains
/// that were stored as such can be read.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer(Vec<u8>);

impl Answer {
    /// Takes an answer; what is beyond the largest that is looked at is cut off.
    #[must_use]
    pub fn new(mut octets: Vec<u8>) -> Self {
        octets.truncate(Delivered::MAX_BYTES);
        Self(octets)
    }

    /// The octets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The answer as text; what is no UTF-8 is replaced.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }
}

/// Shows no contents: a CA that makes keys may have sent one along.
impl std::fmt::Debug for Answer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Answer({} bytes)", self.0.len())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Stored<'a> {
    Text(Cow<'a, str>),
    Octets { base64url: Cow<'a, str> },
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let stored = match std::str::from_utf8(&self.0) {
            Ok(text) => Stored::Text(text.into()),
            Err(_) => Stored::Octets {
                base64url: base64url::encode(&self.0).into(),
            },
        };
        stored.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let invalid = || serde::de::Error::custom("an answer that is not base64url");
        let octets = match Stored::deserialize(deserializer)? {
            Stored::Text(text) => text.into_owned().into_bytes(),
            Stored::Octets { base64url } => base64url::decode(&base64url).ok_or_else(invalid)?,
        };
        Ok(Self::new(octets))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn any_octets_are_stored_and_text_as_it_was_before() {
        for (octets, json) in [
            (b"-----BEGIN".as_slice(), "\"-----BEGIN\""),
            (b"", "\"\""),
            (b"\x30\xFF\0", "{\"base64url\":\"MP8A\"}"),
        ] {
            let answer = Answer::new(octets.to_vec());
            assert_eq!(serde_json::to_string(&answer).unwrap(), json);
            assert_eq!(serde_json::from_str::<Answer>(json).unwrap(), answer);
        }
        assert!(serde_json::from_str::<Answer>("{\"base64url\":\"=\"}").is_err());
        let large = Answer::new(vec![b'x'; 10_000_000]);
        assert_eq!(large.as_bytes().len(), Delivered::MAX_BYTES);
    }
}
