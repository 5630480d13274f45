//! Relaying to CAs: what passes, and what does not.

use serde_json::json;
use tabcert_tests::edge_support::{Request, World};

const JOSE: &str = "application/jose+json";

fn target(world: &World, path: &str) -> String {
    format!("/api/v1/proxy/{}{path}", world.recorder.authority())
}

#[test]
fn a_request_passes_without_what_the_browser_added() {
    let world = World::shared();
    let body = json!({ "protected": "x", "payload": "", "signature": "y" }).to_string();
    let path = "/hidden?a=b&c=%20";
    let request = Request::new("POST", &world.host(), &target(world, path))
        .body(JOSE, body.as_str())
        .header("Origin", &format!("http://{}", world.host()))
        .header("Referer", "http://localhost/secret")
        .header("Cookie", "session=1")
        .header("Authorization", "Bearer 1")
        .header("User-Agent", "Mozilla/5.0")
        .header("Accept-Language", "tlh")
        .header("X-Forwarded-For", "192.0.2.1")
        .header("CF-Connecting-IP", "192.0.2.1")
        .header("X-Own", "1");
    assert_eq!(world.send(&request).status, 201);

    let arrived = world.recorder.requests_for(path);
    assert_eq!(arrived.len(), 1);
    assert_eq!(arrived[0].method, "POST");
    assert_eq!(arrived[0].body, body.as_bytes());
    assert_eq!(
        arrived[0].header("host"),
        Some(world.recorder.authority().as_str())
    );
    assert_eq!(arrived[0].header("content-type"), Some(JOSE));
    assert_eq!(arrived[0].header("user-agent"), Some("tabcert/0.1.0"));
    // The runtime adds some of its own, none of which says anything about the visitor.
    for (name, value) in &arrived[0].headers {
        let known = [
            "accept-encoding",
            "cache-control",
            "cf-worker",
            "connection",
            "content-length",
            "content-type",
            "host",
            "pragma",
            "user-agent",
        ];
        assert!(known.contains(&name.as_str()), "{name}: {value}");
    }
}

