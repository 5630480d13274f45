//! Rate limits, and what is never limited.

use serde_json::json;
use tabcert_harness::{Edge, EdgeOptions};
use tabcert_tests::edge_support::world::new_token;
use tabcert_tests::edge_support::{Answer, Request, Signer};

const LIMIT: u32 = 4;

fn ask(edge: &Edge, request: &Request, address: Option<&str>) -> Answer {
    let mut request = request.clone();
    if let Some(address) = address {
        request = request.header("CF-Connecting-IP", address);
    }
    request.send(edge.port()).expect("an answer")
}

/// Asks until it is refused, and gives the refusal and how often it was not. The limiter counts in
/// fixed minutes, so one may end meanwhile, but not two.
fn exhaust(edge: &Edge, request: &Request, address: Option<&str>) -> (Answer, u32) {
    for count in 0..=2 * LIMIT {
        let answer = ask(edge, request, address);
        if answer.status == 429 {
            return (answer, count);
        }
    }
    panic!("never refused: {request:?}");
}

#[test]
fn a_client_that_asks_too_often_is_told_to_wait() {
    let edge = Edge::start(EdgeOptions {
        rate_limit: Some(LIMIT),
        ..EdgeOptions::default()
    });
    let edge = edge.unwrap_or_else(|error| panic!("the edge: {error}"));
    let host = format!("localhost:{}", edge.port());
    let health = Request::new("GET", &host, "/api/v1/health");

    let (refused, count) = exhaust(&edge, &health, Some("192.0.2.1"));
    assert!(count >= LIMIT, "{count}");
    assert_eq!(refused.problem(), "rateLimited");
    assert_eq!(refused.header("retry-after"), Some("60"));
    assert!(
        refused.text().contains("Wait 60 seconds"),
        "{}",
        refused.text()
    );

    // Everything counts, and each part of the API is refused alike.
    let body = json!({ "host": "a.example", "token": new_token(), "thumbprint": Signer::p256().thumbprint() });
    let jose = "application/jose+json";
    for request in [
        health.clone(),
        Request::new("GET", &host, "/"),
        Request::new("GET", &host, "/api/v1/none"),
        Request::new(
            "GET",
            &host,
            "/api/v1/proxy/acme-v02.api.letsencrypt.org/directory",
        ),
        Request::new("PUT", &host, "/api/v1/http01/a.example/x").body(jose, "{}"),
        Request::new("POST", &host, "/api/v1/check/http01")
            .body("application/json", body.to_string()),
    ] {
        let (refused, _) = exhaust(&edge, &request, Some("192.0.2.1"));
        assert_eq!(refused.problem(), "rateLimited", "{request:?}");
    }

    // Another client is another client; a network of IPv6 is one.
    assert_eq!(ask(&edge, &health, Some("192.0.2.2")).status, 200);
    exhaust(&edge, &health, Some("2001:db8:1:2::1"));
    exhaust(&edge, &health, Some("2001:db8:1:2:ffff::2"));
    assert_eq!(ask(&edge, &health, Some("2001:db8:1:3::1")).status, 200);
    // Whoever cannot be told apart is one.
    exhaust(&edge, &health, None);

    // A page can read that it was refused only where the preflight was not.
    let preflight = Request::new("OPTIONS", &host, "/api/v1/health");
    for _ in 0..2 * LIMIT {
        assert_eq!(ask(&edge, &preflight, Some("192.0.2.1")).status, 204);
    }

    // CAs come as often as they like.
    let stateless = format!("/api/v1/r/{}/{}", Signer::p256().thumbprint(), new_token());
    let challenge = format!("/.well-known/acme-challenge/{}", new_token());
    for (path, status) in [(stateless, 200), (challenge, 404)] {
        for _ in 0..3 * LIMIT {
            let request = Request::new("GET", &host, &path);
            assert_eq!(ask(&edge, &request, Some("192.0.2.1")).status, status);
        }
    }
}
