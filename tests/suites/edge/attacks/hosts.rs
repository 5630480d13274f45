//! Hosts and tokens that are none, and hosts of others.

use tabcert_tests::edge_support::world::new_token;
use tabcert_tests::edge_support::{Signer, World, Write};

use super::HOST;

/// Hosts that no request may name, each signed for in good order.
#[test]
fn hosts_that_are_none() {
    let world = World::shared();
    for host in [
        "localhost",
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "*.tied.example",
        "Tied.example",
        "tied.example.",
        ".tied.example",
        "tied..example",
        "tied.example:80",
        "user@tied.example",
        "tied.example%00",
        "tied%2eexample",
        "tied.example%0d%0aX:%20y",
        "t\u{456}ed.example",
        "t_ed.example",
        "-tied.example",
        "..",
        "%2e%2e",
        "",
    ] {
        let token = new_token();
        let write = world.write("PUT", host, &token);
        let answer = world.send(&write.request());
        assert!(
            matches!(
                (answer.status, answer.problem().as_str()),
                (400, "malformed") | (404, "notFound")
            ),
            "{host}: {} {}",
            answer.status,
            answer.text()
        );
    }
}

#[test]
fn tokens_that_are_none() {
    let world = World::shared();
    let long = "a".repeat(257);
    for token in [
        "",
        "short",
        "token-of-twentyone-ch",
        long.as_str(),
        "token-that-is-long-enough/../x",
        "token-that-is-long-enough%2fx",
        "token-that-is-long-enough%00",
        "token-that-is-long-enough.x",
        "token-that-is-long-enough=",
        "token-that-is-long-enough/x",
        "token-that-is-long-enough?x",
        "t\u{f6}ken-that-is-long-enough",
    ] {
        let answer = world.send(&world.write("PUT", HOST, token).request());
        assert!(
            matches!(answer.status, 400 | 404) && answer.header("tabcert-edge").is_some(),
            "{token}: {} {}",
            answer.status,
            answer.text()
        );
    }
}

/// Signed well, for hosts that nobody gave to the signer.
#[test]
fn hosts_of_others() {
    let world = World::shared();
    let stranger = Signer::p256();
    world.set_txt(
        "_tabcert.recorded.example",
        &[&format!("tabcert-account={}", stranger.thumbprint())],
    );
    world.set_txt(
        "_tabcert.odd.example",
        &["tabcert-account=*", world.owner.thumbprint().as_str()],
    );
    for (signer, host) in [
        (&stranger, HOST),
        (&stranger, "www.tied.example"),
        (&world.owner, "untied.example"),
        (&world.owner, "nottied.example"),
        (&world.owner, "tied.example.evil.example"),
        (&world.owner, "recorded.example"),
        (&world.owner, "www.recorded.example"),
        (&stranger, "www.recorded.example"),
        (&world.owner, "odd.example"),
        (&stranger, "nottest.example"),
    ] {
        let token = new_token();
        let write = Write::new("PUT", &world.host(), signer, host, &token);
        let answer = world.send(&write.request());
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (403, "hostNotTied"),
            "{host}"
        );
        assert_eq!(world.challenge(host, &token).status, 404, "{host}");
    }
}

/// Whoever gets a certificate for the edge can read what every visitor does.
#[test]
fn the_edges_own_host() {
    let world = World::shared();
    let token = new_token();
    let own = "edge.test";
    world.set_txt(
        "_tabcert.edge.test",
        &[&format!("tabcert-account={}", world.owner.thumbprint())],
    );
    for edge_host in ["edge.test", "EDGE.test", "edge.test:8787", "edge.test."] {
        let mut write = Write::new("PUT", edge_host, &world.owner, own, &token);
        write.header["url"] =
            format!("http://{}{}", edge_host.to_ascii_lowercase(), write.target).into();
        let answer = world.send(&write.request());
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (403, "hostNotTied"),
            "{edge_host}"
        );
        assert_eq!(world.challenge(own, &token).status, 404);
    }
    // `*.test` is tied to any account: another host is none of the edge's.
    let write = Write::new("PUT", "edge.test", &world.owner, "www.test", &token);
    assert_eq!(world.send(&write.request()).status, 204);
}

#[test]
fn removals_of_others() {
    let world = World::shared();
    let token = new_token();
    assert_eq!(
        world
            .send(&world.write("PUT", HOST, &token).request())
            .status,
        204
    );
    let stranger = Signer::p256();
    let mut removal = world.write("DELETE", HOST, &token);
    removal.header["jwk"] = stranger.jwk();
    removal.signer = stranger.clone();
    let answer = world.send(&removal.request());
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (403, "unauthorized")
    );
    removal.claims["key_authorization"] = format!("{token}.{}", stranger.thumbprint()).into();
    let answer = world.send(&removal.request());
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (403, "hostNotTied")
    );
    assert_eq!(world.challenge(HOST, &token).status, 200);
}
