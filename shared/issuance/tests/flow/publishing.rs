//! The edge is told what to answer.

use std::collections::BTreeSet;

use tabcert_acme::token::Token;
use tabcert_issuance::Event;
use tabcert_issuance::Intent;
use tabcert_issuance::event::{KeyError, PublishError};
use tabcert_issuance::proof::Method;
use tabcert_issuance::transcript::RequestKind::{Challenge, Order};
use tabcert_issuance::view::{Phase, Stage};

use crate::answers;
use crate::conversation::{Conversation, Turn};
use crate::fixtures::account_key;
use crate::points::Point;

const NAMES: &[&str] = &["a.example", "b.example"];

fn not_tied() -> PublishError {
    PublishError {
        detail: "a.example is not tied to this account".to_owned(),
        not_tied: true,
    }
}

fn dns_for(name: &str) -> Intent {
    Intent::ChooseMethod {
        name: name.to_owned(),
        method: Method::Dns,
    }
}

#[test]
fn no_challenge_is_started_before_the_edge_answers_for_all() {
    let mut talk = Conversation::at(Point::Publishing, NAMES);
    let hosts: Vec<_> = talk
        .to_publish
        .iter()
        .map(|it| it.host.to_string())
        .collect();
    assert_eq!(hosts, NAMES);
    let signer = talk.to_publish[0].signer.thumbprint();
    assert_eq!(signer, account_key().thumbprint());
    talk.publish(Ok(()));
    assert_eq!(talk.count(Challenge), 0);
    let Phase::Working(work) = talk.phase() else {
        panic!("at work");
    };
    assert_eq!(work.progress, Some((1, 2)));
    talk.publish(Ok(()));
    assert_eq!(talk.stage(), Some(Stage::Validating));
    assert_eq!(talk.count(Challenge), 2);
}

#[test]
fn what_the_edge_refuses_goes_back_to_the_visitor() {
    let mut talk = Conversation::at(Point::Publishing, NAMES);
    talk.publish(Err(not_tied()));
    talk.publish(Ok(()));
    assert_eq!(talk.count(Challenge), 0);
    let names = talk.proving().names;
    assert_eq!(names[0].publish_error, Some(not_tied()));
    assert_eq!(names[1].publish_error, None);
    talk.want(dns_for("a.example"));
    assert_eq!(talk.proving().names[0].publish_error, None);
    talk.want(Intent::Ready);
    let hosts: Vec<_> = talk
        .to_publish
        .iter()
        .map(|it| it.host.to_string())
        .collect();
    assert_eq!(hosts, ["b.example"]);
    talk.go_to(Point::Issued);
}

#[test]
fn ready_asks_the_edge_once_more() {
    let mut talk = Conversation::at(Point::Publishing, NAMES);
    talk.publish(Err(not_tied()));
    talk.publish(Err(not_tied()));
    talk.want(Intent::Ready);
    assert_eq!(talk.stage(), Some(Stage::Publishing));
    talk.go_to(Point::Issued);
}

#[test]
fn the_names_proven_before_stay_in_view() {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    talk.ca.proven.insert("a.example".to_owned());
    talk.method = Method::HttpEdge;
    talk.go_to(Point::Publishing);
    talk.publish(Err(not_tied()));
    assert_eq!(talk.proving().already_valid, ["a.example"]);
}

/// Whatever the end of an order, the edge does not go on answering for it.
#[test]
fn what_was_published_is_withdrawn_in_the_end() {
    let ends: [(&str, Turn); 6] = [
        ("ready", |talk| talk.go_to(Point::Issued)),
        ("invalid", |talk| {
            talk.ca
                .failing
                .insert("a.example".to_owned(), "no".to_owned());
            talk.go_to(Point::Failed);
        }),
        ("refused", |talk| {
            talk.go_to(Point::Looking);
            talk.answer(Order, answers::problem(403, "unauthorized", "no"));
        }),
        ("no order", |talk| {
            talk.go_to(Point::Looking);
            talk.insist(Order, &answers::text(200, "?"));
        }),
        ("no key", |talk| {
            talk.publish(Ok(()));
            talk.publish(Ok(()));
            let error = KeyError("out of memory".to_owned());
            talk.event(Event::CsrPrepared(Err(error)));
        }),
        ("another method", |talk| {
            talk.publish(Err(not_tied()));
            talk.publish(Ok(()));
            talk.want(dns_for("a.example"));
            talk.want(dns_for("b.example"));
            talk.want(Intent::Ready);
            talk.go_to(Point::Issued);
        }),
    ];
    for (end, go) in ends {
        let mut talk = Conversation::at(Point::Proving, NAMES);
        talk.method = Method::HttpEdge;
        // Only a key that is not there yet can fail later.
        if end == "no key" {
            talk = Conversation::at(Point::Connected, NAMES);
            talk.slow_key = true;
            talk.method = Method::HttpEdge;
            while !matches!(talk.phase(), Phase::Proving(_)) {
                talk.step();
            }
            talk.step();
        } else {
            talk.go_to(Point::Publishing);
        }
        go(&mut talk);
        let tokens = |tokens: &[Token]| -> BTreeSet<String> {
            tokens.iter().map(ToString::to_string).collect()
        };
        let (withdrawn, published) = (tokens(&talk.withdrawn), tokens(&talk.published));
        assert_eq!(withdrawn, published, "{end}");
    }
}
