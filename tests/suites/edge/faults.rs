//! What the edge relies on fails: the visitor learns what happened, and the next request works.

use serde_json::json;
use tabcert_harness::{Edge, EdgeOptions};
use tabcert_tests::edge_support::world::new_token;
use tabcert_tests::edge_support::{
    Answer, Request, Signer, Store, StoreFault, Upstream, World, Write,
};

const HOST: &str = "tied.example";

#[test]
fn storage_that_fails_is_said_and_survived() {
    let store = Store::start().expect("the store");
    let world = World::start(Some(&store)).unwrap_or_else(|error| panic!("a world: {error}"));
    let put = |token: &str| world.send(&world.write("PUT", HOST, token).request());

    for fault in [StoreFault::Writes, StoreFault::Reads, StoreFault::Reset] {
        let token = new_token();
        store.fail(fault);
        let refused = put(&token);
        assert_eq!(
            (refused.status, refused.problem().as_str()),
            (503, "storageFailed"),
            "{fault:?}"
        );
        assert!(refused.text().contains("Try again"), "{}", refused.text());
        assert!(!refused.text().contains(&token), "{}", refused.text());
        if fault != StoreFault::Writes {
            let read = world.challenge(HOST, &token);
            assert_eq!(
                (read.status, read.problem().as_str()),
                (503, "storageFailed")
            );
        }
        assert_eq!(world.get("/api/v1/health").status, 200);

        store.fail(StoreFault::None);
        assert!(
            !store.keys().iter().any(|key| key.contains(&token)),
            "{fault:?}"
        );
        assert_eq!(put(&token).status, 204, "{fault:?}");
        assert_eq!(world.challenge(HOST, &token).status, 200, "{fault:?}");
        store.fail(fault);
        let removal = world.write("DELETE", HOST, &token).request();
        assert_eq!(world.send(&removal).status, 503, "{fault:?}");
        store.fail(StoreFault::None);
        assert_eq!(world.challenge(HOST, &token).status, 200, "{fault:?}");
    }

    // What storage said has the keys in it, which have host and token.
    let log = world.edge.log().expect("a log");
    assert!(log.contains(r#""status":503,"ms":"#), "{log}");
    assert!(log.contains(r#""cause":"KV PUT failed:"#), "{log}");
    for secret in ["token-of-a-test-suite", HOST, "127.0.0.1"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

/// KV may say for a minute that it does not know what another location was told.
#[test]
fn storage_that_is_late_is_waited_for_and_not_fooled() {
    let store = Store::start().expect("the store");
    let world = World::start(Some(&store)).unwrap_or_else(|error| panic!("a world: {error}"));
    let token = new_token();
    let written = world.write("PUT", HOST, &token).request();
    assert_eq!(world.send(&written).status, 204);
    let removed = world.write("DELETE", HOST, &token).request();

    store.fail(StoreFault::Stale);
    let miss = world.challenge(HOST, &token);
    assert_eq!((miss.status, miss.text().as_str()), (404, ""));
    assert_eq!(world.send(&removed).status, 204);
    for again in [&written, &removed] {
        let refused = world.send(again);
        assert_eq!(
            (refused.status, refused.problem().as_str()),
            (403, "replayed")
        );
    }

    store.fail(StoreFault::None);
    assert_eq!(world.challenge(HOST, &token).status, 404);
    let token = new_token();
    assert_eq!(
        world
            .send(&world.write("PUT", HOST, &token).request())
            .status,
        204
    );
    assert_eq!(world.challenge(HOST, &token).status, 200);
}

/// A panic leaves the WebAssembly module in an undefined state, wherever it happens.
#[test]
fn a_panic_anywhere_costs_one_request() {
    let store = Store::start().expect("the store");
    let resolver = Upstream::http(|_, out| {
        tabcert_tests::edge_support::upstream::respond_with(out, "200 OK", r#"{"Status":3}"#)
    });
    let resolver = resolver.expect("a resolver");
    let edge = Edge::start(EdgeOptions {
        vars: [
            ("TIES".to_owned(), json!({ "*.test": ["*"] })),
            (
                "DOH_URL".to_owned(),
                json!(format!("http://127.0.0.1:{}/q", resolver.port())),
            ),
        ]
        .into_iter()
        .collect(),
        token_store: Some(store.port()),
        traps: true,
        ..EdgeOptions::default()
    });
    let edge = edge.unwrap_or_else(|error| panic!("the edge: {error}"));
    let host = format!("localhost:{}", edge.port());
    let signer = Signer::p256();
    let send = |request: &Request| -> Answer {
        let answer = request.send(edge.port());
        answer.unwrap_or_else(|error| panic!("{request:?}: {error}"))
    };
    let write =
        |host_name: &str| Write::new("PUT", &host, &signer, host_name, &new_token()).request();
    let check = || {
        let body = json!({
            "host": "a.example", "token": new_token(), "thumbprint": signer.thumbprint(),
        });
        Request::new("POST", &host, "/api/v1/check/http01")
            .body("application/json", body.to_string())
    };
    let challenge = || {
        let path = format!("/.well-known/acme-challenge/{}", new_token());
        Request::new("GET", "a.test", &path)
    };
    let requests: [(&str, &dyn Fn() -> Request, u16); 6] = [
        (
            "health",
            &|| Request::new("GET", &host, "/api/v1/health"),
            200,
        ),
        ("page", &|| Request::new("GET", &host, "/"), 200),
        ("challenge", &challenge, 404),
        ("token", &|| write("a.test"), 204),
        (
            "token of a host that is looked up",
            &|| write("a.example"),
            403,
        ),
        ("check", &check, 200),
    ];
    let mut trapped = 0;
    for (name, request, status) in requests {
        for call in 1.. {
            let answer = send(&request().header("X-Trap", &call.to_string()));
            if answer.problem() != "internal" {
                assert_eq!(answer.status, status, "{name} at {call}: {}", answer.text());
                assert!(call > 4, "{name} trapped {call} times only");
                break;
            }
            trapped += 1;
            assert_eq!(answer.status, 500, "{name} at {call}");
            assert_eq!(
                answer.header("content-type"),
                Some("application/problem+json")
            );
            assert_eq!(answer.header("cache-control"), Some("no-store"));
            let next = send(&request());
            assert_eq!(next.status, status, "{name} after {call}: {}", next.text());
        }
    }
    assert!(trapped > 50, "{trapped}");
}