#[test]
fn an_answer_passes_with_the_headers_of_acme_alone() {
    let world = World::shared();
    let answer = world.get(&target(world, "/answer"));
    assert_eq!(answer.status, 201);
    assert_eq!(answer.text(), r#"{"status":"valid"}"#);
    for (name, value) in [
        ("content-type", Some("application/json")),
        ("replay-nonce", Some("n1")),
        ("location", Some("https://ca.example/acct/1")),
        (
            "link",
            Some("<https://ca.example/a>;rel=\"up\", <https://ca.example/b>;rel=\"next\""),
        ),
        ("retry-after", Some("7")),
        ("cache-control", Some("no-store")),
        ("x-content-type-options", Some("nosniff")),
        ("set-cookie", None),
        ("access-control-allow-origin", None),
        ("x-of-the-ca", None),
        ("tabcert-edge", None),
        ("tabcert-relay", Some("1")),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let policies = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "content-security-policy");
    let policies: Vec<_> = policies.map(|(_, policy)| policy.as_str()).collect();
    assert!(
        matches!(policies[..], [policy] if policy.contains("sandbox")),
        "{policies:?}"
    );
}

#[test]
fn answers_without_body_pass() {
    let world = World::shared();
    let answer = world.get(&target(world, "/no-content"));
    assert_eq!(
        (answer.status, answer.header("replay-nonce")),
        (204, Some("n2"))
    );
    let head = world.send(&Request::new(
        "HEAD",
        &world.host(),
        &target(world, "/head"),
    ));
    assert_eq!(
        (head.status, head.header("replay-nonce")),
        (200, Some("n3"))
    );
    assert_eq!(world.recorder.requests_for("/head")[0].method, "HEAD");
}

/// A CA must not be able to speak in the edge's name.
#[test]
fn a_cas_problem_is_not_the_edges() {
    let world = World::shared();
    let answer = world.get(&target(world, "/problem"));
    assert_eq!((answer.status, answer.header("tabcert-edge")), (403, None));
}

#[test]
fn bodies_up_to_the_limits_pass() {
    let world = World::shared();
    let largest = world.get(&target(world, "/largest"));
    assert_eq!((largest.status, largest.body.len()), (200, 1024 * 1024));
    let mut body = br#"{"protected":"x","payload":"","signature":"y"}"#.to_vec();
    body.resize(64 * 1024, b' ');
    let request = Request::new("POST", &world.host(), &target(world, "/64k")).body(JOSE, body);
    assert_eq!(world.send(&request).status, 201);
    assert_eq!(world.recorder.requests_for("/64k")[0].body.len(), 64 * 1024);
}

/// What a CA serves is of the page's own origin here: as data of ACME, or as octets.
#[test]
fn media_types_of_acme_pass_and_all_others_are_octets() {
    let world = World::shared();
    let octets = "application/octet-stream";
    for (kind, expected) in [
        ("application/json", "application/json"),
        ("application/problem+json", "application/problem+json"),
        (
            "application/problem+json;~charset=utf-8",
            "application/problem+json; charset=utf-8",
        ),
        ("Application/JSON", "Application/JSON"),
        ("application/jose+json", "application/jose+json"),
        (
            "application/pem-certificate-chain",
            "application/pem-certificate-chain",
        ),
        ("application/pkix-cert", "application/pkix-cert"),
        ("application/pkcs7-mime", "application/pkcs7-mime"),
        ("text/html", octets),
        ("text/html;~charset=utf-8", octets),
        ("text/plain", octets),
        ("text/javascript", octets),
        ("application/javascript", octets),
        ("application/json,~text/javascript", octets),
        ("text/javascript,application/json", octets),
        ("application/json~text/html", octets),
        ("application/jsonp", octets),
        ("application/wasm", octets),
        ("image/svg+xml", octets),
        (
            "multipart/x-mixed-replace;~boundary=application/json",
            octets,
        ),
        ("x", octets),
    ] {
        let answer = world.get(&target(world, &format!("/typed/{kind}")));
        assert_eq!(answer.header("content-type"), Some(expected), "{kind}");
        assert_eq!(
            (
                answer.status,
                answer.text().as_str(),
                answer.header("retry-after")
            ),
            (503, "body", Some("7")),
            "{kind}"
        );
    }
    for path in ["/untyped", "/twice-typed"] {
        let answer = world.get(&target(world, path));
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some(octets))
        );
    }
}

