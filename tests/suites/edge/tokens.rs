//! Challenge tokens: written, served as a CA asks for them, removed.

use tabcert_acme::base64url;
use tabcert_tests::edge_support::world::new_token;
use tabcert_tests::edge_support::{Request, Signer, World};

fn challenge_path(token: &str) -> String {
    format!("/.well-known/acme-challenge/{token}")
}

#[test]
fn a_token_is_served_from_its_writing_to_its_removal() {
    let world = World::shared();
    let token = new_token();
    let host = "www.tied.example";
    assert_eq!(world.challenge(host, &token).status, 404);

    // Another token, since the store may remember for a while that this one was not there.
    let token = new_token();
    let written = world.send(&world.write("PUT", host, &token).request());
    assert_eq!(written.status, 204, "{}", written.text());
    assert_eq!(written.header("tabcert-edge"), Some("1"));

    let served = world.challenge(host, &token);
    assert_eq!(served.status, 200);
    assert_eq!(
        served.text(),
        format!("{token}.{}", world.owner.thumbprint())
    );
    assert_eq!(
        served.header("content-type"),
        Some("application/octet-stream")
    );
    assert_eq!(served.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(served.header("cache-control"), Some("no-store"));

    let removed = world.send(&world.write("DELETE", host, &token).request());
    assert_eq!(removed.status, 204, "{}", removed.text());
    assert_eq!(world.challenge(host, &token).status, 404);
}

#[test]
fn a_token_is_served_for_its_host_however_it_is_written() {
    let world = World::shared();
    let token = new_token();
    let written = world.send(&world.write("PUT", "tied.example", &token).request());
    assert_eq!(written.status, 204, "{}", written.text());

    for host in [
        "tied.example",
        "tied.example:80",
        "tied.example:5002",
        "TIED.Example",
        "tied.example.",
    ] {
        assert_eq!(world.challenge(host, &token).status, 200, "{host}");
    }
    for host in [
        "www.tied.example",
        "ied.example",
        "tied.example.evil.example",
        "127.0.0.1",
        "[::1]",
    ] {
        let answer = world.challenge(host, &token);
        assert_eq!((answer.status, answer.text().as_str()), (404, ""), "{host}");
    }
    let path = challenge_path(&token);
    let head = world.send(&Request::new("HEAD", "tied.example", &path));
    assert_eq!((head.status, head.text().as_str()), (200, ""));
    for target in [
        format!("{path}/"),
        format!("{path}x"),
        format!("{path}%00"),
        challenge_path(""),
        challenge_path("../health"),
    ] {
        let answer = world.send(&Request::new("GET", "tied.example", &target));
        assert_eq!(answer.status, 404, "{target}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        let answer = world.send(&Request::new(method, "tied.example", &path));
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("allow"), Some("GET, HEAD"), "{method}");
    }
    assert_eq!(world.challenge("tied.example", &token).status, 200);
}

#[test]
fn a_written_token_is_overwritten_and_removed_again_and_again() {
    let world = World::shared();
    let token = new_token();
    for _ in 0..2 {
        for (method, status) in [("PUT", 200), ("PUT", 200), ("DELETE", 404), ("DELETE", 404)] {
            let answer = world.send(&world.write(method, "tied.example", &token).request());
            assert_eq!(answer.status, 204, "{}", answer.text());
            assert_eq!(world.challenge("tied.example", &token).status, status);
        }
    }
}

/// What somebody saw and sends again must not undo what came after.
#[test]
fn a_message_is_taken_once() {
    let world = World::shared();
    let (host, token) = ("tied.example", new_token());
    let written = world.write("PUT", host, &token).request();
    let removed = world.write("DELETE", host, &token).request();
    for (request, status) in [(&written, 200), (&removed, 404)] {
        assert_eq!(world.send(request).status, 204);
        assert_eq!(world.challenge(host, &token).status, status);
        for again in [&written, request] {
            let answer = world.send(again);
            assert_eq!(
                (answer.status, answer.problem().as_str()),
                (403, "replayed")
            );
            assert!(answer.text().contains("sign it anew"), "{}", answer.text());
            assert_eq!(world.challenge(host, &token).status, status);
        }
    }

    // Another signature of the same message is the same message.
    let mut twin: serde_json::Value = serde_json::from_slice(&written.body).expect("JSON");
    let signature = twin["signature"].as_str().and_then(base64url::decode);
    let signature = p256::ecdsa::Signature::from_slice(&signature.expect("base64url"));
    let (r, s) = signature.expect("a signature").split_scalars();
    let signature = p256::ecdsa::Signature::from_scalars(r.to_bytes(), (-*s).to_bytes());
    let signature = signature.expect("a signature").to_bytes();
    twin["signature"] = base64url::encode(&signature).into();
    let mut request = written.clone();
    request.body = twin.to_string().into_bytes();
    let answer = world.send(&request);
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (403, "replayed")
    );
    assert_eq!(world.challenge(host, &token).status, 404);
}

