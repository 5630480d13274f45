//! Signed requests: JWS in flattened JSON serialisation (RFC 8555 §6.2, RFC 7515 §7.2.2).

use serde::{Deserialize, Serialize};

use crate::base64url;
use crate::jwk::Jwk;
use crate::key::AccountKey;
use crate::nonce::Nonce;
use crate::url::HttpsUrl;

/// The only media type that ACME servers take (RFC 8555 §6.2).
pub const CONTENT_TYPE: &str = "application/jose+json";

/// A signed request body. "The JWS MUST NOT have the value "none" or a MAC-based algorithm in
/// "alg"; the JWS Unprotected Header MUST NOT be used" (RFC 8555 §6.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jws {
    /// The protected header, base64url.
    pub protected: String,
    /// The payload, base64url; empty for POST-as-GET (RFC 8555 §6.3).
    pub payload: String,
    /// The signature, base64url.
    pub signature: String,
}

impl Jws {
    /// The body as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        // The members are base64url, so there is nothing to escape.
        format!(
            r#"{{"protected":"{}","payload":"{}","signature":"{}"}}"#,
            self.protected, self.payload, self.signature
        )
    }
}

/// How the signer names itself. "The "jwk" and "kid" fields are mutually exclusive" (RFC 8555 §6.2).
#[derive(Debug, Clone, Copy)]
pub enum KeyReference<'a> {
    /// By its public key: newAccount, and revocation by a certificate's key.
    Jwk,
    /// By the account's URL: everything else.
    Kid(&'a HttpsUrl),
}

/// What a request carries.
#[derive(Debug, Clone, Copy)]
pub enum Payload<'a> {
    /// JSON text.
    Json(&'a str),
    /// "a zero-length octet string" (RFC 8555 §6.3).
    PostAsGet,
}

#[derive(Serialize)]
struct Protected<'a> {
    alg: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwk: Option<&'a Jwk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a HttpsUrl>,
}

/// Signs a request to an ACME server.
///
/// RFC 8555 §6.4: the `url` is the one that the request is sent to; it stays the CA's even where a
/// proxy carries the request.
#[must_use]
pub fn sign(
    key: &AccountKey,
    reference: KeyReference<'_>,
    nonce: &Nonce,
    url: &HttpsUrl,
    payload: Payload<'_>,
) -> Jws {
    let (jwk, kid) = match reference {
        KeyReference::Jwk => (Some(key.jwk()), None),
        KeyReference::Kid(kid) => (None, Some(kid)),
    };
    let payload = match payload {
        Payload::Json(json) => json.as_bytes(),
        Payload::PostAsGet => b"",
    };
    sign_parts(
        key,
        &Protected {
            alg: key.algorithm(),
            nonce: Some(nonce.as_str()),
            url: url.as_str(),
            jwk,
            kid,
        },
        payload,
    )
}

/// Signs a message to the edge: by the public key, without nonce. The receiver judges freshness by
/// what the payload says. `url` may be `http` (a local edge), so it is plain text here.
#[must_use]
pub fn sign_for_edge(key: &AccountKey, url: &str, payload: &[u8]) -> Jws {
    sign_without_nonce(key, url, payload)
}

/// Signs by the public key, without nonce: for the edge, and inside other signatures.
pub(crate) fn sign_without_nonce(key: &AccountKey, url: &str, payload: &[u8]) -> Jws {
    sign_parts(
        key,
        &Protected {
            alg: key.algorithm(),
            nonce: None,
            url,
            jwk: Some(key.jwk()),
            kid: None,
        },
        payload,
    )
}

fn sign_parts(key: &AccountKey, protected: &Protected<'_>, payload: &[u8]) -> Jws {
    // Strings and numbers only: serialising them cannot fail.
    let protected = serde_json::to_vec(protected).unwrap_or_default();
    let protected = base64url::encode(&protected);
    let payload = base64url::encode(payload);
    let signature = key.sign(format!("{protected}.{payload}").as_bytes());
    Jws {
        protected,
        payload,
        signature: base64url::encode(&signature),
    }
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier};

    use super::*;
    use crate::key::tests::rfc_7515_key;

    fn header(jws: &Jws) -> serde_json::Value {
        let bytes = base64url::decode(&jws.protected).expect("base64url");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    fn sample(reference: KeyReference<'_>, payload: Payload<'_>) -> Jws {
        let url = HttpsUrl::parse("https://example.com/acme/new-account").expect("a URL");
        let nonce = Nonce::parse("6S8IqOGY7eL2lsGoTZYifg").expect("a nonce");
        sign(&rfc_7515_key(), reference, &nonce, &url, payload)
    }

    /// RFC 7515 A.3 gives a key, a signing input and a signature that must verify.
    #[test]
    fn verifies_the_signature_of_rfc_7515_a_3() {
        let input = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = base64url::decode("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q").expect("base64url");
        assert!(verify(input, &signature));
        assert!(!verify(&input.replace('9', "8"), &signature));
    }

    #[test]
    fn signs_what_it_says() {
        let jws = sample(KeyReference::Jwk, Payload::Json(r#"{"a":1}"#));
        let signature = base64url::decode(&jws.signature).expect("base64url");
        assert_eq!(signature.len(), 64);
        assert!(verify(
            &format!("{}.{}", jws.protected, jws.payload),
            &signature
        ));
        assert_eq!(
            base64url::decode(&jws.payload).as_deref(),
            Some(&br#"{"a":1}"#[..])
        );
    }

    #[test]
    fn header_has_exactly_one_of_jwk_and_kid() {
        let jws = sample(KeyReference::Jwk, Payload::PostAsGet);
        let members: Vec<_> = header(&jws)
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect();
        assert_eq!(members, ["alg", "jwk", "nonce", "url"]);
        assert_eq!(header(&jws)["jwk"]["crv"], "P-256");

        let account = HttpsUrl::parse("https://example.com/acme/acct/1").expect("a URL");
        let jws = sample(KeyReference::Kid(&account), Payload::PostAsGet);
        let members: Vec<_> = header(&jws)
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect();
        assert_eq!(members, ["alg", "kid", "nonce", "url"]);
    }

    #[test]
    fn post_as_get_has_an_empty_payload() {
        let json = sample(KeyReference::Jwk, Payload::PostAsGet).to_json();
        assert!(json.contains(r#""payload":"""#));
        let parsed: Jws = serde_json::from_str(&json).expect("a flattened JWS");
        assert_eq!(parsed.to_json(), json);
    }

    fn verify(input: &str, signature: &[u8]) -> bool {
        let key = rfc_7515_key();
        let point = match key.jwk() {
            Jwk::Ec { x, y, .. } => [
                &[4][..],
                &base64url::decode(x).expect("x"),
                &base64url::decode(y).expect("y"),
            ]
            .concat(),
            Jwk::Rsa { .. } => unreachable!("a P-256 key"),
        };
        let key = VerifyingKey::from_sec1_bytes(&point).expect("on the curve");
        let signature = Signature::from_slice(signature).expect("64 bytes");
        key.verify(input.as_bytes(), &signature).is_ok()
    }
}
