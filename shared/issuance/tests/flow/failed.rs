//! After a failure there is a way on, and nothing is made twice.

use tabcert_issuance::event::{KeyError, TransportError};
use tabcert_issuance::transcript::RequestKind::{
    Account, Authorization, NewAccount, NewOrder, Order,
};
use tabcert_issuance::view::{Phase, Stage};
use tabcert_issuance::{Event, Intent};

use crate::answers;
use crate::conversation::Conversation;
use crate::points::Point;

const NAMES: &[&str] = &["a.example", "b.example"];

fn without(names: &[&str]) -> Intent {
    Intent::TryAgainWithout(names.iter().map(ToString::to_string).collect())
}

fn refused_at_order() -> Conversation {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    talk.answer(NewOrder, answers::rejected(&["b.example"]));
    talk
}

#[test]
fn trying_again_keeps_account_key_and_csr() {
    let mut talk = refused_at_order();
    talk.want(Intent::TryAgain);
    assert_eq!(talk.count(NewAccount), 1);
    assert!(talk.csr_tasks.is_empty(), "the CSR is for the same names");
    talk.go_to(Point::Issued);
    assert_eq!(talk.delivery().csr_der, b"key-1 for a.example b.example");
}

#[test]
fn leaving_names_out_keeps_account_and_key() {
    let mut talk = refused_at_order();
    talk.want(without(&["b.example"]));
    assert_eq!(talk.count(NewAccount), 1);
    let key = talk.csr_tasks[0].key.as_ref().expect("the key is kept");
    assert_eq!(key.pkcs8_der(), b"key-1");
    let order = talk.take(NewOrder);
    let identifiers = serde_json::json!([{"type": "dns", "value": "a.example"}]);
    assert_eq!(order.payload()["identifiers"], identifiers);
    let answer = talk.ca.answer(&order);
    talk.reply(&order, answer);
    talk.go_to(Point::Issued);
    assert_eq!(talk.delivery().csr_der, b"key-1 for a.example");
}

#[test]
fn leaving_out_what_is_not_there_changes_nothing() {
    let mut talk = refused_at_order();
    talk.want(without(&["c.example"]));
    assert!(talk.csr_tasks.is_empty());
    talk.go_to(Point::Issued);
    assert_eq!(talk.delivery().csr_der, b"key-1 for a.example b.example");
}

#[test]
fn leaving_all_names_out_is_no_wish_at_all() {
    let mut talk = refused_at_order();
    assert_eq!(talk.want(without(NAMES)), 0);
    assert!(matches!(talk.phase(), Phase::Failed(_)));
    talk.want(Intent::TryAgain);
    let order = talk.take(NewOrder);
    let asked = order.payload()["identifiers"].as_array().map(Vec::len);
    assert_eq!(asked, Some(NAMES.len()));
}

/// A key that takes long is not made twice, and a CSR for other names is not handed in.
#[test]
fn names_left_out_while_the_key_is_made() {
    let mut talk = Conversation::at(Point::Connected, NAMES);
    talk.slow_key = true;
    talk.step();
    talk.step();
    talk.answer(NewOrder, answers::rejected(&["b.example"]));
    talk.want(without(&["b.example"]));
    assert_eq!(talk.csr_tasks.len(), 1, "the one that was begun");
    talk.make_csr();
    assert_eq!(talk.csr_tasks.len(), 1, "a CSR for the names that are left");
    let key = talk.csr_tasks[0]
        .key
        .as_ref()
        .expect("the key that was made");
    assert_eq!(key.pkcs8_der(), b"key-1");
    talk.slow_key = false;
    talk.go_to(Point::Issued);
    assert_eq!(talk.delivery().csr_der, b"key-1 for a.example");
}

