//! The edge on a machine of one's own: plain workerd, from the configuration that is in the
//! repository.

use std::path::Path;

use serde_json::json;
use tabcert_harness::{Workerd, WorkerdOptions};
use tabcert_tests::edge_support::world::new_token;
use tabcert_tests::edge_support::{Answer, Request, Signer, Write};

const EDGE_HOST: &str = "edge.example";
const HOST: &str = "www.tied.example";

/// Starts it as its operator does, with the tokens in this folder.
fn start(tokens: &Path, owner: &Signer) -> Workerd {
    start_at(&format!("http://{EDGE_HOST}"), tokens, owner)
}

fn start_at(origin: &str, tokens: &Path, owner: &Signer) -> Workerd {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ is in the repository");
    let ties = json!({ HOST: [owner.thumbprint()] }).to_string();
    Workerd::start(WorkerdOptions {
        configuration: &repository.join("edge-worker/self-host/tabcert.capnp"),
        experimental: true,
        sockets: &["http"],
        folders: &[("page", &repository.join("dist/page")), ("tokens", tokens)],
        environment: &[("EDGE_ORIGIN", origin), ("TIES", &ties)],
    })
    .expect("workerd starts")
}

fn send(edge: &Workerd, request: &Request) -> Answer {
    request.send(edge.ports()[0]).expect("an answer")
}

fn write(edge: &Workerd, owner: &Signer, method: &str, token: &str) -> Answer {
    let write = Write::new(method, EDGE_HOST, owner, HOST, token);
    send(edge, &write.request())
}

fn challenge(edge: &Workerd, token: &str) -> Answer {
    let target = format!("/.well-known/acme-challenge/{token}");
    send(edge, &Request::new("GET", HOST, &target))
}

#[test]
fn tokens_survive_a_restart_until_they_are_removed() {
    let tokens = tempfile::tempdir().expect("a folder");
    let owner = Signer::p256();
    let [kept, removed] = [new_token(), new_token()];

    let edge = start(tokens.path(), &owner);
    for token in [&kept, &removed] {
        let written = write(&edge, &owner, "PUT", token);
        assert_eq!(written.status, 204, "{}", written.text());
    }
    assert_eq!(write(&edge, &owner, "DELETE", &removed).status, 204);
    drop(edge);

    let edge = start(tokens.path(), &owner);
    let served = challenge(&edge, &kept);
    assert_eq!(served.status, 200);
    assert_eq!(served.text(), format!("{kept}.{}", owner.thumbprint()));
    assert_eq!(challenge(&edge, &removed).status, 404);
    let stranger = write(&edge, &Signer::p256(), "PUT", &new_token());
    assert_ne!(stranger.status, 204, "nobody else may write");
}

#[test]
fn the_page_comes_with_its_types_packed_and_without_lists_of_files() {
    let tokens = tempfile::tempdir().expect("a folder");
    let edge = start(tokens.path(), &Signer::p256());
    let get = |target: &str| Request::new("GET", EDGE_HOST, target);

    let plain = send(&edge, &get("/"));
    assert_eq!(plain.status, 200);
    assert_eq!(
        plain.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(plain.header("content-encoding"), None);
    assert!(plain.text().starts_with("<!doctype html>"));
    assert!(plain.header("content-security-policy").is_some());

    for coding in ["br", "gzip"] {
        let packed = send(&edge, &get("/").header("Accept-Encoding", coding));
        assert_eq!(packed.header("content-encoding"), Some(coding));
        assert!(packed.body.len() < plain.body.len());
    }
    for target in [
        "/assets/",
        "/assets",
        "/index",
        "/nothing.js",
        "/.git/config",
    ] {
        assert_eq!(send(&edge, &get(target)).status, 404, "{target}");
    }
    let health = send(&edge, &get("/api/v1/health"));
    assert_eq!(health.status, 200, "{}", health.text());
    assert_eq!(health.json()["token_storage"], true, "{}", health.text());
}

/// A browser that has heard it once uses https only at that host, for years. Hosts of others lead here
/// for their challenges, and may have no https at all.
#[test]
fn https_is_pinned_at_the_edges_own_host_alone() {
    let tokens = tempfile::tempdir().expect("a folder");
    let owner = Signer::p256();
    let hsts = |edge: &Workerd, scheme: &str, host: &str, target: &str| {
        let request = Request::new("GET", host, target).header("X-Forwarded-Proto", scheme);
        let answer = send(edge, &request);
        answer
            .header("strict-transport-security")
            .map(str::to_owned)
    };
    let stateless = format!("/api/v1/r/{}/{}", owner.thumbprint(), new_token());
    let challenge = format!("/.well-known/acme-challenge/{}", new_token());
    let edge = start_at(&format!("https://{EDGE_HOST}"), tokens.path(), &owner);
    for target in ["/", "/none", "/api/v1/health", "/api/v1/none"] {
        assert!(
            hsts(&edge, "https", EDGE_HOST, target).is_some(),
            "{target}"
        );
        assert_eq!(hsts(&edge, "http", EDGE_HOST, target), None, "{target}");
    }
    assert_eq!(hsts(&edge, "https", EDGE_HOST, &stateless), None);
    for host in [HOST, "theirs.example", "www.edge.example"] {
        for target in ["/", "/none", "/api/v1/health", &challenge, &stateless] {
            assert_eq!(hsts(&edge, "https", host, target), None, "{host} {target}");
        }
    }
    drop(edge);

    // Whose host it is nobody knows where the operator has not said it.
    let edge = start_at("", tokens.path(), &owner);
    for target in ["/", "/api/v1/health", &challenge] {
        assert_eq!(hsts(&edge, "https", EDGE_HOST, target), None, "{target}");
    }
}
