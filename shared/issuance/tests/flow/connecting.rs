//! Finding a way to the CA, and what the visitor may begin once there is one.

use serde_json::json;
use tabcert_issuance::Intent;
use tabcert_issuance::effect::Route;
use tabcert_issuance::event::TransportError;
use tabcert_issuance::transcript::RequestKind::{Directory, NewAccount, NewNonce};
use tabcert_issuance::view::Phase;

use crate::answers::{self, Answer};
use crate::conversation::{Conversation, LATENCY_MS, Turn};
use crate::fixtures::{BEGIN_MS, application};
use crate::points::Point;

const NAMES: &[&str] = &["example.org"];

fn no_cors() -> TransportError {
    TransportError::Network("Failed to fetch".to_owned())
}

fn directory() -> Answer {
    answers::directory(&json!({}))
}

#[test]
fn a_ca_that_lets_browsers_in_is_reached_directly() {
    let mut talk = Conversation::new(NAMES, true);
    assert_eq!(talk.requests[0].route, Route::Direct);
    talk.answer(Directory, directory());
    assert_eq!(talk.requests[0].route, Route::Direct);
    talk.answer(NewNonce, answers::text(200, ""));
    assert!(matches!(talk.phase(), Phase::Connected));
    assert_eq!(talk.view().ca.map(|ca| ca.route), Some(Route::Direct));
}

#[test]
fn a_ca_that_does_not_is_reached_through_the_edge() {
    let way_to_the_edge: [Turn; 3] = [
        |talk| talk.lose(Directory, no_cors()),
        |talk| {
            talk.answer(Directory, directory());
            talk.lose(NewNonce, no_cors());
        },
        // Allow-Origin without Expose-Headers: the nonce is there, but cannot be read.
        |talk| {
            talk.answer(Directory, directory());
            talk.answer(NewNonce, answers::text(200, "").without_nonce());
        },
    ];
    for refuse in way_to_the_edge {
        let mut talk = Conversation::new(NAMES, true);
        refuse(&mut talk);
        assert_eq!(talk.waiting(), [Directory]);
        talk.go_to(Point::Connected);
        assert_eq!(talk.view().ca.map(|ca| ca.route), Some(Route::Edge));
        talk.go_to(Point::Registering);
        assert_eq!(talk.requests[0].route, Route::Edge);
    }
}

#[test]
fn without_an_edge_there_is_one_way_only() {
    let mut talk = Conversation::new(NAMES, false);
    talk.lose(Directory, no_cors());
    let failed = talk.failed();
    assert_eq!(
        failed.explanation.detail.as_deref(),
        Some("no answer: Failed to fetch")
    );
    assert!(talk.requests.is_empty());
}

#[test]
fn says_what_both_ways_met() {
    let mut talk = Conversation::new(NAMES, true);
    talk.lose(Directory, no_cors());
    talk.lose(
        Directory,
        TransportError::Edge("not on the list".to_owned()),
    );
    let detail = talk.failed().explanation.detail.expect("a detail");
    assert!(detail.contains("Failed to fetch") && detail.contains("not on the list"));
}

#[test]
fn what_is_no_acme_is_told_and_can_be_tried_again() {
    let cases: [(&str, Turn); 5] = [
        ("missing field", |talk| {
            talk.answer(Directory, answers::text(200, "{}"));
        }),
        ("malformed directory", |talk| {
            talk.answer(Directory, answers::text(200, "<!doctype html>"));
        }),
        ("Bad Gateway", |talk| {
            talk.answer(Directory, answers::text(502, "Bad Gateway"));
        }),
        ("not now", |talk| {
            talk.answer(Directory, directory());
            talk.answer(NewNonce, answers::problem(500, "serverInternal", "not now"));
        }),
        ("Replay-Nonce", |talk| {
            talk.lose(Directory, no_cors());
            talk.answer(Directory, directory());
            talk.answer(NewNonce, answers::text(200, "").without_nonce());
        }),
    ];
    for (words, refuse) in cases {
        let mut talk = Conversation::new(NAMES, true);
        refuse(&mut talk);
        let detail = talk.failed().explanation.detail.expect("a detail");
        assert!(detail.contains(words), "{detail}");
        talk.want(Intent::TryAgain);
        assert_eq!(talk.requests[0].route, Route::Direct);
        talk.go_to(Point::Connected);
    }
}

#[test]
fn a_busy_directory_says_when_to_come_back() {
    let mut talk = Conversation::new(NAMES, true);
    let busy = answers::text(503, "busy").retry_after("120");
    talk.answer(Directory, busy);
    let expected = BEGIN_MS + LATENCY_MS + 120_000;
    assert_eq!(talk.failed().not_before_ms, Some(expected));
}

/// RFC 8555 §7.3.3: "Clients SHOULD NOT automatically agree to terms by default."
#[test]
fn nothing_begins_before_the_terms_are_accepted() {
    let mut talk = Conversation::new(NAMES, true);
    talk.ca.meta = json!({"termsOfService": "https://ca.example/terms"});
    talk.go_to(Point::Connected);
    let mut wish = application(NAMES);
    wish.terms_agreed = false;
    assert_eq!(talk.want(Intent::Begin(wish.clone())), 0);
    assert!(matches!(talk.phase(), Phase::Connected));
    wish.terms_agreed = true;
    talk.want(Intent::Begin(wish));
    assert_eq!(talk.waiting(), [NewAccount]);
    let payload = json!({"termsOfServiceAgreed": true});
    assert_eq!(talk.requests[0].payload(), &payload);
}

#[test]
fn nothing_begins_without_names() {
    let mut talk = Conversation::at(Point::Connected, NAMES);
    assert_eq!(talk.want(Intent::Begin(application(&[]))), 0);
    assert!(matches!(talk.phase(), Phase::Connected));
}

#[test]
fn a_ca_without_terms_needs_no_acceptance() {
    let mut talk = Conversation::at(Point::Connected, NAMES);
    talk.application.terms_agreed = false;
    talk.go_to(Point::Registering);
    assert_eq!(talk.requests[0].payload(), &json!({}));
}