/// A CA that lost the account (a test CA that was started anew) gets it again.
#[test]
fn an_account_that_the_ca_does_not_know_is_made_again() {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    let lost = answers::problem(400, "accountDoesNotExist", "who are you?");
    talk.answer(NewOrder, lost);
    talk.failed();
    talk.want(Intent::TryAgain);
    assert_eq!(talk.count(NewAccount), 2);
    talk.go_to(Point::Issued);
    assert_eq!(talk.count(NewOrder), 2);
}

/// What is shown is what stopped the order, not what came after.
#[test]
fn a_key_that_fails_later_does_not_hide_the_words_of_the_ca() {
    let mut talk = Conversation::at(Point::Connected, NAMES);
    talk.slow_key = true;
    talk.step();
    talk.step();
    talk.answer(NewOrder, answers::rejected(&["b.example"]));
    talk.csr_tasks.clear();
    let error = KeyError("out of memory".to_owned());
    talk.event(Event::CsrPrepared(Err(error)));
    assert_eq!(talk.failed().names[0].name, "b.example");
    talk.want(Intent::TryAgain);
    assert_eq!(talk.csr_tasks.len(), 1);
    talk.slow_key = false;
    talk.go_to(Point::Issued);
}

#[test]
fn a_connection_that_is_gone_comes_back() {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    talk.lose(NewOrder, TransportError::TimedOut);
    talk.lose_always(Account, &TransportError::TimedOut);
    assert_eq!((talk.count(NewOrder), talk.count(Account)), (1, 4));
    talk.want(Intent::TryAgain);
    talk.go_to(Point::Issued);
}

/// Answers to requests of an order that was given up bring a nonce and nothing else.
#[test]
fn late_answers_of_an_abandoned_order_are_ignored() {
    let mut talk = Conversation::at(Point::Authorizing, NAMES);
    talk.answer_nonces();
    let late = talk.take(Authorization);
    let gone = answers::problem(403, "unauthorized", "gone");
    talk.answer(Authorization, gone);
    talk.failed();
    talk.want(Intent::TryAgain);
    talk.go_to(Point::Authorizing);
    let before = format!("{:?}", talk.phase());
    let answer = talk.ca.answer(&late);
    talk.reply(&late, answer);
    assert_eq!(format!("{:?}", talk.phase()), before);
    talk.go_to(Point::Issued);
}

/// The same, where the late answer is a refusal: what was given up is not asked again.
#[test]
fn late_refusals_of_an_abandoned_order_are_ignored() {
    let refusals = [
        answers::bad_nonce(),
        answers::text(503, "busy"),
        answers::problem(400, "malformed", "no"),
    ];
    for refusal in refusals {
        let mut talk = Conversation::at(Point::Authorizing, NAMES);
        talk.answer_nonces();
        let late = talk.take(Authorization);
        talk.answer(Authorization, answers::problem(403, "unauthorized", "gone"));
        let (phase, asked) = (format!("{:?}", talk.phase()), talk.asked.len());
        talk.reply(&late, refusal);
        assert_eq!(format!("{:?}", talk.phase()), phase);
        assert_eq!((talk.asked.len(), talk.timers.len()), (asked, 0));
        let outcomes = talk
            .view()
            .transcript
            .into_iter()
            .filter_map(|it| it.outcome);
        assert_eq!(outcomes.filter(|outcome| outcome.retried).count(), 0);
    }
}

#[test]
fn timers_of_an_abandoned_order_are_ignored() {
    let mut talk = Conversation::at(Point::AwaitingLook, NAMES);
    let (timer, _) = talk.timers[0];
    talk.want(Intent::AskNow);
    talk.answer(Order, answers::problem(403, "unauthorized", "no"));
    talk.failed();
    assert_eq!(talk.event(Event::TimerFired(timer)), 0);
    talk.ca.proven.clear();
    talk.want(Intent::OrderAnew);
    talk.go_to(Point::Authorizing);
    assert_eq!(talk.event(Event::TimerFired(timer)), 0);
    assert_eq!(talk.stage(), Some(Stage::Authorizing));
}
