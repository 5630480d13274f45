//! Requests that two servers in a row could read differently. The runtime refuses most of them
//! before the worker runs, so they are no problem documents; what it takes, it reads as one request.

use tabcert_tests::edge_support::Request;
use tabcert_tests::edge_support::world::new_token;

use super::{Attack, HOST, attack, target};

pub(super) fn requests() -> Vec<Attack> {
    let world = target();
    let inner = || {
        let write = world.write("PUT", HOST, &new_token());
        let mut inner = write.request();
        let body = String::from_utf8_lossy(&inner.body).into_owned();
        inner
            .headers
            .push(("Content-Length".to_owned(), body.len().to_string()));
        let headers = inner
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"));
        let headers: String = headers.collect();
        format!(
            "{} {} HTTP/1.1\r\n{headers}\r\n{body}",
            inner.method, inner.target
        )
    };
    let health = || Request::new("GET", &world.host(), "/api/v1/health");
    let post = || Request::new("POST", &world.host(), "/api/v1/health");
    let mut attacks = two_lengths(&inner);
    attacks.extend([
        attack(
            "another length behind the first",
            500,
            "",
            post()
                .header("Content-Length", "0")
                .body("application/jose+json", inner()),
        ),
        attack(
            "a length that is none",
            500,
            "",
            post().header("Content-Length", "+5"),
        ),
        attack(
            "an unknown transfer coding",
            500,
            "",
            post().header("Transfer-Encoding", "xchunked"),
        ),
        attack(
            "a header without colon",
            400,
            "",
            health().header("X\r\nOdd", "y"),
        ),
        attack(
            "a NUL in a header",
            400,
            "",
            health().header("X-Odd", "a\0b"),
        ),
        attack(
            "a method that is none",
            501,
            "",
            Request::new("GE T", &world.host(), "/"),
        ),
    ]);
    attacks
}

/// A length beside chunks, at each route that reads a body: the chunks count (RFC 9112 §6.3), so that
/// what is read is neither the four bytes nor a request of its own behind them.
fn two_lengths(inner: &dyn Fn() -> String) -> Vec<Attack> {
    let world = target();
    let proxied = format!("/api/v1/proxy/{}/refused", world.recorder.authority());
    let token = format!("/api/v1/http01/{HOST}/{}", new_token());
    [
        ("POST", proxied.as_str(), "application/jose+json"),
        ("PUT", &token, "application/jose+json"),
        ("DELETE", &token, "application/jose+json"),
        ("POST", "/api/v1/check/http01", "application/json"),
    ]
    .map(|(method, path, content_type)| {
        let mut both = Request::new(method, &world.host(), path)
            .header("Content-Length", "4")
            .body(content_type, inner());
        both.chunked = true;
        attack("two lengths", 400, "malformed", both)
    })
    .into()
}
