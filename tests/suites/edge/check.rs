//! Looking at challenges as a CA would.

use serde_json::{Value, json};
use tabcert_tests::edge_support::world::new_token;
use tabcert_tests::edge_support::{Answer, Request, World};

const PATH: &str = "/api/v1/check/http01";

fn request(world: &World, host: &str, token: &str) -> Request {
    let body = json!({ "host": host, "token": token, "thumbprint": world.owner.thumbprint() });
    Request::new("POST", &world.host(), PATH).body("application/json", body.to_string())
}

fn check(world: &World, host: &str) -> (Answer, Value) {
    let answer = world.send(&request(world, host, &new_token()));
    assert_eq!(answer.status, 200, "{host}: {}", answer.text());
    let report = answer.json();
    (answer, report)
}

fn last(report: &Value) -> &Value {
    let hops = report["hops"].as_array().expect("hops");
    hops.last().expect("a hop")
}

#[test]
fn the_right_answer_is_seen() {
    let world = World::shared();
    let token = new_token();
    let answer = world.send(&request(world, "right.example", &token));
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let expected = format!("{token}.{}", world.owner.thumbprint());
    let url = format!("http://right.example/.well-known/acme-challenge/{token}");
    let hop = json!({
        "url": url, "addresses": ["1.1.1.1"], "status": 200, "received": expected,
    });
    let report = json!({ "expected": expected, "hops": [hop], "works": true });
    assert_eq!(answer.json(), report);

    // It asks like a CA, and says nothing of who asked.
    let asked = world
        .web
        .requests_for(&format!("/.well-known/acme-challenge/{token}"));
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].method, "GET");
    assert_eq!(asked[0].header("host"), Some("right.example"));
    assert_eq!(asked[0].header("user-agent"), Some("tabcert/0.1.0"));
    for name in ["cookie", "origin", "referer", "cf-connecting-ip"] {
        assert_eq!(asked[0].header(name), None, "{name}");
    }
    let (_, report) = check(world, "newline.example");
    assert_eq!(report["works"], true, "{report}");
}

#[test]
fn one_address_lookup_of_two_is_enough() {
    let world = World::shared();
    let (_, report) = check(world, "right-v4.example");
    assert_eq!(report["works"], true, "{report}");
    assert_eq!(report["hops"][0]["addresses"], json!(["1.1.1.1"]));
    // With nothing found on the other side, nobody knows.
    let (_, report) = check(world, "none-servfail.example");
    assert_eq!(last(&report)["broken"]["kind"], "lookup", "{report}");
}

#[test]
fn tokens_of_every_length_are_seen() {
    let world = World::shared();
    for length in [22, 84, 85, 100, 256] {
        let token = "t".repeat(length);
        let answer = world.send(&request(world, "newline.example", &token));
        assert_eq!(answer.json()["works"], true, "{}", answer.text());
    }
}

#[test]
fn what_is_hidden_is_told_by_place_and_number() {
    let world = World::shared();
    for (host, place, code_point) in [
        ("bom.example", "before", 0xfeff),
        ("zero-width.example", "after", 0x200b),
        ("nul.example", "after", 0),
    ] {
        let (_, report) = check(world, host);
        let expected = json!({
            "kind": "hiddenCharacters", "place": place, "code_points": [code_point],
        });
        assert_eq!(last(&report)["broken"], expected);
    }
}

#[test]
fn redirects_are_followed_hop_by_hop() {
    let world = World::shared();
    for (host, scheme) in [("to-https.example", "https"), ("to-edge.example", "http")] {
        let (_, report) = check(world, host);
        assert_eq!(report["works"], true, "{report}");
        let hops = report["hops"].as_array().expect("hops");
        assert_eq!(hops.len(), 2);
        let to = hops[1]["url"].as_str().unwrap_or_default();
        assert!(to.starts_with(&format!("{scheme}://right.example/.well-known/")));
        assert!(
            hops[0]["location"]
                .as_str()
                .is_some_and(|to| to.contains("//right.example/"))
        );
        assert!(matches!(hops[0]["status"].as_u64(), Some(301 | 308)));
    }
}

