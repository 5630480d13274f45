//! Bodies, media types and methods that no token write has.

use serde_json::json;
use tabcert_tests::edge_support::World;
use tabcert_tests::edge_support::world::new_token;

use super::{HOST, refuse, with_jws};

#[test]
fn bodies() {
    refuse(&[
        ("empty", 400, "malformed", |write| write.request_with("")),
        ("not JSON", 400, "malformed", |write| {
            write.request_with("protected=x")
        }),
        ("not UTF-8", 400, "malformed", |write| {
            write.request_with([0xff, 0xfe, 0x7b])
        }),
        ("null", 400, "malformed", |write| write.request_with("null")),
        ("compact serialisation", 400, "malformed", |write| {
            let jws = write.jws();
            let part = |name: &str| jws[name].as_str().unwrap_or_default().to_owned();
            let compact = [part("protected"), part("payload"), part("signature")].join(".");
            write.request_with(compact)
        }),
        ("general serialisation", 400, "malformed", |write| {
            let jws = write.jws();
            let signature = json!({ "protected": jws["protected"], "signature": jws["signature"] });
            write.request_with(
                json!({ "payload": jws["payload"], "signatures": [signature] }).to_string(),
            )
        }),
        ("an unprotected header", 400, "malformed", |write| {
            with_jws(&write, |jws| jws["header"] = json!({ "alg": "none" }))
        }),
        ("a member twice", 400, "malformed", |write| {
            write.request_with(
                write
                    .jws()
                    .to_string()
                    .replacen('{', r#"{"payload":"","#, 1),
            )
        }),
        ("two messages", 400, "malformed", |write| {
            write.request_with(format!("{0}{0}", write.jws()))
        }),
        ("cut off", 400, "malformed", |write| {
            let body = write.jws().to_string();
            write.request_with(&body[..body.len() - 1])
        }),
        ("deep arrays", 400, "malformed", |write| {
            write.request_with("[".repeat(8000))
        }),
        ("padded beyond the limit", 413, "tooLarge", |write| {
            write.request_with(format!("{}{}", write.jws(), " ".repeat(8 * 1024)))
        }),
        (
            "padded beyond the limit, length not announced",
            413,
            "tooLarge",
            |write| {
                let mut request =
                    write.request_with(format!("{}{}", write.jws(), " ".repeat(8 * 1024)));
                request.chunked = true;
                request
            },
        ),
        ("a megabyte", 413, "tooLarge", |write| {
            write.request_with(vec![b'x'; 1024 * 1024])
        }),
        ("as JSON", 415, "unsupportedMediaType", |mut write| {
            write.content_type = "application/json".to_owned();
            write.request()
        }),
        (
            "as a form, which needs no preflight",
            415,
            "unsupportedMediaType",
            |mut write| {
                write.content_type = "text/plain".to_owned();
                write.request()
            },
        ),
        (
            "with two media types",
            415,
            "unsupportedMediaType",
            |mut write| {
                write.content_type = "application/jose+json, text/plain".to_owned();
                write.request()
            },
        ),
        ("without media type", 415, "unsupportedMediaType", |write| {
            let mut request = write.request();
            request.headers.retain(|(name, _)| name != "Content-Type");
            request
        }),
    ]);
}

#[test]
fn methods() {
    for (method, status, problem) in [
        ("POST", 405, "methodNotAllowed"),
        ("PATCH", 405, "methodNotAllowed"),
        ("GET", 405, "methodNotAllowed"),
        ("HEAD", 405, ""),
        ("DELETE", 403, "unauthorized"),
    ] {
        let world = World::shared();
        let token = new_token();
        let mut request = world.write("PUT", HOST, &token).request();
        request.method = method.to_owned();
        if matches!(method, "GET" | "HEAD") {
            request.body.clear();
        }
        let answer = world.send(&request);
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (status, problem),
            "{method}"
        );
        assert_eq!(world.challenge(HOST, &token).status, 404, "{method}");
    }
}
