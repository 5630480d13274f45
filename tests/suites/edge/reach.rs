//! Whether a host leads to the edge, before there is anything to answer.

use serde_json::{Value, json};
use tabcert_harness::{Edge, EdgeOptions, free_port};
use tabcert_tests::edge_support::{Request, Store, StoreFault, World};

/// The token that is the edge's own.
const EDGE_TOKEN: &str = "tabcert-does-this-host-reach-the-edge";

fn seek_edge(edge_port: u16, host: &str) -> Value {
    let own = format!("localhost:{edge_port}");
    let request = Request::new("POST", &own, "/api/v1/check/http01")
        .body("application/json", json!({ "host": host }).to_string());
    let answer = request.send(edge_port).expect("an answer");
    assert_eq!(answer.status, 200, "{host}: {}", answer.text());
    answer.json()
}

#[test]
fn an_edge_knows_itself_and_no_other_server() {
    let port = free_port().expect("a port");
    let start = |port, check_via, ttl: &str| {
        Edge::start(EdgeOptions {
            port: Some(port),
            check_via: Some(check_via),
            vars: [
                ("CHECK_NETWORK".to_owned(), json!("unresolved")),
                ("TOKEN_TTL_SECONDS".to_owned(), json!(ttl)),
            ]
            .into_iter()
            .collect(),
            ..EdgeOptions::default()
        })
        .unwrap_or_else(|error| panic!("the edge: {error}"))
    };
    let _edge = start(port, port, "3600");
    let report = seek_edge(port, "here.example");
    assert_eq!(report["works"], true, "{report}");
    let mark = report["expected"].as_str().expect("a mark");
    assert_eq!(report["hops"][0]["received"], mark);
    assert!(
        mark.starts_with("tabcert edge ") && mark.len() < 128,
        "{mark}"
    );

    // An edge that is set up otherwise is another one.
    let other_port = free_port().expect("a port");
    let _other = start(other_port, port, "7200");
    let report = seek_edge(other_port, "there.example");
    assert_eq!(report["works"], false, "{report}");
    assert_eq!(report["hops"][0]["broken"]["kind"], "wrongAnswer");

    // Nor is any other server this edge.
    let world = World::shared();
    for host in ["right.example", "wrong.example", "missing.example"] {
        let report = seek_edge(world.edge.port(), host);
        assert_eq!(report["works"], false, "{report}");
        let next_step = report["next_step"].as_str().unwrap_or_default();
        assert!(next_step.contains("to this edge"), "{report}");
    }
}

/// It is public, the same at every host, and nothing is read or stored for it.
#[test]
fn the_edges_mark_is_no_key_authorization_and_takes_no_storage() {
    let store = Store::start().expect("the store");
    let world = World::start(Some(&store)).unwrap_or_else(|error| panic!("a world: {error}"));
    store.fail(StoreFault::Reads);
    let mark = world.challenge("tied.example", EDGE_TOKEN);
    assert_eq!(mark.status, 200);
    assert_eq!(
        mark.header("content-type"),
        Some("application/octet-stream")
    );
    assert_eq!(mark.header("cache-control"), Some("no-store"));
    assert_eq!(
        mark.text(),
        world.challenge("other.example", EDGE_TOKEN).text()
    );
    assert!(mark.text().contains(' ') && !mark.text().contains(EDGE_TOKEN));
    for token in [
        EDGE_TOKEN.to_uppercase(),
        format!("{EDGE_TOKEN}-"),
        format!("{EDGE_TOKEN}/"),
        EDGE_TOKEN.replace('-', "%2d"),
    ] {
        let other = world.challenge("tied.example", &token);
        assert_ne!(other.status, 200, "{token}");
    }
    store.fail(StoreFault::None);

    let refused = world.send(&world.write("PUT", "tied.example", EDGE_TOKEN).request());
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (400, "malformed")
    );
    assert!(store.keys().is_empty(), "{:?}", store.keys());
}
