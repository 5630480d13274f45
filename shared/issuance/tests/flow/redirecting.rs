//! Hosts whose own servers redirect their challenges to the edge: nothing is to be done for them.

use tabcert_issuance::Intent;
use tabcert_issuance::proof::Method;
use tabcert_issuance::transcript::RequestKind::Challenge;
use tabcert_issuance::view::{Phase, Stage};

use crate::conversation::Conversation;
use crate::points::Point;

const NAMES: &[&str] = &["a.example", "*.a.example"];

fn choose(method: Method) -> Intent {
    Intent::ChooseMethod {
        name: "a.example".to_owned(),
        method,
    }
}

fn methods(talk: &Conversation) -> Vec<Method> {
    let names = talk.proving().names;
    names.iter().map(|proof| proof.method).collect()
}

fn until_proving(talk: &mut Conversation) {
    while !matches!(talk.phase(), Phase::Proving(_)) {
        talk.step();
    }
}

#[test]
fn there_is_nothing_to_place_and_nothing_to_publish() {
    let mut talk = Conversation::at(Point::Proving, &["a.example"]);
    talk.want(choose(Method::HttpRedirect));
    let proving = talk.proving();
    assert!(proving.records.is_empty() && proving.files.is_empty());
    assert!(proving.edge_hosts.is_empty());
    assert_eq!(
        proving.names[0].token.as_str(),
        "token-of-order-0001-name-0000-http-01"
    );
    talk.want(Intent::Ready);
    assert!(talk.to_publish.is_empty());
    assert_eq!(talk.stage(), Some(Stage::Validating));
    assert_eq!(talk.requests[0].path, "/challenge/1/0/http-01");
    talk.go_to(Point::Issued);
    assert!(talk.published.is_empty() && talk.withdrawn.is_empty());
}

#[test]
fn names_beside_it_are_proven_as_they_are() {
    let mut talk = Conversation::at(Point::Proving, NAMES);
    talk.want(choose(Method::HttpRedirect));
    assert_eq!(methods(&talk), [Method::HttpRedirect, Method::Dns]);
    assert_eq!(talk.proving().records[0].proves, ["*.a.example"]);
    talk.want(Intent::Ready);
    assert_eq!(talk.count(Challenge), 2);
}

#[test]
fn what_was_redirected_before_is_proven_so_again() {
    let mut talk = Conversation::redirected(NAMES, true, &["a.example", "*.a.example"]);
    until_proving(&mut talk);
    let expected = [Method::HttpRedirect, Method::Dns];
    assert_eq!(methods(&talk), expected, "a wildcard cannot be");
}

#[test]
fn without_an_edge_it_is_not_offered() {
    let mut talk = Conversation::redirected(NAMES, false, &["a.example"]);
    until_proving(&mut talk);
    assert_eq!(methods(&talk), [Method::Dns, Method::Dns]);
    let offered = &talk.proving().names[0].methods;
    assert_eq!(offered, &[Method::Dns, Method::HttpFile]);
}

#[test]
fn the_next_order_knows_the_last_choice() {
    let failing = |talk: &mut Conversation, method| {
        talk.want(choose(method));
        talk.want(Intent::Ready);
        let words = "not what was asked for".to_owned();
        talk.ca.failing.insert("a.example".to_owned(), words);
        talk.go_to(Point::Failed);
        talk.ca.failing.clear();
        talk.want(Intent::TryAgain);
        until_proving(talk);
        talk.proving().names[0].method
    };
    let mut talk = Conversation::at(Point::Proving, NAMES);
    for (method, next) in [
        (Method::HttpRedirect, Method::HttpRedirect),
        (Method::HttpFile, Method::HttpFile),
    ] {
        assert_eq!(failing(&mut talk, method), next);
    }
}