#[test]
fn each_way_to_break_is_named() {
    let world = World::shared();
    for (host, hops, kind, words) in [
        (
            "wrong.example",
            1,
            "wrongAnswer",
            "another one than expected",
        ),
        (
            "other.example",
            1,
            "wrongAnswer",
            "another one than expected",
        ),
        ("bom.example", 1, "hiddenCharacters", "U+FEFF"),
        ("zero-width.example", 1, "hiddenCharacters", "U+200B"),
        ("nul.example", 1, "hiddenCharacters", "U+0000"),
        ("utf16.example", 1, "encoding", "UTF-16"),
        ("forbidden.example", 1, "dotFileForbidden", "403"),
        ("null.example", 1, "noAddress", "A or AAAA"),
        ("long.example", 1, "tooLong", "128 bytes"),
        ("endless.example", 1, "tooLong", "128 bytes"),
        ("missing.example", 1, "status", "404"),
        ("seeother.example", 1, "status", "303"),
        ("nowhere.example", 1, "noLocation", "Location"),
        ("reset.example", 1, "noAnswer", "no answer"),
        ("circle.example", 1, "loop", "circle"),
        ("forever.example", 11, "tooManyRedirects", "10 redirects"),
        ("to-ip.example", 1, "redirect", "IP address"),
        ("to-port.example", 1, "redirect", "80 nor 443"),
        ("to-file.example", 1, "redirect", "http nor https"),
        ("to-private.example", 2, "privateAddress", "10.0.0.1"),
        ("private.example", 1, "privateAddress", "10.0.0.1"),
        ("rebind.example", 1, "privateAddress", "::ffff:127.0.0.1"),
        ("none.example", 1, "noAddress", "A or AAAA"),
        ("printer.local", 1, "noAddress", "A or AAAA"),
        ("metadata.google.internal", 1, "noAddress", "A or AAAA"),
        ("servfail.example", 1, "lookup", "DNS status 2"),
        ("teapot.example", 1, "lookup", "418"),
        ("nonsense.example", 1, "lookup", "not DNS in JSON"),
    ] {
        let (_, report) = check(world, host);
        assert_eq!(report["works"], false, "{host}");
        assert_eq!(
            report["hops"].as_array().map(Vec::len),
            Some(hops),
            "{report}"
        );
        assert_eq!(last(&report)["broken"]["kind"], kind, "{report}");
        let detail = report["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(words), "{host}: {detail}");
    }
    let (_, report) = check(world, "wrong.example");
    assert_eq!(last(&report)["received"], "<html>It works!</html>");
    assert_eq!(last(&report)["status"], 200);
    let (_, report) = check(world, "endless.example");
    assert_eq!(last(&report)["received"], "x".repeat(128));
}

#[test]
fn ten_seconds_are_enough() {
    let world = World::shared();
    let started = std::time::Instant::now();
    let (_, report) = check(world, "slow.example");
    assert_eq!(last(&report)["broken"]["kind"], "timeout", "{report}");
    assert!((9..14).contains(&started.elapsed().as_secs()));
}

#[test]
fn nothing_else_is_looked_at() {
    let world = World::shared();
    let token = new_token();
    let good = request(world, "right.example", &token);
    let text = String::from_utf8_lossy(&good.body).into_owned();
    let with = |from: &str, to: &str| {
        let mut request = good.clone();
        request.body = text.replacen(from, to, 1).into_bytes();
        request
    };
    let typed = |kind: &str| {
        let mut request = good.clone();
        request.headers.retain(|(name, _)| name != "Content-Type");
        request.header("Content-Type", kind)
    };
    let method = |name: &str| {
        let mut request = good.clone();
        request.method = name.to_owned();
        request
    };
    let evil = good.clone().header("Origin", "https://evil.example");
    let mut cases = vec![
        ("method", method("PUT"), 405, "methodNotAllowed"),
        ("method", method("DELETE"), 405, "methodNotAllowed"),
        (
            "read",
            Request::new("GET", &world.host(), PATH),
            405,
            "methodNotAllowed",
        ),
        ("form", typed("text/plain"), 415, "unsupportedMediaType"),
        (
            "jose",
            typed("application/jose+json"),
            415,
            "unsupportedMediaType",
        ),
        ("origin", evil, 403, "originNotAllowed"),
        (
            "large",
            with("{", &format!("{}{{", " ".repeat(1024))),
            413,
            "tooLarge",
        ),
    ];
    for (from, to) in [
        ("right.example", "127.0.0.1"),
        ("right.example", "127.1"),
        ("right.example", "[::1]"),
        ("right.example", "169.254.169.254"),
        ("right.example", "2130706433"),
        ("right.example", "localhost"),
        ("right.example", "*.example.org"),
        ("right.example", "right.example:8080"),
        ("right.example", "right.example/x"),
        ("right.example", "user@right.example"),
        ("right.example", "right.example."),
        ("right.example", "Right.example"),
        ("right.example", "right.example\\r\\nX: y"),
        ("right.example", "r\u{456}ght.example"),
        ("{", r#"{"host":"private.example","#),
        ("{", r#"{"port":8080,"#),
        ("{", "[{"),
        ("}", ""),
        (token.as_str(), "../../../../../etc/passwd"),
        (token.as_str(), "short"),
        (world.owner.thumbprint().as_str(), "x"),
    ] {
        cases.push(("body", with(from, to), 400, "malformed"));
    }
    for (name, request, status, problem) in cases {
        let answer = world.send(&request);
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (status, problem),
            "{name}: {} {}",
            String::from_utf8_lossy(&request.body),
            answer.text()
        );
    }
    let target = format!("/.well-known/acme-challenge/{token}");
    assert!(world.web.requests_for(&target).is_empty());
}
