//! Hosts and tokens that are none, and hosts of others.

use tabcert_tests::edge_support::world::new_token;
use tabcert_tests::edge_support::{Signer, World, Write};

use super::{Attack, HOST, attack, target};

/// Hosts that no request may name, each signed for in good order.
pub(super) fn hosts_that_are_none() -> Vec<Attack> {
    let malformed = [
        "localhost",
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "0x7f.0.0.1",
        "2130706433",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "::1",
        "169.254.169.254",
        "*.tied.example",
        "*",
        "Tied.example",
        "tied.example.",
        ".tied.example",
        "tied..example",
        "tied.example:80",
        "user@tied.example",
        "tied.example%00",
        "tied%2eexample",
        "%74ied.example",
        "tied.example%2f..",
        "tied.example%0d%0aX:%20y",
        "t\u{456}ed.example",
        "t%D1%96ed.example",
        "tied\u{3002}example",
        "t_ed.example",
        "-tied.example",
        "",
    ];
    let long = format!("{}tied.example", "a.".repeat(130));
    let label = format!("{}.tied.example", "a".repeat(64));
    let malformed = malformed.into_iter().chain([long.as_str(), label.as_str()]);
    let host = |host: &str, status, problem| {
        let write = target().write("PUT", host, &new_token());
        attack("no host", status, problem, write.request())
    };
    malformed
        .map(|text| host(text, 400, "malformed"))
        // The runtime resolves these before the worker sees them.
        .chain(["..", "%2e%2e", ".%2E"].map(|text| host(text, 404, "notFound")))
        .collect()
}

pub(super) fn tokens_that_are_none() -> Vec<Attack> {
    let long = "a".repeat(257);
    [
        "",
        "short",
        "token-of-twentyone-ch",
        long.as_str(),
        "token-that-is-long-enough/../x",
        "token-that-is-long-enough%2fx",
        "token-that-is-long-enough%00",
        "token-that-is-long-enough%0d%0aX:%20y",
        "token-that-is-long-enough.x",
        "token-that-is-long-enough=",
        "token-that-is-long-enough/x",
        "token-that-is-long-enough?x",
        "token-that-is-long-enough%3fx",
        "%2e%2e%2fetc%2fpasswd-aaaaaaaaaa",
        "t\u{f6}ken-that-is-long-enough",
    ]
    .map(|token| {
        let write = target().write("PUT", HOST, token);
        attack("no token", 400, "malformed", write.request())
    })
    .into()
}

/// Signed well, for hosts that nobody gave to the signer.
pub(super) fn hosts_of_others() -> Vec<Attack> {
    let world = target();
    let stranger = Signer::p256();
    world.set_txt(
        "_tabcert.recorded.example",
        &[&format!("tabcert-account={}", stranger.thumbprint())],
    );
    let own = world.owner.thumbprint();
    world.set_txt(
        "_tabcert.odd.example",
        &[
            "tabcert-account=*",
            own.as_str(),
            &format!("tabcert-account={own}x"),
            &format!("TABCERT-ACCOUNT={own}"),
            &format!("v=spf1 tabcert-account={own}"),
        ],
    );
    let untied = [
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
        (&stranger, "xn--ted-jma.example"),
        (&stranger, "a.b.test.example"),
    ];
    let failed = ["servfail.example", "teapot.example", "nonsense.example"];
    let write = |signer: &Signer, host: &str| {
        Write::new("PUT", &world.host(), signer, host, &new_token()).request()
    };
    untied
        .map(|(signer, host)| attack("not tied", 403, "hostNotTied", write(signer, host)))
        .into_iter()
        .chain(failed.map(|host| {
            let request = write(&world.owner, host);
            attack("no resolver", 502, "resolverFailed", request)
        }))
        .collect()
}

/// Whoever gets a certificate for the edge can read what every visitor does.
pub(super) fn the_edges_own_host() -> Vec<Attack> {
    let world = target();
    world.set_txt(
        "_tabcert.edge.test",
        &[&format!("tabcert-account={}", world.owner.thumbprint())],
    );
    [
        "edge.test",
        "EDGE.test",
        "edge.test:8787",
        "edge.test.",
        "edge.test:80",
    ]
    .map(|edge_host| {
        let mut write = Write::new("PUT", edge_host, &world.owner, "edge.test", &new_token());
        let origin = edge_host.to_ascii_lowercase();
        let origin = origin.strip_suffix(":80").unwrap_or(&origin);
        write.header["url"] = format!("http://{origin}{}", write.target).into();
        attack(edge_host, 403, "hostNotTied", write.request())
    })
    .into()
}

/// `*.test` is tied to any account: another host is none of the edge's.
#[test]
fn the_edges_own_host_is_the_only_exception() {
    let world = World::shared();
    let write = Write::new("PUT", "edge.test", &world.owner, "www.test", &new_token());
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
