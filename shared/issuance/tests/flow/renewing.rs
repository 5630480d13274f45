//! Renewing: the same again, with a new key, at the account that is known.

use std::collections::BTreeMap;

use serde_json::json;
use tabcert_acme::renewal_info::CertId;
use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::Intent;
use tabcert_issuance::event::TransportError;
use tabcert_issuance::proof::Method;
use tabcert_issuance::saved::Saved;
use tabcert_issuance::transcript::RequestKind::{NewAccount, NewOrder};

use crate::answers::{self, Answer, CA};
use crate::conversation::Conversation;
use crate::fixtures::{application, certificate_key};
use crate::points::Point;

const NAMES: &[&str] = &["a.example", "b.example"];
/// RFC 9773 §4.1.
const OLD: &str = "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE";

fn renewal() -> Conversation {
    renewal_with(|saved| saved)
}

fn renewal_with(choose: impl FnOnce(Saved) -> Saved) -> Conversation {
    let mut talk = Conversation::new(NAMES, true);
    talk.ca.accounts_made = 1;
    let methods = BTreeMap::from([("b.example".to_owned(), Method::HttpFile)]);
    let mut saved = Saved::anew(application(NAMES), methods, CertId::parse(OLD).ok());
    saved.account_url = HttpsUrl::parse(&format!("{CA}/account/1")).ok();
    talk.stored = serde_json::to_string(&choose(saved)).ok();
    talk.kill();
    talk
}

#[test]
fn it_orders_at_once_and_says_what_is_replaced() {
    let mut talk = renewal();
    talk.go_to(Point::Ordering);
    assert_eq!(talk.count(NewAccount), 0, "the account is known");
    let asked = talk.take(NewOrder);
    assert_eq!(asked.payload()["replaces"], json!(OLD));
    let answer = talk.ca.answer(&asked);
    talk.reply(&asked, answer);
    talk.go_to(Point::Proving);
    let methods: Vec<_> = talk.proving().names.iter().map(|it| it.method).collect();
    assert_eq!(methods, [Method::Dns, Method::HttpFile], "as last time");
    talk.go_to(Point::Issued);
}

#[test]
fn proofs_that_are_still_valid_are_skipped() {
    let mut talk = renewal();
    talk.ca.proven.extend(NAMES.iter().map(ToString::to_string));
    talk.go_to(Point::Issued);
    assert_eq!(talk.ca.orders.len(), 1);
}

#[test]
fn a_ca_that_knows_no_predecessor_gets_an_order_without() {
    let refusals: [Answer; 4] = [
        answers::problem(409, "alreadyReplaced", "there is another"),
        answers::problem(404, "malformed", "no such certificate"),
        answers::problem(403, "unauthorized", "cannot replace what is not yours"),
        answers::problem(400, "malformed", "the \"replaces\" field is odd"),
    ];
    for refusal in refusals {
        let mut talk = renewal();
        talk.go_to(Point::Ordering);
        talk.answer(NewOrder, refusal);
        let asked = talk.take(NewOrder);
        assert_eq!(asked.payload().get("replaces"), None);
        let answer = talk.ca.answer(&asked);
        talk.reply(&asked, answer);
        talk.go_to(Point::Issued);
    }
}

/// What has nothing to do with the predecessor is not mended by leaving it out.
#[test]
fn other_refusals_are_the_visitors_to_read() {
    let refusals: [Answer; 6] = [
        answers::problem(429, "rateLimited", "too many"),
        answers::problem(404, "malformed", "no such resource"),
        answers::problem(409, "malformed", "another order is open"),
        answers::problem(400, "rejectedIdentifier", "replace the underscore"),
        answers::problem(403, "unauthorized", "not you"),
        answers::problem(
            400,
            "malformed",
            "the certificate would have too many names",
        ),
    ];
    for refusal in refusals {
        let mut talk = renewal();
        talk.go_to(Point::Ordering);
        talk.answer(NewOrder, refusal.clone());
        talk.failed();
        assert_eq!(talk.count(NewOrder), 1, "{refusal:?}");
        talk.want(Intent::TryAgain);
        let asked = talk.take(NewOrder);
        assert_eq!(asked.payload()["replaces"], json!(OLD), "{refusal:?}");
    }
}

/// The order whose answer was lost has replaced it, and counts as a renewal (RFC 9773 §5): it is
/// looked for before another is made that would not.
#[test]
fn an_order_that_was_lost_is_not_ordered_as_new() {
    let mut talk = renewal();
    talk.go_to(Point::Ordering);
    let lost = talk.take(NewOrder);
    talk.reply_nothing(&lost, TransportError::TimedOut);
    // It arrives late: after the look, and before the next.
    while talk.count(NewOrder) < 2 {
        talk.step();
    }
    talk.ca.answer(&lost);
    let refusal = answers::problem(409, "alreadyReplaced", "there is another");
    talk.answer(NewOrder, refusal);
    talk.go_to(Point::Issued);
    assert_eq!((talk.count(NewOrder), talk.ca.orders.len()), (2, 1));
}

#[test]
fn the_same_key_is_taken_where_it_is_wanted() {
    let mut talk = renewal_with(|saved| saved.with_key(certificate_key(7)));
    talk.go_to(Point::Issued);
    let delivery = talk.delivery();
    assert_eq!(delivery.key, Some(certificate_key(7)));
    assert_eq!(delivery.csr_der, b"key-7 for a.example b.example");
}

/// Its key is with the visitor: nothing is made here, in this tab or the next.
#[test]
fn a_request_of_the_visitors_is_handed_in_as_it_is() {
    let request = b"somebody's key for a.example b.example".to_vec();
    let mut talk = renewal_with(|saved| saved.with_request(request.clone()));
    talk.go_to(Point::Proving);
    talk.kill();
    talk.go_to(Point::Issued);
    assert!(talk.csr_tasks.is_empty());
    let delivery = talk.delivery();
    assert_eq!((delivery.key, delivery.csr_der), (None, request));
    assert!(!talk.issued().has_key);
    talk.kill();
    talk.go_to(Point::Issued);
    assert!(!talk.issued().has_key);
}

#[test]
fn names_of_a_request_of_the_visitors_are_not_left_out() {
    let request = b"somebody's key for a.example b.example".to_vec();
    let mut talk = renewal_with(|saved| saved.with_request(request.clone()));
    talk.go_to(Point::Ordering);
    let refused = answers::problem(403, "rejectedIdentifier", "not b.example");
    talk.answer(NewOrder, refused);
    assert!(talk.failed().names_are_fixed);
    let without = Intent::TryAgainWithout(vec!["b.example".to_owned()]);
    assert_eq!(talk.want(without), 0);
    talk.want(Intent::TryAgain);
    talk.go_to(Point::Issued);
    assert_eq!(talk.delivery().csr_der, request);
}
