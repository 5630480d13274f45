//! Token writes that must not happen. Each case changes one thing of a write that would be accepted;
//! each is refused with the status that says why, and nothing is stored.

mod bodies;
mod claims;
mod hosts;
mod protected_headers;
mod signatures;

use serde_json::Value;
use tabcert_acme::base64url;
use tabcert_tests::edge_support::world::new_token;
use tabcert_tests::edge_support::{Request, World, Write};

/// The host that the owner may write for.
const HOST: &str = "tied.example";

type Attack = (&'static str, u16, &'static str, fn(Write) -> Request);

/// Sends each attack with a token of its own, then asks for the token.
fn refuse(attacks: &[Attack]) {
    let world = World::shared();
    for (name, status, problem, attack) in attacks {
        let token = new_token();
        let answer = world.send(&attack(world.write("PUT", HOST, &token)));
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (*status, *problem),
            "{name}: {}",
            answer.text()
        );
        assert_eq!(world.challenge(HOST, &token).status, 404, "{name}: stored");
    }
}

/// The tables mean something only if the unchanged write is accepted.
#[test]
fn the_write_that_all_attacks_start_from_is_accepted() {
    let world = World::shared();
    let answer = world.send(&world.write("PUT", HOST, &new_token()).request());
    assert_eq!(answer.status, 204, "{}", answer.text());
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
