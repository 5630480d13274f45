use tabcert_acme::base64url;

use super::*;
use crate::path::http01_path;
use crate::ties::record_text;
use crate::token_write::{sign_token_removal, sign_token_write};

const ORIGIN: &str = "https://edge.example";
const NOW: u64 = 1_800_000_000_000;

/// Two fixed keys; nothing depends on which.
fn key(seed: u8) -> tabcert_acme::key::AccountKey {
    tabcert_acme::key::AccountKey::generate(&mut Counter(seed))
}

/// Not random: the same key in every run.
struct Counter(u8);

impl rand_core::TryRng for Counter {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        self.0 = self.0.wrapping_add(1);
        Ok(u32::from(self.0))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        self.try_next_u32().map(u64::from)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        for byte in bytes {
            self.0 = self.0.wrapping_add(1);
            *byte = self.0;
        }
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Counter {}

fn host() -> DomainName {
    DomainName::parse_a_labels("www.example.org").expect("a name")
}

fn token() -> Token {
    Token::parse("LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0").expect("a token")
}

fn url() -> String {
    format!("{ORIGIN}{}", http01_path(&host(), &token()))
}

fn check(operation: Operation, jws: &Jws, now: u64) -> Result<SignedWrite, Refusal> {
    let request = TokenRequest {
        operation,
        url: &url(),
        host: host(),
        token: token(),
    };
    check_signature(request, jws.to_json().as_bytes(), now)
}

fn signed_at(now: u64) -> Jws {
    sign_token_write(&key(1), ORIGIN, &host(), &token(), now)
}

fn accepted() -> SignedWrite {
    check(Operation::Put, &signed_at(NOW), NOW).expect("accepted")
}

#[test]
fn accepts_what_the_page_signs() {
    let write = accepted();
    assert_eq!(write.host(), &host());
    assert_eq!(write.thumbprint(), key(1).thumbprint());
    let removal = sign_token_removal(&key(1), ORIGIN, &host(), &token(), NOW);
    assert!(check(Operation::Remove, &removal, NOW).is_ok());
}

#[test]
fn accepts_five_minutes_either_way_and_no_more() {
    for (issued_at, expected) in [
        (NOW - 300_000, Ok(())),
        (NOW + 300_000, Ok(())),
        (NOW - 301_000, Err(Refusal::Stale { seconds: 301 })),
        (NOW + 301_000, Err(Refusal::Stale { seconds: 301 })),
        (
            0,
            Err(Refusal::Stale {
                seconds: NOW / 1000,
            }),
        ),
        (
            u64::MAX,
            Err(Refusal::Stale {
                seconds: (u64::MAX - NOW) / 1000,
            }),
        ),
    ] {
        let result = check(Operation::Put, &signed_at(issued_at), NOW);
        assert_eq!(result.map(drop), expected, "{issued_at}");
    }
}

#[test]
fn binds_the_message_to_edge_host_token_and_operation() {
    let other_host = DomainName::parse_a_labels("example.org").expect("a name");
    let other_token = Token::parse("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").expect("a token");
    let expected = Err(Refusal::Url { expected: url() });
    for jws in [
        sign_token_write(&key(1), "https://other.example", &host(), &token(), NOW),
        sign_token_write(&key(1), "http://edge.example", &host(), &token(), NOW),
        sign_token_write(&key(1), ORIGIN, &other_host, &token(), NOW),
        sign_token_write(&key(1), ORIGIN, &host(), &other_token, NOW),
    ] {
        assert_eq!(check(Operation::Put, &jws, NOW), expected);
    }
    let refused = check(Operation::Remove, &signed_at(NOW), NOW);
    assert_eq!(refused, Err(Refusal::Operation));
}

#[test]
fn binds_the_value_to_the_signer() {
    let claims = |key_authorization: String| TokenClaims {
        what: Operation::Put,
        key_authorization,
        issued_at_ms: NOW,
    };
    let own = key_authorization(&token(), key(1).thumbprint());
    for value in [
        key_authorization(&token(), key(2).thumbprint()),
        String::new(),
        format!("{own}\n"),
        own[..own.len() - 1].to_owned(),
        key(1).thumbprint().as_str().to_owned(),
    ] {
        let payload = serde_json::to_vec(&claims(value.clone())).expect("JSON");
        let jws = tabcert_acme::jws::sign_for_edge(&key(1), &url(), &payload);
        let refused = check(Operation::Put, &jws, NOW);
        assert_eq!(refused, Err(Refusal::KeyAuthorization), "{value}");
    }
}

#[test]
fn refuses_another_signature() {
    let jws = Jws {
        signature: sign_token_write(&key(2), ORIGIN, &host(), &token(), NOW).signature,
        ..signed_at(NOW)
    };
    let refused = check(Operation::Put, &jws, NOW);
    assert_eq!(refused, Err(Refusal::Jose(JoseError::Signature)));
}

#[test]
fn refuses_bodies_that_are_no_jws() {
    let jws = signed_at(NOW).to_json();
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    for body in [
        "",
        "{}",
        "null",
        deep.as_str(),
        &jws[..jws.len() - 1],
        &jws.replacen('{', r#"{"header":{},"#, 1),
        &jws.replacen('{', r#"{"payload":"","#, 1),
        &format!("{jws}{jws}"),
    ] {
        let request = TokenRequest {
            operation: Operation::Put,
            url: &url(),
            host: host(),
            token: token(),
        };
        assert_eq!(
            check_signature(request, body.as_bytes(), NOW),
            Err(Refusal::Jose(JoseError::Serialisation))
        );
    }
}

/// A request to a CA has a nonce; an edge must not be able to replay one as a token write.
#[test]
fn refuses_what_was_signed_for_a_ca() {
    let url = tabcert_acme::url::HttpsUrl::parse(&url()).expect("a URL");
    let nonce = tabcert_acme::nonce::Nonce::parse("6S8IqOGY7eL2lsGoTZYifg").expect("a nonce");
    let payload = base64url::decode(&signed_at(NOW).payload).expect("base64url");
    let payload = String::from_utf8(payload).expect("UTF-8");
    let jws = tabcert_acme::jws::sign(
        &key(1),
        tabcert_acme::jws::KeyReference::Jwk,
        &nonce,
        &url,
        tabcert_acme::jws::Payload::Json(&payload),
    );
    let refused = check(Operation::Put, &jws, NOW);
    assert_eq!(refused, Err(Refusal::Jose(JoseError::Header)));
}

#[test]
fn the_operator_ties_hosts() {
    let thumbprint = key(1).thumbprint().clone();
    let ties = |json: String| Ties::parse(&json).expect("a list");
    let tied = accepted()
        .tied_by_operator(
            &ties(format!(r#"{{"*.example.org":["{thumbprint}"]}}"#)),
            "edge.example",
        )
        .expect("tied");
    assert_eq!(tied.operation(), Operation::Put);
    assert_eq!(
        tied.storage_key(),
        "h/www.example.org/LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0"
    );
    assert_eq!(tied.value(), key_authorization(&token(), &thumbprint));

    let other = key(2).thumbprint().clone();
    for json in [
        "{}".to_owned(),
        format!(r#"{{"*.example.org":["{other}"]}}"#),
        format!(r#"{{"example.org":["{thumbprint}"]}}"#),
    ] {
        let refused = accepted().tied_by_operator(&ties(json), "edge.example");
        assert_eq!(refused, Err(accepted()));
    }
}

#[test]
fn the_owner_ties_hosts_by_record() {
    let own = record_text(key(1).thumbprint());
    let other = record_text(key(2).thumbprint());
    let tie = |texts: &[&str]| accepted().tied_by_records(texts.iter().copied(), "edge.example");
    assert!(tie(&[&own]).is_ok());
    assert!(tie(&["v=spf1 -all", &other, &own]).is_ok());
    assert!(tie(&[]).is_err());
    assert!(tie(&[&other]).is_err());
    assert!(tie(&[key(1).thumbprint().as_str()]).is_err());
}

#[test]
fn the_edges_own_host_needs_an_entry_of_its_own() {
    let thumbprint = key(1).thumbprint().clone();
    let own = record_text(&thumbprint);
    let edge = "www.example.org";
    let below = Ties::parse(r#"{"*.example.org":["*"]}"#).expect("a list");
    assert!(accepted().tied_by_operator(&below, edge).is_err());
    assert!(accepted().tied_by_records([own.as_str()], edge).is_err());
    let exactly = Ties::parse(&format!(r#"{{"{edge}":["{thumbprint}"]}}"#)).expect("a list");
    assert!(accepted().tied_by_operator(&exactly, edge).is_ok());
}

#[test]
fn a_repeated_message_prolongs_nothing() {
    let ties = Ties::parse(r#"{"*.example.org":["*"]}"#).expect("a list");
    let write = |issued_at| {
        check(Operation::Put, &signed_at(issued_at), NOW)
            .expect("accepted")
            .tied_by_operator(&ties, "edge.example")
            .expect("tied")
    };
    let now = NOW / 1000;
    assert_eq!(write(NOW).expires_at(now + 200, 3600), now + 3600);
    assert_eq!(write(NOW + 200_000).expires_at(now, 3600), now + 3600);
    assert_eq!(write(NOW).fresh_until(), now + 301);
}

/// A second signature of the same message, as anybody can make from the first, is the same message.
#[test]
fn a_message_is_known_by_what_was_signed() {
    let ties = Ties::parse(r#"{"*.example.org":["*"]}"#).expect("a list");
    let message = |jws: &Jws| {
        let signed = check(Operation::Put, jws, NOW).expect("accepted");
        let tied = signed.tied_by_operator(&ties, "edge.example");
        tied.expect("tied").message().clone()
    };
    let jws = signed_at(NOW);
    let signature = base64url::decode(&jws.signature).expect("base64url");
    let signature = p256::ecdsa::Signature::from_slice(&signature).expect("a signature");
    let (r, s) = signature.split_scalars();
    let twin = p256::ecdsa::Signature::from_scalars(r.to_bytes(), (-*s).to_bytes());
    let twin = Jws {
        signature: base64url::encode(&twin.expect("a signature").to_bytes()),
        ..jws.clone()
    };
    assert_ne!(twin.signature, jws.signature);
    assert_eq!(message(&twin), message(&jws));
    assert_ne!(message(&signed_at(NOW + 1)), message(&jws));
    assert_eq!(message(&jws).storage_key().len(), 45);
}
