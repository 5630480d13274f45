//! Which pages may use the API.

use tabcert_tests::edge_support::world::{LISTED_ORIGIN, new_token};
use tabcert_tests::edge_support::{Request, World};

const HEALTH: &str = "/api/v1/health";

#[test]
fn the_edges_own_page_and_programs_may() {
    let world = World::shared();
    let request = Request::new("GET", &world.host(), HEALTH);
    assert_eq!(world.send(&request).status, 200);
    let own = request.header("Origin", &format!("http://{}", world.host()));
    let answer = world.send(&own);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[test]
fn a_listed_page_may_and_reads_what_acme_needs() {
    let world = World::shared();
    let answer =
        world.send(&Request::new("GET", &world.host(), HEALTH).header("Origin", LISTED_ORIGIN));
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some(LISTED_ORIGIN)
    );
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    assert_eq!(answer.header("vary"), Some("origin"));
    let exposed = answer
        .header("access-control-expose-headers")
        .unwrap_or_default();
    for name in ["replay-nonce", "location", "link", "retry-after"] {
        assert!(exposed.contains(name), "{name} in {exposed}");
    }

    // It can read why it was refused.
    let refused = world.send(
        &Request::new("GET", &world.host(), "/api/v1/proxy/evil.example/")
            .header("Origin", LISTED_ORIGIN),
    );
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (403, "caNotAllowed")
    );
    assert_eq!(
        refused.header("access-control-allow-origin"),
        Some(LISTED_ORIGIN)
    );
}

#[test]
fn a_preflight_is_answered_and_kept() {
    let world = World::shared();
    for path in [HEALTH, "/api/v1/proxy/x/y", "/api/v1/http01/x/y"] {
        let preflight = Request::new("OPTIONS", &world.host(), path)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "content-type");
        let answer = world.send(&preflight.clone().header("Origin", LISTED_ORIGIN));
        assert_eq!(answer.status, 204);
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some(LISTED_ORIGIN)
        );
        assert_eq!(
            answer.header("access-control-allow-headers"),
            Some("content-type")
        );
        assert_eq!(answer.header("access-control-max-age"), Some("86400"));
        let methods = answer
            .header("access-control-allow-methods")
            .unwrap_or_default();
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE"] {
            assert!(
                methods.split(", ").any(|allowed| allowed == method),
                "{method}"
            );
        }
    }
}

#[test]
fn every_other_page_may_not() {
    let world = World::shared();
    for origin in [
        "https://evil.example",
        "null",
        "*",
        "http://page.example",
        "https://page.example:8443",
        "https://page.example.evil.example",
        "https://evil-page.example",
        "https://PAGE.example",
        "http://localhost",
    ] {
        let token = new_token();
        for request in [
            Request::new("GET", &world.host(), HEALTH),
            Request::new("OPTIONS", &world.host(), HEALTH),
            Request::new("GET", &world.host(), "/api/v1/nothing"),
            world.write("PUT", "tied.example", &token).request(),
        ] {
            let answer = world.send(&request.header("Origin", origin));
            assert_eq!(
                (answer.status, answer.problem().as_str()),
                (403, "originNotAllowed"),
                "{origin}"
            );
            for (name, _) in &answer.headers {
                assert!(!name.starts_with("access-control-"), "{name} for {origin}");
            }
        }
        assert_eq!(world.challenge("tied.example", &token).status, 404);
    }
}
