//! After a failure there is a way on, and nothing is made twice.

use tabcert_issuance::event::TransportError;
use tabcert_issuance::transcript::RequestKind::{Authorization, NewAccount, NewOrder, Order};
use tabcert_issuance::view::Stage;
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
    assert_eq!(talk.issued().csr_der, b"key-1 for a.example b.example");
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
    assert_eq!(talk.issued().csr_der, b"key-1 for a.example");
}

#[test]
fn a_connection_that_is_gone_comes_back() {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    for _ in 0..4 {
        talk.lose(NewOrder, TransportError::TimedOut);
        if !talk.timers.is_empty() {
            talk.tick();
            talk.answer_nonces();
        }
    }
    let detail = talk.failed().explanation.detail;
    assert_eq!(detail.as_deref(), Some("newOrder: no answer in time"));
    talk.want(Intent::TryAgain);
    talk.go_to(Point::Issued);
}

/// Answers to requests of an order that was given up bring a nonce and nothing else.
#[test]
fn late_answers_of_an_abandoned_order_are_ignored() {
    let mut talk = Conversation::at(Point::Authorizing, NAMES);
    talk.answer_nonces();
    let late = talk.take(Authorization);
    let gone = answers::problem(404, "malformed", "gone");
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

#[test]
fn timers_of_an_abandoned_order_are_ignored() {
    let mut talk = Conversation::at(Point::AwaitingLook, NAMES);
    let (timer, _) = talk.timers[0];
    talk.want(Intent::AskNow);
    talk.answer(Order, answers::text(200, "?"));
    talk.failed();
    assert_eq!(talk.event(Event::TimerFired(timer)), 0);
    talk.ca.proven.clear();
    talk.want(Intent::TryAgain);
    talk.go_to(Point::Authorizing);
    assert_eq!(talk.event(Event::TimerFired(timer)), 0);
    assert_eq!(talk.stage(), Some(Stage::Authorizing));
}
