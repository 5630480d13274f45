//! The visitor puts the proofs in place.

use serde_json::json;
use tabcert_acme::key_authorization::{dns_txt_value, key_authorization};
use tabcert_acme::token::Token;
use tabcert_issuance::Intent;
use tabcert_issuance::proof::Method;
use tabcert_issuance::transcript::RequestKind::{Authorization, Challenge, NewOrder};
use tabcert_issuance::view::Cause;

use crate::answers;
use crate::conversation::Conversation;
use crate::fixtures::account_key;
use crate::points::Point;

const NAMES: &[&str] = &["example.org", "*.example.org", "www.example.org"];

fn token(number: usize, index: usize, kind: &str) -> Token {
    let text = format!("token-of-order-{number:04}-name-{index:04}-{kind}");
    Token::parse(&text).expect("a token")
}

#[test]
fn says_exactly_what_goes_where() {
    let mut talk = Conversation::at(Point::Proving, NAMES);
    let key = account_key();
    let value = |index| dns_txt_value(&token(1, index, "dns-01"), key.thumbprint());
    let choose = |name: &str, method| Intent::ChooseMethod {
        name: name.to_owned(),
        method,
    };
    talk.want(choose("www.example.org", Method::HttpFile));
    let proving = talk.proving();
    assert_eq!(proving.records.len(), 1, "one name, two values");
    assert_eq!(proving.records[0].name, "_acme-challenge.example.org");
    // The test CA lists its authorizations backwards.
    assert_eq!(proving.records[0].values, [value(2), value(1)]);
    let content = key_authorization(&token(1, 0, "http-01"), key.thumbprint());
    assert_eq!(proving.files[0].content, content);
    assert_eq!(proving.files[0].proves, "www.example.org");

    talk.want(choose("www.example.org", Method::HttpEdge));
    assert_eq!(talk.proving().edge_hosts, ["www.example.org"]);
    talk.want(choose("*.example.org", Method::HttpFile));
    assert_eq!(talk.proving().names[1].method, Method::Dns, "not offered");
}

#[test]
fn nothing_is_started_before_the_visitor_says_so() {
    let mut talk = Conversation::at(Point::Proving, NAMES);
    assert!(talk.requests.is_empty() && talk.timers.is_empty());
    talk.want(Intent::Ready);
    let started: Vec<_> = talk.requests.iter().map(|asked| &*asked.path).collect();
    let expected = [2, 1, 0].map(|index| format!("/challenge/1/{index}/dns-01"));
    assert_eq!(started, expected);
    assert_eq!(talk.count(Challenge), 3);
}

#[test]
fn the_chosen_challenge_is_the_one_that_is_started() {
    let mut talk = Conversation::at(Point::Proving, &["example.org"]);
    talk.method = Method::HttpFile;
    talk.go_to(Point::Starting);
    assert_eq!(talk.requests[0].path, "/challenge/1/0/http-01");
}

#[test]
fn names_that_cannot_be_proven_from_here_are_named() {
    for (name, offered) in [
        ("a.example", &["tls-alpn-01"][..]),
        ("*.a.example", &["http-01"]),
        ("b.example", &[]),
    ] {
        let mut talk = Conversation::at(Point::Ordering, &["ok.example", name]);
        talk.answer(NewOrder, answers::order(1, "pending", 2));
        let easy = answers::authorization((1, 0), "ok.example", "pending", &["dns-01"]);
        let hard = answers::authorization((1, 1), name, "pending", offered);
        talk.answer_nonces();
        talk.answer(Authorization, answers::json(200, &easy));
        talk.answer(Authorization, answers::json(200, &hard));
        let failed = talk.failed();
        assert_eq!(failed.names.len(), 1);
        assert_eq!(failed.names[0].name, name);
        assert_eq!(failed.cause, Cause::NoUsableChallenge);
        talk.want(Intent::TryAgainWithout(vec![name.to_owned()]));
        talk.go_to(Point::Issued);
    }
}

/// An authorization that has ended cannot be used again (RFC 8555 §7.1.6): the CA's reason is what
/// helps, not a talk about challenges.
#[test]
fn an_authorization_that_has_failed_before_is_told_with_its_reason() {
    let mut talk = Conversation::at(Point::Ordering, &["a.example"]);
    talk.answer(NewOrder, answers::order(1, "pending", 1));
    let mut ended = answers::authorization((1, 0), "a.example", "invalid", &["dns-01"]);
    ended["challenges"][0]["error"] = answers::problem_json("dns", "NXDOMAIN");
    talk.answer(Authorization, answers::json(200, &ended));
    let failed = talk.failed();
    assert_eq!(failed.names[0].name, "a.example");
    let detail = failed.names[0].explanation.detail.as_deref();
    assert_eq!(detail, Some("NXDOMAIN"));
}

/// RFC 8555 §8.2: a CA that tries again tells the error of its last attempt meanwhile.
#[test]
fn an_earlier_error_does_not_end_an_authorization_that_is_pending() {
    let mut talk = Conversation::at(Point::Ordering, &["a.example"]);
    talk.answer(NewOrder, answers::order(1, "pending", 1));
    let mut tried = answers::authorization((1, 0), "a.example", "pending", &["dns-01"]);
    tried["challenges"][0]["status"] = json!("processing");
    tried["challenges"][0]["error"] = answers::problem_json("dns", "timed out");
    talk.answer(Authorization, answers::json(200, &tried));
    assert_eq!(talk.proving().names.len(), 1);
}

#[test]
fn unknown_members_and_states_do_no_harm() {
    let mut talk = Conversation::at(Point::Ordering, &["a.example"]);
    talk.answer(NewOrder, answers::order(1, "pending", 1));
    let kinds = ["dns-persist-01", "dns-01"];
    let mut odd = answers::authorization((1, 0), "a.example", "pending", &kinds);
    odd["challenges"][0]["token"] = json!(null);
    odd["challenges"][0]["status"] = json!("pondering");
    odd["mood"] = json!("good");
    talk.answer(Authorization, answers::json(200, &odd));
    assert_eq!(talk.proving().names[0].methods, [Method::Dns]);
}
