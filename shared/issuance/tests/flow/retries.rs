//! Calls that nobody answers, and CAs that are busy.

use tabcert_issuance::Intent;
use tabcert_issuance::event::TransportError;
use tabcert_issuance::transcript::RequestKind::{
    Authorization, Finalize, NewAccount, NewNonce, NewOrder,
};
use tabcert_issuance::view::{Cause, Stage};

use crate::answers::{self, Answer};
use crate::conversation::{Conversation, LATENCY_MS};
use crate::points::Point;

const NAMES: &[&str] = &["a.example"];

fn busy() -> Answer {
    answers::problem(503, "serverInternal", "Service Unavailable")
}

#[test]
fn a_call_that_nobody_answers_is_sent_again_with_patience() {
    let mut talk = Conversation::at(Point::Registering, NAMES);
    let mut pauses = Vec::new();
    for _ in 0..3 {
        talk.lose(NewAccount, TransportError::TimedOut);
        assert!(talk.requests.is_empty());
        pauses.push(talk.tick());
        // The nonce may have been used: another is fetched.
        assert_eq!(talk.waiting(), [NewNonce]);
        talk.answer_nonces();
    }
    assert_eq!(pauses, [1_000, 2_000, 4_000]);
    talk.lose(NewAccount, TransportError::TimedOut);
    let detail = talk.failed().explanation.detail;
    assert_eq!(detail.as_deref(), Some("newAccount: no answer in time"));
    assert!(talk.timers.is_empty() && talk.requests.is_empty());
    talk.want(Intent::TryAgain);
    talk.go_to(Point::Issued);
}

#[test]
fn an_answer_that_is_too_large_is_not_asked_for_again() {
    let mut talk = Conversation::at(Point::Registering, NAMES);
    talk.lose(NewAccount, TransportError::TooLarge);
    assert!(talk.timers.is_empty());
    talk.failed();
}

/// RFC 9110 §10.2.3: seconds, or an HTTP date.
#[test]
fn a_busy_ca_is_left_alone_as_long_as_it_wants() {
    let cases: [(Answer, u64); 7] = [
        (busy(), 1_000),
        (busy().retry_after("7"), 7_000),
        (busy().retry_after("60"), 60_000),
        (busy().retry_after("soon"), 1_000),
        // A clock that runs behind ours, or a CA in a hurry: no reason to hammer.
        (busy().retry_after("0"), 1_000),
        (busy().retry_after("Sun, 06 Nov 1994 08:00:00 GMT"), 1_000),
        (
            answers::problem(429, "rateLimited", "slowly").retry_after("5"),
            5_000,
        ),
    ];
    for (answer, expected) in cases {
        let mut talk = Conversation::at(Point::Registering, NAMES);
        let header = answer.response.retry_after.clone();
        talk.answer(NewAccount, answer);
        assert_eq!(talk.stage(), Some(Stage::Registering));
        assert!(talk.requests.is_empty(), "it waits first");
        assert_eq!(talk.tick(), expected, "{header:?}");
        assert_eq!(talk.waiting(), [NewAccount]);
        talk.go_to(Point::Issued);
    }
    let mut talk = Conversation::at(Point::Registering, NAMES);
    talk.answer(
        NewAccount,
        busy().retry_after("Sun, 06 Nov 1994 08:49:37 GMT"),
    );
    talk.tick();
    assert_eq!(talk.now_ms, 784_111_777_000);
}

#[test]
fn a_ca_that_stays_busy_is_quoted() {
    let mut talk = Conversation::at(Point::Registering, NAMES);
    for _ in 0..3 {
        talk.answer(NewAccount, busy());
        talk.tick();
    }
    talk.answer(NewAccount, busy());
    let failed = talk.failed();
    assert_eq!(failed.cause, Cause::Refused);
    assert_eq!(
        failed.explanation.detail.as_deref(),
        Some("Service Unavailable")
    );
    talk.want(Intent::TryAgain);
    talk.go_to(Point::Issued);
}

/// The page of a balancer is nobody's answer to a request.
#[test]
fn the_source_of_a_page_is_never_shown() {
    let mut talk = Conversation::at(Point::Registering, NAMES);
    talk.insist(
        NewAccount,
        &answers::text(503, "<html>Service Unavailable</html>"),
    );
    assert_eq!(talk.failed().explanation.detail, None);
}

#[test]
fn long_waits_are_left_to_the_visitor() {
    let cases: [(Answer, Option<u64>); 3] = [
        (busy().retry_after("61"), Some(61_000)),
        (
            answers::problem(429, "rateLimited", "later").retry_after("86400"),
            Some(86_400_000),
        ),
        // "Paused": no time helps, the words say what does.
        (answers::problem(429, "rateLimited", "paused"), None),
    ];
    for (answer, wait_ms) in cases {
        let mut talk = Conversation::at(Point::Ordering, NAMES);
        talk.answer(NewOrder, answer);
        let expected = wait_ms.map(|wait| talk.now_ms + wait);
        assert_eq!(talk.failed().not_before_ms, expected);
        assert!(talk.timers.is_empty() && talk.requests.is_empty());
    }
}

/// RFC 8555 §6.2, §6.5: every attempt is signed anew, with a nonce of its own.
#[test]
fn every_attempt_is_signed_anew() {
    let mut talk = Conversation::at(Point::Finalizing, NAMES);
    let first = talk.take(Finalize);
    talk.reply(&first, busy());
    talk.tick();
    let second = talk.take(Finalize);
    assert_ne!(first.nonce(), second.nonce());
    assert_eq!(first.payload(), second.payload());
    assert_eq!(first.path, second.path);
}

#[test]
fn the_others_go_on_meanwhile() {
    let mut talk = Conversation::at(Point::Authorizing, &["a.example", "b.example"]);
    talk.answer_nonces();
    talk.answer(Authorization, busy());
    talk.answer(
        Authorization,
        answers::json(
            200,
            &answers::authorization((1, 1), "a.example", "pending", &["dns-01"]),
        ),
    );
    assert_eq!(talk.stage(), Some(Stage::Authorizing));
    talk.tick();
    talk.go_to(Point::Proving);
    assert_eq!(talk.proving().names.len(), 2);
}

#[test]
fn the_transcript_tells_second_attempts_from_ends() {
    let mut talk = Conversation::at(Point::Registering, NAMES);
    talk.answer(NewAccount, answers::bad_nonce());
    talk.answer(NewAccount, busy());
    talk.tick();
    talk.answer(NewAccount, answers::account("valid"));
    let transcript = talk.view().transcript;
    let outcomes = transcript.iter().filter(|it| it.kind == NewAccount);
    let told: Vec<_> = outcomes
        .map(|it| it.outcome.expect("answered"))
        .map(|it| (it.status, it.took_ms, it.retried))
        .collect();
    assert_eq!(
        told,
        [
            (Some(400), LATENCY_MS, true),
            (Some(503), LATENCY_MS, true),
            (Some(201), LATENCY_MS, false),
        ]
    );
}
