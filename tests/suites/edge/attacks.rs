//! What must not happen: each attack is answered with the status that says why, nothing is stored,
//! and no CA hears of it.

mod bodies;
mod checks;
mod claims;
mod hosts;
mod memory;
mod pages;
mod protected_headers;
mod proxying;
mod signatures;
mod smuggling;

use std::io::Write as _;
use std::sync::LazyLock;

use serde_json::Value;
use tabcert_acme::base64url;
use tabcert_tests::edge_support::world::new_token;
use tabcert_tests::edge_support::{Request, Store, Upstream, World, Write};

/// The host that the owner may write for.
const HOST: &str = "tied.example";

/// A request that must be refused.
pub(crate) struct Attack {
    name: String,
    status: u16,
    problem: &'static str,
    request: Request,
}

/// A world in which nobody does anything allowed, so that whatever is stored is a hole.
static TARGET: LazyLock<(World, Store)> = LazyLock::new(|| {
    let store = Store::start().unwrap_or_else(|error| panic!("the store: {error}"));
    let world = World::start(Some(&store));
    (
        world.unwrap_or_else(|error| panic!("the edge's world: {error}")),
        store,
    )
});

fn target() -> &'static World {
    &TARGET.0
}

#[test]
fn every_attack_is_refused_and_leaves_nothing_behind() {
    let (world, store) = &*TARGET;
    let attacks: Vec<Attack> = [
        signatures::signatures(),
        protected_headers::headers_of_the_signed_message(),
        claims::urls_of_the_signed_message(),
        claims::claims_of_the_signed_message(),
        bodies::bodies(),
        bodies::methods(),
        hosts::hosts_that_are_none(),
        hosts::tokens_that_are_none(),
        hosts::hosts_of_others(),
        hosts::the_edges_own_host(),
        proxying::hosts(),
        proxying::requests(),
        checks::requests(),
        pages::origins(),
        smuggling::requests(),
    ]
    .into_iter()
    .flatten()
    .collect();

    let mut failures = Vec::new();
    for attack in &attacks {
        let name = &attack.name;
        match attack.request.send(world.edge.port()) {
            Ok(answer)
                if (answer.status, answer.problem().as_str())
                    != (attack.status, attack.problem) =>
            {
                failures.push(format!("{name}: {} {}", answer.status, answer.text()));
            }
            Ok(_) => {}
            Err(error) => failures.push(format!("{name}: no answer: {error}")),
        }
        let asked = [&world.recorder, &world.untrusted, &world.web].map(Upstream::request_count);
        if !store.keys().is_empty() || asked != [0, 0, 0] {
            panic!("{name}: stored {:?}, asked {asked:?}", store.keys());
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(attacks.len() >= 120, "only {} attacks", attacks.len());
    // Not by `println!`, which the test harness keeps to itself.
    writeln!(std::io::stderr(), "{} attacks refused", attacks.len()).expect("a terminal");

    // All that means something only if what the attacks start from is accepted.
    let token = new_token();
    let accepted = world.send(&world.write("PUT", HOST, &token).request());
    assert_eq!(accepted.status, 204, "{}", accepted.text());
    assert_eq!(store.keys().len(), 2, "the token and the message");
    assert_eq!(world.challenge(HOST, &token).status, 200);
}

/// Name, status, problem, and what changes one thing of a write that would be accepted.
type Change = (&'static str, u16, &'static str, fn(Write) -> Request);

/// Makes each change to a write with a token of its own.
fn writes(table: &[Change]) -> Vec<Attack> {
    let table = table.iter().map(|&(name, status, problem, change)| {
        let write = target().write("PUT", HOST, &new_token());
        attack(name, status, problem, change(write))
    });
    table.collect()
}

fn attack(name: &str, status: u16, problem: &'static str, request: Request) -> Attack {
    let target: String = request.target.chars().take(120).collect();
    Attack {
        name: format!("{name}: {} {target}", request.method),
        status,
        problem,
        request,
    }
}

fn token_of(write: &Write) -> String {
    write
        .target
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn with_claim(mut write: Write, name: &str, value: Value) -> Request {
    write.claims[name] = value;
    write.request()
}

fn with_header(mut write: Write, name: &str, value: Value) -> Request {
    write.header[name] = value;
    write.request()
}

/// Signs these texts as they are.
fn with_texts(write: &Write, edit: impl Fn(&str, &str) -> (String, String)) -> Request {
    let (header, claims) = edit(&write.header.to_string(), &write.claims.to_string());
    write.request_with(write.signer.sign(&header, &claims).to_string())
}

/// Changes the JWS after it was signed.
fn with_jws(write: &Write, edit: impl Fn(&mut Value)) -> Request {
    let mut jws = write.jws();
    edit(&mut jws);
    write.request_with(jws.to_string())
}

fn with_signature(write: &Write, edit: impl Fn(&mut Vec<u8>)) -> Request {
    with_jws(write, |jws| {
        let signature = jws["signature"].as_str().and_then(base64url::decode);
        let mut signature = signature.unwrap_or_default();
        edit(&mut signature);
        jws["signature"] = base64url::encode(&signature).into();
    })
}