#[test]
fn an_international_name_is_its_a_label() {
    let world = World::shared();
    let token = new_token();
    let host = "xn--bcher-kva.tied.example";
    let written = world.send(&world.write("PUT", host, &token).request());
    assert_eq!(written.status, 204, "{}", written.text());
    for host in [host, "XN--BCHER-KVA.tied.example:80"] {
        let served = world.challenge(host, &token);
        assert_eq!(served.status, 200, "{host}");
    }
    for host in ["bcher.tied.example", "xn--bcher-kva.example"] {
        assert_eq!(world.challenge(host, &token).status, 404, "{host}");
    }
}

#[test]
fn accounts_with_other_kinds_of_keys_write_too() {
    let world = World::shared();
    for signer in [Signer::p384(), Signer::rsa()] {
        let token = new_token();
        let mut write = world.write("PUT", "any.test", &token);
        write.header["alg"] = signer.alg().into();
        write.header["jwk"] = signer.jwk();
        write.claims["key_authorization"] = format!("{token}.{}", signer.thumbprint()).into();
        write.signer = signer.clone();
        let written = world.send(&write.request());
        assert_eq!(written.status, 204, "{} {}", signer.alg(), written.text());
        let served = world.challenge("any.test", &token).text();
        assert_eq!(served, format!("{token}.{}", signer.thumbprint()));
    }
}

#[test]
fn the_owner_of_a_host_ties_it_by_a_record() {
    let world = World::shared();
    let (host, token) = ("shop.owner.example", new_token());
    let write = world.write("PUT", host, &token);

    let refused = world.send(&write.request());
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (403, "hostNotTied")
    );
    let record = &refused.json()["record"];
    let value = format!("tabcert-account={}", world.owner.thumbprint());
    assert_eq!(record["name"], "_tabcert.shop.owner.example");
    assert_eq!(record["value"], value.as_str());
    assert!(
        refused.text().contains("Set the TXT record"),
        "{}",
        refused.text()
    );
    assert_eq!(world.challenge(host, &token).status, 404);

    // What the answer says is what has to be done.
    let token = new_token();
    world.set_txt("_tabcert.shop.owner.example", &["unrelated", &value]);
    let written = world.send(&world.write("PUT", host, &token).request());
    assert_eq!(written.status, 204, "{}", written.text());
    assert_eq!(world.challenge(host, &token).status, 200);

    let asked = world
        .resolver
        .requests_for("/dns-query?name=_tabcert.shop.owner.example&type=TXT");
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].header("accept"), Some("application/dns-json"));
    assert!(
        asked[0]
            .header("user-agent")
            .is_some_and(|agent| agent.starts_with("tabcert/"))
    );
}

#[test]
fn a_resolver_that_fails_ties_nothing() {
    let world = World::shared();
    for (host, reason) in [
        ("servfail.example", "DNS status 2"),
        ("teapot.example", "HTTP status 418"),
        ("nonsense.example", "not DNS in JSON"),
    ] {
        let token = new_token();
        let refused = world.send(&world.write("PUT", host, &token).request());
        assert_eq!(
            (refused.status, refused.problem().as_str()),
            (502, "resolverFailed"),
            "{host}"
        );
        assert!(refused.text().contains(reason), "{}", refused.text());
        assert_eq!(world.challenge(host, &token).status, 404);
    }
}

#[test]
fn the_log_says_how_it_went_and_nothing_else() {
    let world = World::shared();
    let token = new_token();
    let write = world.write("PUT", "logged.tied.example", &token);
    assert_eq!(world.send(&write.request()).status, 204);
    assert_eq!(world.challenge("logged.tied.example", &token).status, 200);

    let log = world.edge.log().expect("a log");
    assert!(
        log.contains(r#"{"route":"token","method":"PUT","status":204,"ms":"#),
        "{log}"
    );
    let thumbprint = world.owner.thumbprint();
    for secret in [
        token.as_str(),
        thumbprint.as_str(),
        "logged.tied.example",
        "127.0.0.1",
    ] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}
