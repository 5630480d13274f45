//! How long tokens are kept, by a store that refuses what Workers KV refuses, and by whom they are
//! removed.

use std::time::Duration;

use serde_json::json;
use tabcert_tests::edge_support::signing::now_ms;
use tabcert_tests::edge_support::world::new_token;
use tabcert_tests::edge_support::{Answer, Signer, Store, World, Write};

const HOST: &str = "tied.example";

/// A world of its own with this lifetime of tokens.
fn start(store: &Store, ttl_seconds: u64) -> World {
    let settings = json!({ "TOKEN_TTL_SECONDS": ttl_seconds.to_string() });
    let world = World::start_with(Some(store), settings);
    world.unwrap_or_else(|error| panic!("a world: {error}"))
}

/// A write by a visitor whose clock is slow by so much.
fn slow(mut write: Write, by: Duration) -> Write {
    write.claims["issued_at_ms"] = (now_ms() - by.as_millis() as u64).into();
    write
}

#[test]
fn a_visitor_whose_clock_is_slow_is_served() {
    let store = Store::start().expect("the store");
    for ttl_seconds in [120, 3600] {
        let world = start(&store, ttl_seconds);
        for seconds in [0, 200, 241, 270, 298] {
            let token = new_token();
            let write = slow(
                world.write("PUT", HOST, &token),
                Duration::from_secs(seconds),
            );
            let written = world.send(&write.request());
            assert_eq!(written.status, 204, "{seconds} s: {}", written.text());
            assert_eq!(world.challenge(HOST, &token).status, 200);
            // The message is remembered for as long as it is fresh.
            let again = world.send(&write.request());
            assert_eq!(again.status, 403, "{seconds} s");
        }
    }
}

/// Whoever is tied by a record is looked up first, and the clock goes on meanwhile.
#[test]
fn a_slow_resolver_takes_nothing_off_the_lifetime() {
    let store = Store::start().expect("the store");
    let world = start(&store, 120);
    let host = "late.owner.example";
    let record = format!("tabcert-account={}", world.owner.thumbprint());
    world.set_txt(&format!("_tabcert.{host}"), &[&record]);
    for seconds in [0, 250, 295] {
        let token = new_token();
        let write = slow(
            world.write("PUT", host, &token),
            Duration::from_secs(seconds),
        );
        let written = world.send(&write.request());
        assert_eq!(written.status, 204, "{seconds} s: {}", written.text());
        assert_eq!(world.challenge(host, &token).status, 200);
    }
}

#[test]
fn a_token_ends_by_itself_and_not_before() {
    for ttl_seconds in [120, 3600] {
        let store = Store::start().expect("the store");
        let world = start(&store, ttl_seconds);
        let token = new_token();
        let written = world.send(&world.write("PUT", HOST, &token).request());
        assert_eq!(written.status, 204, "{}", written.text());
        store.pass(ttl_seconds - 60);
        assert_eq!(world.challenge(HOST, &token).status, 200);
        store.pass(61);
        assert_eq!(world.challenge(HOST, &token).status, 404);
        store.pass(600);
        assert_eq!(store.keys(), Vec::<String>::new(), "messages end as well");
    }
}

#[test]
fn a_lifetime_that_storage_would_refuse_is_said_to_the_operator() {
    let store = Store::start().expect("the store");
    for ttl_seconds in [60, 119] {
        let answer = start(&store, ttl_seconds).get("/api/v1/health");
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (500, "misconfigured")
        );
    }
}

#[test]
fn a_removal_takes_the_signers_own_token_and_no_other() {
    let store = Store::start().expect("the store");
    let world = start(&store, 3600);
    let (host, token) = ("shared.test", new_token());
    let [first, second] = [Signer::p256(), Signer::p256()];
    let send = |method: &str, signer: &Signer| -> Answer {
        world.send(&Write::new(method, &world.host(), signer, host, &token).request())
    };
    assert_eq!(send("PUT", &first).status, 204);
    let served = format!("{token}.{}", first.thumbprint());
    for _ in 0..2 {
        // What it asks for is so: its own answer is not served.
        assert_eq!(send("DELETE", &second).status, 204);
        let answer = world.challenge(host, &token);
        assert_eq!((answer.status, answer.text()), (200, served.clone()));
    }
    assert_eq!(send("DELETE", &first).status, 204);
    assert_eq!(world.challenge(host, &token).status, 404);
}

/// No record in DNS has a name as long as this host's would have.
#[test]
fn a_host_that_is_too_long_for_a_record_is_not_looked_up() {
    let store = Store::start().expect("the store");
    let world = start(&store, 3600);
    let host = format!("{}owner.example", "a23456789.".repeat(24));
    assert_eq!(host.len(), 253);
    let refused = world.send(&world.write("PUT", &host, &new_token()).request());
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (403, "hostNotTied")
    );
    assert!(refused.json()["record"].is_null(), "{}", refused.text());
    assert_eq!(world.resolver.request_count(), 0);
}
