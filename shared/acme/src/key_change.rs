//! Changing the key of an account (RFC 8555 §7.3.5).

use serde::Serialize;

use crate::jwk::Jwk;
use crate::jws::sign_without_nonce;
use crate::key::AccountKey;
use crate::url::HttpsUrl;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KeyChange<'a> {
    account: &'a HttpsUrl,
    old_key: &'a Jwk,
}

/// The payload of keyChange: a JWS by the **new** key. It is then signed by the old key, in the
/// account's name, as every other request.
///
/// RFC 8555 §7.3.5: "The inner JWS MUST have a "jwk" header parameter, containing the public key of
/// the new key pair", "MUST have the same "url" header parameter as the outer JWS", and "MUST omit
/// the "nonce" header parameter".
///
/// Store the new key before this is sent: a CA that took it knows the account by the new key only.
#[must_use]
pub fn payload(
    old_key: &Jwk,
    new_key: &AccountKey,
    account: &HttpsUrl,
    key_change_url: &HttpsUrl,
) -> String {
    // Strings only: serialising them cannot fail.
    let change = serde_json::to_vec(&KeyChange { account, old_key }).unwrap_or_default();
    sign_without_nonce(new_key, key_change_url.as_str(), &change).to_json()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::jws::Jws;
    use crate::key::tests::{rfc_7515_key, rfc_7515_rsa_key};
    use crate::verify::verify;

    #[test]
    fn the_new_key_signs_for_the_old_one() {
        let (old, new) = (rfc_7515_key(), rfc_7515_rsa_key());
        let account = HttpsUrl::parse("https://example.com/acme/acct/evOfKhNU60wg").expect("a URL");
        let url = HttpsUrl::parse("https://example.com/acme/key-change").expect("a URL");
        let jws: Jws = serde_json::from_str(&payload(old.jwk(), &new, &account, &url))
            .expect("a flattened JWS");
        // The header has alg, url and jwk, and nothing else: `verify` refuses a nonce.
        let verified = verify::<Value>(&jws).expect("verifies");
        assert_eq!(&verified.thumbprint, new.thumbprint());
        assert_eq!(verified.url, url.as_str());
        assert_eq!(
            verified.payload,
            json!({
                "account": "https://example.com/acme/acct/evOfKhNU60wg",
                "oldKey": {
                    "kty": "EC",
                    "crv": "P-256",
                    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
                },
            })
        );
    }
}
