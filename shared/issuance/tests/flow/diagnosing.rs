//! What the CA says about the names that it was not convinced of.

use tabcert_issuance::Intent;
use tabcert_issuance::transcript::RequestKind::{Authorization, Order};
use tabcert_issuance::view::Phase;

use crate::answers;
use crate::conversation::Conversation;
use crate::points::Point;

const NAMES: &[&str] = &["a.example", "*.b.example", "c.example"];

#[test]
fn names_the_name_with_the_words_of_the_ca() {
    let mut talk = Conversation::at(Point::Starting, NAMES);
    let words = "Incorrect TXT record \"x\" found at _acme-challenge.b.example";
    talk.ca
        .failing
        .insert("*.b.example".to_owned(), words.to_owned());
    talk.go_to(Point::Diagnosing);
    let Phase::Working(work) = talk.phase() else {
        panic!("at work");
    };
    assert_eq!(work.progress, Some((0, NAMES.len())));
    talk.go_to(Point::Failed);
    let failed = talk.failed();
    assert!(failed.explanation.sentence.contains("*.b.example"));
    assert_eq!(failed.names.len(), 1);
    assert_eq!(failed.names[0].name, "*.b.example");
    assert_eq!(failed.names[0].explanation.detail.as_deref(), Some(words));
}

#[test]
fn names_all_that_failed_in_a_steady_order() {
    let mut talk = Conversation::at(Point::Starting, NAMES);
    for name in ["c.example", "a.example"] {
        talk.ca
            .failing
            .insert(name.to_owned(), format!("no {name}"));
    }
    talk.go_to(Point::Diagnosing);
    while let Some(asked) = talk.requests.pop() {
        let answer = talk.ca.answer(&asked);
        talk.reply(&asked, answer);
    }
    let names: Vec<_> = talk.failed().names.into_iter().map(|it| it.name).collect();
    assert_eq!(names, ["a.example", "c.example"]);
}

#[test]
fn where_no_name_is_blamed_the_order_speaks() {
    let mut talk = Conversation::at(Point::Looking, NAMES);
    let error = answers::problem_json("serverInternal", "the database is on fire");
    talk.answer(Order, answers::invalid_order(1, NAMES.len(), error));
    talk.go_to(Point::Failed);
    let detail = talk.failed().explanation.detail;
    assert_eq!(detail.as_deref(), Some("the database is on fire"));
    assert!(talk.failed().names.is_empty());
}

#[test]
fn one_that_cannot_be_read_does_not_hide_the_others() {
    for answer in [
        answers::text(200, "?"),
        answers::problem(404, "malformed", "gone"),
    ] {
        let mut talk = Conversation::at(Point::Diagnosing, NAMES);
        let unreadable = talk.requests.iter().position(|it| it.path.ends_with("/0"));
        let asked = talk.requests.remove(unreadable.expect("asked"));
        talk.reply(&asked, answer);
        talk.go_to(Point::Failed);
        assert_eq!(talk.failed().names[0].name, "a.example");
    }
}

#[test]
fn a_name_that_is_proven_is_not_blamed_for_an_earlier_error() {
    let mut talk = Conversation::at(Point::Looking, &["a.example"]);
    let error = answers::problem_json("serverInternal", "signer is away");
    talk.answer(Order, answers::invalid_order(1, 1, error));
    let mut proven = answers::authorization((1, 0), "a.example", "valid", &["dns-01"]);
    proven["challenges"][0]["error"] = answers::problem_json("dns", "timed out, trying again");
    talk.answer(Authorization, answers::json(200, &proven));
    let failed = talk.failed();
    assert!(failed.names.is_empty());
    assert_eq!(failed.explanation.detail.as_deref(), Some("signer is away"));
}

/// The authorization is dead, the others are not: a new order keeps key and proofs.
#[test]
fn one_click_orders_again_and_keeps_what_is_proven() {
    let mut talk = Conversation::at(Point::Starting, NAMES);
    talk.ca
        .failing
        .insert("c.example".to_owned(), "not found".to_owned());
    talk.go_to(Point::Failed);
    talk.ca.failing.clear();
    talk.want(Intent::TryAgain);
    talk.go_to(Point::Proving);
    let names: Vec<_> = talk.proving().names.into_iter().map(|it| it.name).collect();
    assert_eq!(names, ["c.example"]);
    assert_eq!(talk.proving().records[0].values.len(), 1);
    talk.go_to(Point::Issued);
    assert_eq!(
        talk.delivery().key.as_ref().expect("a key").pkcs8_der(),
        b"key-1"
    );
}
