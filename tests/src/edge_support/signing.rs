//! Token writes, right unless a test changes something before it signs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use p256::ecdsa::signature::{SignatureEncoding, Signer as _};
use rand_core::UnwrapErr;
use serde_json::{Value, json};
use sha2::Sha256;
use tabcert_acme::base64url;
use tabcert_acme::jwk::{Jwk, Thumbprint};

use super::Request;

/// The key of RFC 7515 appendix A.2: making a new RSA key takes long in a debug build.
const RFC_7515_A_2: &str = include_str!("rfc7515_a2.json");

/// A key of an account.
#[derive(Debug, Clone)]
pub enum Signer {
    /// ES256.
    P256(p256::ecdsa::SigningKey),
    /// ES384.
    P384(p384::ecdsa::SigningKey),
    /// RS256.
    Rsa(Box<rsa::pkcs1v15::SigningKey<Sha256>>),
}

impl Signer {
    /// A new P-256 key.
    #[must_use]
    pub fn p256() -> Self {
        use p256::elliptic_curve::Generate;
        Self::P256(p256::ecdsa::SigningKey::generate_from_rng(&mut UnwrapErr(
            getrandom::SysRng,
        )))
    }

    /// A new P-384 key.
    #[must_use]
    pub fn p384() -> Self {
        use p384::elliptic_curve::Generate;
        Self::P384(p384::ecdsa::SigningKey::generate_from_rng(&mut UnwrapErr(
            getrandom::SysRng,
        )))
    }

    /// The RSA-2048 key of RFC 7515 appendix A.2.
    ///
    /// # Panics
    /// Where the file beside this one was changed.
    #[must_use]
    pub fn rsa() -> Self {
        let jwk: Value = serde_json::from_str(RFC_7515_A_2).expect("JSON");
        let number = |name: &str| {
            let bytes = jwk[name].as_str().and_then(base64url::decode);
            rsa::BoxedUint::from_be_slice_vartime(&bytes.expect("base64url"))
        };
        let primes = vec![number("p"), number("q")];
        let key =
            rsa::RsaPrivateKey::from_components(number("n"), number("e"), number("d"), primes)
                .expect("a key");
        Self::Rsa(Box::new(rsa::pkcs1v15::SigningKey::new(key)))
    }

    /// The algorithm's name.
    #[must_use]
    pub fn alg(&self) -> &'static str {
        match self {
            Self::P256(_) => "ES256",
            Self::P384(_) => "ES384",
            Self::Rsa(_) => "RS256",
        }
    }

    /// The public key.
    #[must_use]
    pub fn jwk(&self) -> Value {
        let ec = |crv: &str, point: &[u8]| {
            let (x, y) = point[1..].split_at(point.len() / 2);
            json!({
                "kty": "EC",
                "crv": crv,
                "x": base64url::encode(x),
                "y": base64url::encode(y),
            })
        };
        match self {
            Self::P256(key) => ec("P-256", key.verifying_key().to_sec1_point(false).as_bytes()),
            Self::P384(key) => ec("P-384", key.verifying_key().to_sec1_point(false).as_bytes()),
            Self::Rsa(_) => {
                let jwk: Value = serde_json::from_str(RFC_7515_A_2).unwrap_or_default();
                json!({ "kty": "RSA", "n": jwk["n"], "e": jwk["e"] })
            }
        }
    }

    /// The public key's thumbprint.
    ///
    /// # Panics
    /// Never: [`Signer::jwk`] makes acceptable keys.
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        let jwk: Jwk = serde_json::from_value(self.jwk()).expect("a JWK");
        jwk.thumbprint()
    }

    /// A JWS of these parts, whatever they say.
    #[must_use]
    pub fn sign(&self, protected: &str, payload: &str) -> Value {
        let protected = base64url::encode(protected.as_bytes());
        let payload = base64url::encode(payload.as_bytes());
        let message = format!("{protected}.{payload}");
        let signature = match self {
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message.as_bytes());
                signature.to_bytes().to_vec()
            }
            Self::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign(message.as_bytes());
                signature.to_bytes().to_vec()
            }
            Self::Rsa(key) => key.sign(message.as_bytes()).to_vec(),
        };
        json!({
            "protected": protected,
            "payload": payload,
            "signature": base64url::encode(&signature),
        })
    }
}

/// A token write before it is signed. Changing a part makes an attack.
#[derive(Debug, Clone)]
pub struct Write {
    /// PUT or DELETE.
    pub method: String,
    /// The `Host` header.
    pub edge_host: String,
    /// The request target.
    pub target: String,
    /// The media type.
    pub content_type: String,
    /// Who signs.
    pub signer: Signer,
    /// The protected header.
    pub header: Value,
    /// The payload.
    pub claims: Value,
}

impl Write {
    /// What the page would send to this edge for this host and token.
    #[must_use]
    pub fn new(method: &str, edge_host: &str, signer: &Signer, host: &str, token: &str) -> Self {
        let target = format!("/api/v1/http01/{host}/{token}");
        Self {
            method: method.to_owned(),
            edge_host: edge_host.to_owned(),
            content_type: "application/jose+json".to_owned(),
            header: json!({
                "alg": signer.alg(),
                "url": format!("http://{edge_host}{target}"),
                "jwk": signer.jwk(),
            }),
            claims: json!({
                "what": if method == "PUT" { "put" } else { "remove" },
                "key_authorization": format!("{token}.{}", signer.thumbprint()),
                "issued_at_ms": now_ms(),
            }),
            signer: signer.clone(),
            target,
        }
    }

    /// The signed body.
    #[must_use]
    pub fn jws(&self) -> Value {
        self.signer
            .sign(&self.header.to_string(), &self.claims.to_string())
    }

    /// The request with its own signed body.
    #[must_use]
    pub fn request(&self) -> Request {
        self.request_with(self.jws().to_string())
    }

    /// The request with another body.
    #[must_use]
    pub fn request_with(&self, body: impl Into<Vec<u8>>) -> Request {
        Request::new(&self.method, &self.edge_host, &self.target).body(&self.content_type, body)
    }
}

/// Milliseconds since 1970, later with each call: no message is the same as another.
#[must_use]
pub fn now_ms() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis() as u64;
    let last = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
        Some(now.max(last + 1))
    });
    last.map_or(now, |last| now.max(last + 1))
}
