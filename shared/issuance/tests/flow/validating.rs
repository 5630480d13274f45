//! The CA looks at the proofs, and the order tells when it is done.

use tabcert_issuance::Intent;
use tabcert_issuance::event::TransportError;
use tabcert_issuance::transcript::RequestKind::{Authorization, Challenge, Finalize, Order};
use tabcert_issuance::view::{Phase, Stage, Work};

use crate::answers;
use crate::conversation::{Conversation, LATENCY_MS};
use crate::points::Point;

const NAMES: &[&str] = &["a.example", "b.example", "c.example"];

fn work(talk: &Conversation) -> Work {
    match talk.phase() {
        Phase::Working(work) => work,
        other => panic!("not at work: {other:?}"),
    }
}

fn still_pending() -> answers::Answer {
    answers::order(1, "pending", NAMES.len())
}

#[test]
fn the_order_is_looked_at_once_all_challenges_are_started() {
    let mut talk = Conversation::at(Point::Starting, NAMES);
    for started in 0..NAMES.len() {
        assert_eq!(work(&talk).progress, Some((started, NAMES.len())));
        assert!(talk.timers.is_empty());
        talk.step();
    }
    assert_eq!(work(&talk).progress, None);
    // A near CA is asked again soon: after the time of its quickest answer.
    assert_eq!(talk.tick(), LATENCY_MS);
    assert_eq!(talk.waiting(), [Order]);
    talk.answer(Order, answers::order(1, "ready", NAMES.len()));
    assert_eq!(talk.stage(), Some(Stage::Finalizing));
    assert_eq!(
        talk.count(Authorization),
        NAMES.len(),
        "read once, not polled"
    );
}

#[test]
fn looks_again_less_and_less_often() {
    let mut talk = Conversation::at(Point::Looking, NAMES);
    let mut pauses = Vec::new();
    for _ in 0..5 {
        talk.answer(Order, still_pending());
        pauses.push(talk.tick());
    }
    talk.answer(Order, still_pending());
    // The authorizations in between.
    let mut pause = talk.tick();
    let reads = talk.waiting();
    assert!(reads.iter().all(|kind| *kind == Authorization), "{reads:?}");
    while !talk.requests.is_empty() {
        talk.step();
    }
    pause += talk.tick();
    pauses.push(pause);
    assert_eq!(pauses, [200, 400, 800, 1_600, 3_200, 5_000]);
    talk.go_to(Point::Issued);
}

/// RFC 9110 §10.2.3: seconds, or an HTTP date.
#[test]
fn waits_as_long_as_the_ca_wants_within_reason() {
    let at_08_49_37 = 784_111_777_000;
    let cases: [(&str, Option<u64>); 6] = [
        ("3", Some(3_000)),
        ("0", Some(200)),
        ("soon", Some(200)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 08:00:00 GMT", Some(200)),
        // Some CAs ask for a day and are done within seconds.
        ("86400", Some(60_000)),
    ];
    for (value, expected_ms) in cases {
        let mut talk = Conversation::at(Point::Looking, NAMES);
        talk.answer(Order, still_pending().retry_after(value));
        let next_at_ms = work(&talk).next_at_ms.expect("a time");
        let expected_ms = expected_ms.map_or(at_08_49_37, |wait| talk.now_ms + wait);
        assert_eq!(next_at_ms, expected_ms, "{value}");
        let latency_ms = u64::from(talk.waited_for_authorizations()) * LATENCY_MS;
        assert_eq!(talk.now_ms, expected_ms + latency_ms, "{value}");
        assert_eq!(talk.waiting(), [Order]);
        assert_eq!(work(&talk).next_at_ms, None);
    }
}

#[test]
fn the_visitor_can_have_it_asked_now() {
    let mut talk = Conversation::at(Point::AwaitingLook, NAMES);
    assert_eq!(talk.want(Intent::AskNow), 1);
    assert_eq!(talk.waiting(), [Order]);
    assert_eq!(talk.want(Intent::AskNow), 0, "it is being asked");
    talk.tick(); // the timer of the wait that was cut short
    assert_eq!(talk.waiting(), [Order]);
    talk.go_to(Point::Issued);
}

#[test]
fn an_invalid_order_is_looked_into() {
    let mut talk = Conversation::at(Point::Looking, NAMES);
    talk.answer(Order, answers::order(1, "invalid", NAMES.len()));
    assert_eq!(talk.stage(), Some(Stage::Diagnosing));
}

#[test]
fn an_unknown_status_is_waited_out() {
    let mut talk = Conversation::at(Point::Looking, NAMES);
    talk.answer(Order, answers::order(1, "pondering", NAMES.len()));
    assert_eq!(talk.stage(), Some(Stage::Validating));
    talk.go_to(Point::Issued);
}

#[test]
fn a_look_that_fails_is_told() {
    for (words, answer) in [
        ("malformed order", answers::text(200, "[]")),
        (
            "not yours",
            answers::problem(403, "unauthorized", "not yours"),
        ),
    ] {
        let mut talk = Conversation::at(Point::Looking, NAMES);
        talk.insist(Order, &answer);
        let detail = talk.failed().explanation.detail.expect("a detail");
        assert!(detail.contains(words), "{detail}");
        talk.want(Intent::TryAgain);
        talk.go_to(Point::Issued);
    }
}

/// Where only the answer was lost, the second attempt meets an authorization that is decided.
#[test]
fn a_challenge_that_was_started_by_a_lost_request_is_no_failure() {
    let mut talk = Conversation::at(Point::Starting, NAMES);
    let lost = talk.take(Challenge);
    talk.ca.answer(&lost);
    talk.reply_nothing(&lost, TransportError::TimedOut);
    talk.go_to(Point::Issued);
    assert_eq!(talk.count(Challenge), NAMES.len() + 1);
    assert_eq!(talk.count(Finalize), 1);
}

#[test]
fn a_challenge_that_cannot_be_started_is_told() {
    let mut talk = Conversation::at(Point::Starting, NAMES);
    talk.answer(
        Challenge,
        answers::problem(400, "malformed", "no such challenge"),
    );
    talk.go_to(Point::Failed);
    let detail = talk.failed().explanation.detail;
    assert_eq!(detail.as_deref(), Some("no such challenge"));
    assert_eq!(
        talk.count(Challenge),
        NAMES.len(),
        "the others are worth starting"
    );
    talk.want(Intent::TryAgain);
    talk.go_to(Point::Issued);
    assert_eq!(talk.count(Challenge), NAMES.len() + 1, "and worth keeping");
}

/// An order cannot grow: what it shows later is not followed.
#[test]
fn later_looks_cannot_add_authorizations() {
    let mut talk = Conversation::at(Point::Looking, NAMES);
    let before = talk.count(Authorization);
    talk.answer(Order, answers::order(1, "invalid", 10_000));
    while talk.stage() == Some(Stage::Diagnosing) {
        talk.step();
    }
    assert_eq!(talk.count(Authorization) - before, NAMES.len());
}
