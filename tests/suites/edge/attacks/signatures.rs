//! Signatures that do not verify.

use tabcert_acme::base64url;
use tabcert_tests::edge_support::Signer;

use super::{Attack, with_jws, with_signature, writes};

pub(super) fn signatures() -> Vec<Attack> {
    writes(&[
        ("of another key", 403, "unauthorized", |write| {
            let other = Signer::p256().sign(&write.header.to_string(), &write.claims.to_string());
            write.request_with(other.to_string())
        }),
        ("one bit off", 403, "unauthorized", |write| {
            with_signature(&write, |signature| signature[10] ^= 1)
        }),
        ("truncated", 403, "unauthorized", |write| {
            with_signature(&write, |signature| signature.truncate(63))
        }),
        ("prolonged", 403, "unauthorized", |write| {
            with_signature(&write, |signature| signature.push(0))
        }),
        ("of zeroes", 403, "unauthorized", |write| {
            with_signature(&write, |signature| signature.fill(0))
        }),
        ("of ones", 403, "unauthorized", |write| {
            with_signature(&write, |signature| signature.fill(0xff))
        }),
        ("empty", 403, "unauthorized", |write| {
            with_signature(&write, Vec::clear)
        }),
        ("missing", 400, "malformed", |write| {
            with_jws(&write, |jws| {
                jws.as_object_mut().map(|jws| jws.remove("signature"));
            })
        }),
        ("not base64url", 400, "malformed", |write| {
            with_jws(&write, |jws| jws["signature"] = "a+b/".into())
        }),
        ("padded", 400, "malformed", |write| {
            with_jws(&write, |jws| {
                jws["signature"] =
                    format!("{}==", jws["signature"].as_str().unwrap_or_default()).into();
            })
        }),
        ("over another payload", 403, "unauthorized", |write| {
            with_jws(&write, |jws| {
                jws["payload"] =
                    base64url::encode(write.claims.to_string().replace("put", "put ").as_bytes())
                        .into();
            })
        }),
        ("over another header", 403, "unauthorized", |write| {
            with_jws(&write, |jws| {
                let header = write.header.to_string().replacen(',', " ,", 1);
                jws["protected"] = base64url::encode(header.as_bytes()).into();
            })
        }),
        ("header and payload swapped", 403, "unauthorized", |write| {
            with_jws(&write, |jws| {
                let payload = jws["payload"].clone();
                jws["payload"] = jws["protected"].clone();
                jws["protected"] = payload;
            })
        }),
    ])
}
