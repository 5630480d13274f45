//! The page, the edge's own routes, and the headers that everything has.

use tabcert_tests::edge_support::{Request, World};

#[test]
fn the_page_is_served_with_a_policy_that_lets_nothing_else_run() {
    let world = World::shared();
    let answer = world.get("/");
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"))
    );
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
    assert!(answer.header("etag").is_some());
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    assert!(
        answer
            .header("permissions-policy")
            .is_some_and(|policy| policy.contains("camera=()"))
    );
    let policy = answer.header("content-security-policy").unwrap_or_default();
    let directives: Vec<_> = policy.split("; ").collect();
    for directive in [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(directives.contains(&directive), "{directive} in {policy}");
    }
    // RFC 6797 §7.2: not over plain http.
    assert_eq!(answer.header("strict-transport-security"), None);
}

#[test]
fn hashed_files_are_kept_for_good_and_the_page_is_asked_for_again() {
    let world = World::shared();
    let page = world.get("/").text();
    let asset = page
        .split(['"', '\''])
        .find(|text| text.starts_with("/assets/"));
    let asset = asset.unwrap_or_else(|| panic!("no file in {page}"));
    let answer = world.get(asset);
    assert_eq!(answer.status, 200, "{asset}");
    let kept = Some("public, max-age=31536000, immutable");
    assert_eq!(answer.header("cache-control"), kept);

    for path in [asset, "/"] {
        let request = Request::new("GET", &world.host(), path);
        let etag = world
            .get(path)
            .header("etag")
            .unwrap_or_default()
            .to_owned();
        let again = world.send(&request.header("If-None-Match", &etag));
        assert_eq!((again.status, again.text().as_str()), (304, ""), "{path}");
    }
}

#[test]
fn what_is_missing_is_missing() {
    let world = World::shared();
    for path in [
        "/assets/none.js",
        "/none",
        "/none/index.html",
        "/.env",
        "/.git/config",
        "/wrangler.toml",
    ] {
        let answer = world.get(path);
        assert_eq!((answer.status, answer.text().as_str()), (404, ""), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-cache"), "{path}");
    }
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v2/health",
        "/api/v1/health/x",
    ] {
        let answer = world.get(path);
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (404, "notFound"),
            "{path}"
        );
    }
}

#[test]
fn the_page_is_only_read() {
    let world = World::shared();
    for path in ["/", "/api/v1/health"] {
        for method in ["POST", "PUT", "DELETE", "PATCH", "PROPFIND"] {
            let answer = world.send(&Request::new(method, &world.host(), path));
            assert_eq!(
                (answer.status, answer.problem().as_str()),
                (405, "methodNotAllowed")
            );
        }
        let head = world.send(&Request::new("HEAD", &world.host(), path));
        assert_eq!((head.status, head.text().as_str()), (200, ""), "{path}");
    }
}

#[test]
fn the_edge_says_what_it_can() {
    let world = World::shared();
    let answer = world.get("/api/v1/health");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let health = answer.json();
    assert_eq!(health["version"], "0.1.0");
    assert_eq!(health["api"], 1);
    assert_eq!(health["token_storage"], true);
    assert_eq!(health["limits"]["token_ttl_seconds"], 3600);
    let hosts = health["ca_hosts"].as_array().cloned().unwrap_or_default();
    for host in [
        "acme-v02.api.letsencrypt.org",
        world.recorder.authority().as_str(),
    ] {
        assert!(hosts.contains(&host.into()), "{host} in {hosts:?}");
    }
}

#[test]
fn every_answer_is_hard_to_misuse() {
    let world = World::shared();
    for path in [
        "/",
        "/none",
        "/api/v1/health",
        "/api/v1/none",
        "/api/v1/proxy/evil.example/",
        "/.well-known/acme-challenge/none",
    ] {
        let answer = world.get(path);
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        assert_eq!(
            answer.header("referrer-policy"),
            Some("no-referrer"),
            "{path}"
        );
        assert_eq!(
            answer.header("cross-origin-resource-policy"),
            Some("same-origin"),
            "{path}"
        );
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
    }
}