#[test]
fn browsers_that_want_to_show_or_run_it_get_nothing() {
    let world = World::shared();
    for (destination, mode, status) in [
        (None, None, 201),
        (Some("empty"), Some("cors"), 201),
        (Some("empty"), Some("same-origin"), 201),
        (Some("script"), Some("no-cors"), 403),
        (Some("worker"), Some("same-origin"), 403),
        (Some("document"), Some("navigate"), 403),
        (Some("iframe"), Some("navigate"), 403),
        (Some("empty"), Some("navigate"), 403),
        (Some("style"), None, 403),
        (None, Some("navigate"), 403),
    ] {
        let path =
            format!("/fetched-{status}-{destination:?}-{mode:?}").replace(['(', ')', '"'], "");
        let mut request = Request::new("GET", &world.host(), &target(world, &path));
        for (name, value) in [("Sec-Fetch-Dest", destination), ("Sec-Fetch-Mode", mode)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let answer = world.send(&request);
        assert_eq!(answer.status, status, "{destination:?} {mode:?}");
        let relayed = world.recorder.requests_for(&path).len();
        assert_eq!(
            relayed,
            usize::from(status == 201),
            "{destination:?} {mode:?}"
        );
        if status == 403 {
            assert_eq!(answer.problem(), "destinationNotAllowed");
        }
    }
}

/// A CA closes a connection while the next request is on its way.
#[test]
fn a_read_is_sent_again_where_a_kept_connection_was_closed() {
    let world = World::start(None).unwrap_or_else(|error| panic!("a world: {error}"));
    for method in ["GET", "HEAD"] {
        let ask =
            |path: &str| world.send(&Request::new(method, &world.host(), &target(&world, path)));
        for count in 0..4 {
            let answer = ask(&format!("/kept/{method}/{count}"));
            assert_eq!(answer.status, 200, "{method} {count}: {}", answer.text());
            assert_eq!(answer.header("replay-nonce"), Some("n4"));
        }
        let sent = |count| {
            let path = format!("/kept/{method}/{count}");
            world.recorder.requests_for(&path).len()
        };
        // The first by a new connection; of the others each in vain by the one before, and then anew.
        assert_eq!([0, 1, 2, 3].map(sent), [1, 2, 2, 2], "{method}");
    }
    // Once, and not for ever.
    assert_eq!(world.get(&target(&world, "/reset")).status, 502);
    assert_eq!(world.recorder.requests_for("/reset").len(), 2);
}

/// What changes something may have been done before the connection broke.
#[test]
fn what_is_not_only_read_is_sent_once() {
    let world = World::start(None).unwrap_or_else(|error| panic!("a world: {error}"));
    let jws = r#"{"protected":"x","payload":"","signature":"y"}"#;
    let post = |path: &str| {
        let target = target(&world, path);
        world.send(&Request::new("POST", &world.host(), &target).body(JOSE, jws))
    };
    assert_eq!(post("/kept/first").status, 200);
    let lost = post("/kept/second");
    assert_eq!(
        (lost.status, lost.problem().as_str()),
        (502, "caUnreachable")
    );
    assert_eq!(world.recorder.requests_for("/kept/second").len(), 1);
}

#[test]
fn answers_that_are_none_are_problems_that_say_why() {
    let world = World::shared();
    for (path, status, problem, words) in [
        ("/redirect", 502, "caRedirects", "https://evil.example/x"),
        ("/large", 502, "caAnswerTooLarge", "1048576 bytes"),
        ("/endless", 502, "caAnswerTooLarge", "1048576 bytes"),
        ("/reset", 502, "caUnreachable", "could not be reached"),
        ("/gateway", 502, "caUnreachable", "TLS handshake"),
        ("/slow", 504, "caTimeout", "longer than 30 seconds"),
    ] {
        let answer = world.get(&target(world, path));
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (status, problem),
            "{path}"
        );
        assert!(answer.text().contains(words), "{path}: {}", answer.text());
    }
    for authority in [world.dead_authority.clone(), world.untrusted.authority()] {
        let answer = world.get(&format!("/api/v1/proxy/{authority}/dir"));
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (502, "caUnreachable")
        );
        assert!(answer.text().contains(&authority), "{}", answer.text());
    }
    assert!(world.untrusted.requests_for("/dir").is_empty());
}

/// Paths that mean another path to whoever resolves them: what is asked for is what was checked.
#[test]
fn paths_reach_the_ca_without_dots() {
    let world = World::shared();
    let paths = [
        "/a/../b",
        "/a/%2e%2e/b",
        "/a/.%2E/b",
        "/./b",
        "/..",
        "/../../../b",
        "/a\\..\\b",
    ];
    for path in paths {
        // The runtime resolves what it recognises before the worker sees it; then this is an
        // ordinary request, or one that has lost its prefix.
        let answer = world.get(&target(world, path));
        assert!(
            matches!(answer.status, 201 | 400 | 404),
            "{path}: {}",
            answer.status
        );
        assert!(world.recorder.requests_for(path).is_empty(), "{path}");
    }
}

#[test]
fn methods_and_bodies_that_acme_has_not_are_refused() {
    let world = World::shared();
    let path = target(world, "/refused");
    for method in ["PUT", "DELETE", "PATCH"] {
        let answer = world.send(&Request::new(method, &world.host(), &path).body(JOSE, "{}"));
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (405, "methodNotAllowed")
        );
        assert_eq!(answer.header("allow"), Some("GET, HEAD, POST"), "{method}");
    }
    for content_type in [
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jose+json; charset=utf-8",
        "multipart/form-data; boundary=x",
    ] {
        let answer =
            world.send(&Request::new("POST", &world.host(), &path).body(content_type, "{}"));
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (415, "unsupportedMediaType")
        );
    }
    for chunked in [false, true] {
        let mut request =
            Request::new("POST", &world.host(), &path).body(JOSE, vec![b'x'; 64 * 1024 + 1]);
        request.chunked = chunked;
        let answer = world.send(&request);
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (413, "tooLarge")
        );
    }
    assert!(world.recorder.requests_for("/refused").is_empty());
}
