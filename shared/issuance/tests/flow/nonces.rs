//! Nonces: one for each call in flight, each used once, the one of a refusal used at once.

use tabcert_issuance::Intent;
use tabcert_issuance::event::TransportError;
use tabcert_issuance::transcript::RequestKind::{
    self, Authorization, Challenge, Finalize, NewAccount, NewNonce, NewOrder,
};
use tabcert_issuance::view::{Phase, Stage};

use crate::answers;
use crate::conversation::Conversation;
use crate::points::Point;

const NAMES: &[&str] = &["a.example"];
const THREE: &[&str] = &["a.example", "b.example", "c.example"];

fn nonce_of(talk: &Conversation, kind: RequestKind) -> String {
    let asked = talk.requests.iter().find(|asked| asked.kind == kind);
    let nonce = asked.and_then(|asked| asked.nonce());
    nonce.expect("a signed request").to_owned()
}

#[test]
fn one_new_nonce_for_each_call_in_flight_beyond_the_first() {
    for (names, expected) in [(1, 0), (2, 1), (7, 6), (8, 7), (9, 7), (30, 7)] {
        let names: Vec<_> = (0..names).map(|it| format!("n{it}.example")).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let talk = Conversation::at(Point::Ordering, &names);
        let waiting = talk.waiting().into_iter();
        let beyond = waiting.filter(|kind| *kind == NewNonce).count();
        assert_eq!(beyond, expected, "{} names", names.len());
    }
}

/// RFC 8555 §6.5: "On receiving such an error response, a client SHOULD retry the request using the
/// new nonce."
#[test]
fn a_refused_nonce_is_replaced_by_the_one_of_the_refusal() {
    let mut talk = Conversation::at(Point::Starting, THREE);
    for _ in 0..5 {
        let refused = nonce_of(&talk, Challenge);
        let fresh = talk.answer(Challenge, answers::bad_nonce());
        let again = talk.requests.last().and_then(|asked| asked.nonce());
        assert_eq!(again, fresh.as_deref());
        assert_ne!(again, Some(refused.as_str()));
        assert!(talk.timers.is_empty(), "at once");
    }
    let new_nonces = talk.count(NewNonce);
    talk.go_to(Point::Issued);
    assert_eq!(talk.count(NewNonce), new_nonces);
}

#[test]
fn a_refusal_without_a_nonce_makes_one_be_fetched() {
    let mut talk = Conversation::at(Point::Registering, NAMES);
    talk.answer(NewAccount, answers::bad_nonce().without_nonce());
    assert_eq!(talk.waiting(), [NewNonce]);
    let fresh = talk.answer(NewNonce, answers::text(200, ""));
    assert_eq!(Some(nonce_of(&talk, NewAccount)), fresh);
    talk.go_to(Point::Issued);
}

#[test]
fn after_ten_refused_nonces_it_goes_on_with_pauses() {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    for _ in 0..10 {
        talk.answer(NewOrder, answers::bad_nonce());
        assert_eq!(talk.stage(), Some(Stage::Ordering));
        assert_eq!(talk.timers.len(), 0);
    }
    let waited_ms = talk.insist(NewOrder, &answers::bad_nonce());
    assert_eq!((talk.count(NewOrder), waited_ms), (14, 7_000));
    let explanation = talk.failed().explanation;
    assert!(explanation.sentence.contains("nonces"));
    talk.want(Intent::TryAgain);
    talk.go_to(Point::Issued);
}

#[test]
fn refused_nonces_do_not_use_up_the_attempts_of_a_busy_ca() {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    for _ in 0..3 {
        for _ in 0..3 {
            talk.answer(NewOrder, answers::bad_nonce());
        }
        talk.answer(NewOrder, answers::text(503, "busy"));
        talk.tick();
    }
    talk.go_to(Point::Issued);
}

/// RFC 8555 §6.5.1: "Clients MUST ignore invalid Replay-Nonce values."
#[test]
fn an_answer_without_a_usable_nonce_makes_one_be_fetched() {
    for unusable in [None, Some(""), Some("not base64url!")] {
        let mut talk = Conversation::at(Point::Finalizing, NAMES);
        let finalize = talk.take(Finalize);
        let mut answer = talk.ca.answer(&finalize).without_nonce();
        answer.response.replay_nonce = unusable.map(str::to_owned);
        talk.reply(&finalize, answer);
        assert_eq!(talk.waiting(), [NewNonce], "{unusable:?}");
        talk.go_to(Point::Issued);
    }
}

#[test]
fn a_nonce_that_never_comes_fails_the_call_that_waits_for_it() {
    let mut talk = Conversation::at(Point::Registering, NAMES);
    talk.answer(NewAccount, answers::bad_nonce().without_nonce());
    for _ in 0..3 {
        talk.lose(NewNonce, TransportError::TimedOut);
        talk.tick();
    }
    talk.lose(NewNonce, TransportError::TimedOut);
    let detail = talk.failed().explanation.detail;
    assert_eq!(detail.as_deref(), Some("newNonce: no answer in time"));
    assert!(talk.requests.is_empty() && talk.timers.is_empty());
    talk.want(Intent::TryAgain);
    talk.go_to(Point::Issued);
}

#[test]
fn a_new_nonce_without_a_nonce_is_not_asked_for_for_ever() {
    let mut talk = Conversation::at(Point::Registering, NAMES);
    talk.answer(NewAccount, answers::bad_nonce().without_nonce());
    talk.insist(NewNonce, &answers::text(200, "").without_nonce());
    assert_eq!(
        talk.count(NewNonce),
        3,
        "the first, then by HEAD and by GET"
    );
    let detail = talk.failed().explanation.detail.expect("a detail");
    assert!(detail.contains("Replay-Nonce"), "{detail}");
    assert!(talk.requests.is_empty());
}

/// Nonces are fetched ahead so that calls need not wait; where none are to be had, the calls share
/// those that there are.
#[test]
fn a_ca_that_gives_few_nonces_is_asked_one_thing_at_a_time() {
    let refusals = [
        (answers::problem(429, "rateLimited", "too many nonces"), 2),
        // By HEAD, and by GET.
        (answers::problem(403, "unauthorized", "no"), 4),
        (answers::text(200, ""), 4),
    ];
    for (refusal, expected) in refusals {
        let refusal = refusal.without_nonce();
        let mut talk = Conversation::at(Point::Ordering, THREE);
        let mut refused = 0;
        while !matches!(talk.phase(), Phase::Issued(_)) {
            if talk.waiting().contains(&NewNonce) {
                talk.answer(NewNonce, refusal.clone());
                refused += 1;
            } else {
                talk.step();
            }
        }
        assert_eq!(refused, expected, "those that were on their way");
        assert_eq!(talk.count(Authorization), THREE.len());
    }
}

#[test]
fn nonces_outlive_a_failure() {
    let mut talk = Conversation::at(Point::Authorizing, THREE);
    talk.answer_nonces();
    talk.answer(Authorization, answers::problem(403, "unauthorized", "gone"));
    talk.failed();
    for _ in 0..2 {
        let late = talk.take(Authorization);
        let answer = talk.ca.answer(&late);
        talk.reply(&late, answer);
    }
    let before = talk.count(NewNonce);
    talk.want(Intent::TryAgain);
    talk.go_to(Point::Issued);
    assert_eq!(talk.count(NewNonce), before, "there are three already");
}
