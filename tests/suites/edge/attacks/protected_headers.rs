//! Protected headers that ask for anything else than ES256, ES384 or RS256 by the key in them.

use serde_json::json;
use tabcert_acme::base64url;
use tabcert_tests::edge_support::Signer;

use super::{Attack, with_header, with_texts, writes};

pub(super) fn headers_of_the_signed_message() -> Vec<Attack> {
    writes(&[
        ("alg none", 403, "unauthorized", |write| {
            with_header(write, "alg", "none".into())
        }),
        ("alg None", 403, "unauthorized", |write| {
            with_header(write, "alg", "None".into())
        }),
        ("alg HS256", 403, "unauthorized", |write| {
            with_header(write, "alg", "HS256".into())
        }),
        ("alg RS256 with an EC key", 403, "unauthorized", |write| {
            with_header(write, "alg", "RS256".into())
        }),
        ("alg ES384 with a P-256 key", 403, "unauthorized", |write| {
            with_header(write, "alg", "ES384".into())
        }),
        ("alg ES256K", 403, "unauthorized", |write| {
            with_header(write, "alg", "ES256K".into())
        }),
        ("alg missing", 403, "unauthorized", |mut write| {
            write
                .header
                .as_object_mut()
                .map(|header| header.remove("alg"));
            write.request()
        }),
        ("alg a number", 403, "unauthorized", |write| {
            with_header(write, "alg", 256.into())
        }),
        ("alg twice", 403, "unauthorized", |write| {
            with_texts(&write, |header, claims| {
                (
                    header.replacen('{', r#"{"alg":"none","#, 1),
                    claims.to_owned(),
                )
            })
        }),
        ("a nonce, as CAs get", 403, "unauthorized", |write| {
            with_header(write, "nonce", "6S8IqOGY7eL2lsGoTZYifg".into())
        }),
        ("kid beside jwk", 403, "unauthorized", |write| {
            with_header(write, "kid", "https://ca.example/acct/1".into())
        }),
        ("kid in place of jwk", 403, "unauthorized", |mut write| {
            write
                .header
                .as_object_mut()
                .map(|header| header.remove("jwk"));
            with_header(write, "kid", "https://ca.example/acct/1".into())
        }),
        ("crit", 403, "unauthorized", |write| {
            with_header(write, "crit", json!(["b64"]))
        }),
        ("b64 false", 403, "unauthorized", |write| {
            with_header(write, "b64", false.into())
        }),
        ("jku", 403, "unauthorized", |write| {
            with_header(write, "jku", "https://evil.example/keys".into())
        }),
        ("x5c", 403, "unauthorized", |write| {
            with_header(write, "x5c", json!(["AAAA"]))
        }),
        ("jwk of another key", 403, "unauthorized", |write| {
            with_header(write, "jwk", Signer::p256().jwk())
        }),
        ("jwk off the curve", 403, "unauthorized", |mut write| {
            write.header["jwk"]["y"] = base64url::encode(&[1; 32]).into();
            write.request()
        }),
        (
            "jwk with a short coordinate",
            403,
            "unauthorized",
            |mut write| {
                write.header["jwk"]["x"] = base64url::encode(&[1; 31]).into();
                write.request()
            },
        ),
        (
            "jwk with private parts",
            403,
            "unauthorized",
            |mut write| {
                write.header["jwk"]["d"] = base64url::encode(&[1; 32]).into();
                write.request()
            },
        ),
        ("jwk symmetric", 403, "unauthorized", |write| {
            with_header(write, "jwk", json!({ "kty": "oct", "k": "AAAA" }))
        }),
        (
            "jwk of a small RSA key",
            403,
            "unauthorized",
            |mut write| {
                write.header["alg"] = "RS256".into();
                let modulus = base64url::encode(&[0xff; 128]);
                with_header(
                    write,
                    "jwk",
                    json!({ "kty": "RSA", "n": modulus, "e": "AQAB" }),
                )
            },
        ),
        ("jwk of a huge RSA key", 403, "unauthorized", |mut write| {
            write.header["alg"] = "RS256".into();
            let modulus = base64url::encode(&[0xff; 2048]);
            with_header(
                write,
                "jwk",
                json!({ "kty": "RSA", "n": modulus, "e": "AQAB" }),
            )
        }),
        ("header not JSON", 403, "unauthorized", |write| {
            with_texts(&write, |_, claims| {
                ("alg: ES256".to_owned(), claims.to_owned())
            })
        }),
        ("header empty", 403, "unauthorized", |write| {
            with_texts(&write, |_, claims| (String::new(), claims.to_owned()))
        }),
    ])
}
