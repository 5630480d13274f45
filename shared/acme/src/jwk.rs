//! Public keys as JWK (RFC 7517, RFC 7518 §6) and their thumbprints (RFC 7638).

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::base64url;

/// A public key. The order of the members is that of RFC 7638 §3.3, so that serialising gives the
/// very bytes that the thumbprint is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Jwk {
    /// An elliptic-curve key (RFC 7518 §6.2); coordinates in unpadded base64url, full width.
    Ec {
        /// `P-256` or `P-384`.
        crv: String,
        /// Always `EC`.
        kty: EcType,
        /// The x coordinate.
        x: String,
        /// The y coordinate.
        y: String,
    },
    /// An RSA key (RFC 7518 §6.3); numbers in unpadded base64url.
    Rsa {
        /// The public exponent.
        e: String,
        /// Always `RSA`.
        kty: RsaType,
        /// The modulus.
        n: String,
    },
}

/// The value `EC` of `kty`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EcType {
    /// `EC`.
    #[serde(rename = "EC")]
    Ec,
}

/// The value `RSA` of `kty`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RsaType {
    /// `RSA`.
    #[serde(rename = "RSA")]
    Rsa,
}

impl Jwk {
    /// A P-256 key from its affine coordinates.
    #[must_use]
    pub fn p256(x: &[u8; 32], y: &[u8; 32]) -> Self {
        Self::Ec {
            crv: "P-256".to_owned(),
            kty: EcType::Ec,
            x: base64url::encode(x),
            y: base64url::encode(y),
        }
    }

    /// The SHA-256 thumbprint of RFC 7638, which binds key authorizations to an account key.
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        // Every member is base64url or a fixed word, so there is nothing to escape.
        let canonical = match self {
            Self::Ec { crv, x, y, .. } => {
                format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#)
            }
            Self::Rsa { e, n, .. } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
        };
        Thumbprint(base64url::encode(&Sha256::digest(canonical.as_bytes())))
    }
}

/// A JWK thumbprint: 43 characters of base64url.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Thumbprint(String);

impl Thumbprint {
    /// Parses 43 characters of base64url; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digest = base64url::decode(text)?;
        (text.len() == 43 && digest.len() == 32).then(|| Self(text.to_owned()))
    }

    /// The thumbprint as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Thumbprint {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a JWK thumbprint")
    }
}

impl From<Thumbprint> for String {
    fn from(thumbprint: Thumbprint) -> Self {
        thumbprint.0
    }
}

impl std::fmt::Display for Thumbprint {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_rfc_7638_section_3_1() {
        let jwk: Jwk = serde_json::from_str(
            r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB"}"#,
        )
        .expect("the key of RFC 7638, without its optional members");
        assert_eq!(
            jwk.thumbprint().as_str(),
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        );
    }

    #[test]
    fn refuses_other_kinds_and_private_members() {
        for text in [
            r#"{"kty":"oct","k":"AAAA"}"#,
            r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"}"#,
            r#"{"kty":"EC","crv":"P-256","crv":"P-384","x":"AA","y":"AA"}"#,
        ] {
            assert!(serde_json::from_str::<Jwk>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_thumbprint_has_one_form() {
        assert!(Thumbprint::parse("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs").is_some());
        assert!(Thumbprint::parse("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xt").is_none());
        assert!(Thumbprint::parse("").is_none());
    }
}
