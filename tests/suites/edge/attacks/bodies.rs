//! Bodies, media types and methods that no token write has.

use serde_json::json;
use tabcert_tests::edge_support::{Request, Write};

use super::{Attack, with_jws, writes};

pub(super) fn bodies() -> Vec<Attack> {
    writes(&[
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
    ])
}

pub(super) fn methods() -> Vec<Attack> {
    writes(&[
        ("POST", 405, "methodNotAllowed", |write| by(write, "POST")),
        ("PATCH", 405, "methodNotAllowed", |write| by(write, "PATCH")),
        ("GET", 405, "methodNotAllowed", |write| by(write, "GET")),
        ("HEAD", 405, "", |write| by(write, "HEAD")),
        (
            "DELETE with what was signed for PUT",
            403,
            "unauthorized",
            |write| by(write, "DELETE"),
        ),
        (
            "POST that says it is PUT",
            405,
            "methodNotAllowed",
            |write| by(write, "POST").header("X-HTTP-Method-Override", "PUT"),
        ),
    ])
}

fn by(write: Write, method: &str) -> Request {
    let mut request = write.request();
    request.method = method.to_owned();
    if matches!(method, "GET" | "HEAD") {
        request.body.clear();
    }
    request
}
