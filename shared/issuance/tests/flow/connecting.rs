//! Finding a way to the CA, and what the visitor may begin once there is one.

use serde_json::json;
use tabcert_acme::http::Method;
use tabcert_issuance::Intent;
use tabcert_issuance::effect::Route;
use tabcert_issuance::event::TransportError;
use tabcert_issuance::transcript::RequestKind::{Directory, NewAccount, NewNonce};
use tabcert_issuance::view::{HoldReason, Phase};

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
    assert!(matches!(talk.phase(), Phase::Connecting(Some(_))));
    talk.tick();
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
    for round in 0..2 {
        talk.lose(Directory, no_cors());
        talk.lose(
            Directory,
            TransportError::EdgeRefused("not on the list".to_owned()),
        );
        if round == 0 {
            assert_eq!(talk.tick(), 1_000);
        }
    }
    assert!(talk.timers.is_empty() && talk.requests.is_empty());
    let detail = talk.failed().explanation.detail.expect("a detail");
    assert!(detail.contains("Failed to fetch") && detail.contains("not on the list"));
}

#[test]
fn what_is_no_acme_is_told_and_can_be_tried_again() {
    let cases: [(&str, Turn); 5] = [
        ("newNonce", |talk| {
            talk.insist(Directory, &answers::text(200, "{}"));
            assert_eq!(talk.count(Directory), 2);
        }),
        ("malformed directory", |talk| {
            talk.insist(Directory, &answers::text(200, "<!doctype html>"));
            assert_eq!(talk.count(Directory), 2);
        }),
        ("Bad Gateway", |talk| {
            talk.insist(
                Directory,
                &answers::json(502, &json!({"detail": "Bad Gateway"})),
            );
            assert_eq!(talk.count(Directory), 4);
        }),
        ("not now", |talk| {
            talk.answer(Directory, directory());
            let busy = answers::problem(500, "serverInternal", "not now").without_nonce();
            talk.insist(NewNonce, &busy);
            assert_eq!(talk.count(NewNonce), 4);
        }),
        ("Replay-Nonce", |talk| {
            talk.lose(Directory, no_cors());
            talk.answer(Directory, directory());
            talk.insist(NewNonce, &answers::text(200, "").without_nonce());
            assert_eq!(talk.count(NewNonce), 2, "by HEAD, and by GET");
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

/// RFC 8555 §7.2: "The server MUST also respond to GET requests for this resource"; not all do to HEAD.
#[test]
fn a_nonce_is_asked_for_by_get_where_head_is_refused() {
    let refusals = [
        answers::text(405, "Method Not Allowed"),
        answers::text(501, ""),
        answers::text(404, ""),
        answers::text(400, ""),
        answers::text(403, "<html>"),
        answers::text(204, ""),
    ];
    for refusal in refusals {
        let refusal = refusal.without_nonce();
        // Directly, where the edge is the way out of headers that are hidden, it is not tried by GET.
        let is_hidden = refusal.response.is_success();
        let mut talk = Conversation::new(NAMES, !is_hidden);
        talk.answer(Directory, directory());
        assert_eq!(talk.requests[0].method, Method::Head);
        talk.answer(NewNonce, refusal.clone());
        assert_eq!(talk.requests[0].method, Method::Get);
        assert_eq!(talk.requests[0].route, Route::Direct);
        talk.go_to(Point::Registering);
        // And so from then on.
        talk.answer(NewAccount, answers::bad_nonce().without_nonce());
        assert_eq!(talk.requests[0].method, Method::Get);
        talk.go_to(Point::Issued);
    }
}

/// RFC 8555 §6.5.1: "Clients MUST ignore invalid Replay-Nonce values."
#[test]
fn a_nonce_that_is_not_base64url_is_told_as_what_it_is() {
    let mut talk = Conversation::new(NAMES, true);
    talk.answer(Directory, directory());
    let mut odd = answers::text(200, "").without_nonce();
    odd.response.replay_nonce = Some("oFvnlFP1wIhRlYS2jTaXbA==".to_owned());
    talk.answer(NewNonce, odd);
    assert!(talk.failed().explanation.sentence.contains("base64url"));
    assert_eq!((talk.count(Directory), talk.count(NewNonce)), (1, 1));
}

/// A connection that was kept too long is lost once: the edge says 502.
#[test]
fn a_lost_connection_is_no_unreachable_ca() {
    let lost = || TransportError::Edge("Network connection lost.".to_owned());
    let mut talk = Conversation::new(NAMES, true);
    talk.lose(Directory, no_cors());
    talk.lose(Directory, lost());
    let Phase::Connecting(Some(hold)) = talk.phase() else {
        panic!("{:?}", talk.phase());
    };
    assert_eq!((hold.kind, hold.reason), (Directory, HoldReason::NoAnswer));
    talk.tick();
    talk.lose(Directory, no_cors());
    talk.go_to(Point::Connected);
    assert_eq!(talk.view().ca.map(|ca| ca.route), Some(Route::Edge));
    assert_eq!(talk.count(Directory), 4);
}

#[test]
fn a_ca_that_is_busy_at_first_is_waited_for() {
    let busy: [(Answer, HoldReason, u64); 4] = [
        (
            answers::problem(503, "serverInternal", "busy").retry_after("5"),
            HoldReason::Busy,
            5_000,
        ),
        (answers::text(500, "<html>"), HoldReason::Busy, 1_000),
        (
            answers::problem(429, "rateLimited", "slowly").retry_after("9"),
            HoldReason::Limited,
            9_000,
        ),
        (answers::text(429, ""), HoldReason::Limited, 5_000),
    ];
    for (answer, reason, wait_ms) in busy {
        let answer = answer.without_nonce();
        for kind in [Directory, NewNonce] {
            let mut talk = Conversation::new(NAMES, true);
            if kind == NewNonce {
                talk.answer(Directory, directory());
            }
            talk.answer(kind, answer.clone());
            let Phase::Connecting(Some(hold)) = talk.phase() else {
                panic!("{:?}", talk.phase());
            };
            assert_eq!((hold.kind, hold.reason), (kind, reason));
            assert!(hold.problem.is_some());
            assert_eq!(hold.until_ms, talk.now_ms + wait_ms);
            let mut impatient = Conversation::new(NAMES, true);
            if kind == NewNonce {
                impatient.answer(Directory, directory());
            }
            impatient.answer(kind, answer.clone());
            impatient.want(Intent::AskNow);
            assert_eq!(impatient.waiting(), [kind]);
            impatient.answer(kind, answer.clone());
            impatient.want(Intent::Stop);
            impatient.failed();
            assert_eq!(talk.tick(), wait_ms);
            assert_eq!(talk.waiting(), [kind]);
            talk.go_to(Point::Issued);
        }
    }
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
