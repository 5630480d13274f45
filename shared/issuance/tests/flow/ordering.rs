//! Making the order.

use serde_json::json;
use tabcert_issuance::Intent;
use tabcert_issuance::transcript::RequestKind::{Authorization, Challenge, Finalize, NewOrder};
use tabcert_issuance::view::{OrderStanding, Stage};

use crate::answers::{self, Answer};
use crate::conversation::Conversation;
use crate::points::Point;

const NAMES: &[&str] = &["example.org", "*.example.org"];

#[test]
fn orders_all_names_and_reads_what_has_to_be_proven() {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    let order = talk.take(NewOrder);
    let identifiers = json!([
        {"type": "dns", "value": "example.org"},
        {"type": "dns", "value": "*.example.org"},
    ]);
    assert_eq!(order.payload(), &json!({"identifiers": identifiers}));
    talk.reply(&order, answers::order(1, "pending", 2));
    assert_eq!(talk.stage(), Some(Stage::Authorizing));
    assert_eq!(talk.count(Authorization), 1, "the other waits for a nonce");
}

/// RFC 8555 §7.1.6: the order is ready where all authorizations are valid from before.
#[test]
fn an_order_that_is_ready_is_finalized_at_once() {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    talk.ca.proven.extend(NAMES.iter().map(ToString::to_string));
    talk.go_to(Point::Finalizing);
    assert_eq!(talk.count(Authorization) + talk.count(Challenge), 0);
    talk.go_to(Point::Issued);
}

#[test]
fn what_is_no_usable_order_is_told_and_asked_for_again() {
    let error = answers::problem_json("caa", "forbidden");
    let cases: [(&str, Answer); 4] = [
        (
            "forbidden",
            answers::invalid_order(1, 2, error).location("https://ca.example/order/1"),
        ),
        ("1000 authorizations", answers::order(1, "pending", 1000)),
        ("too many", answers::problem(429, "rateLimited", "too many")),
        (
            "no such",
            answers::problem(400, "unsupportedIdentifier", "no such"),
        ),
    ];
    for (words, answer) in cases {
        let mut talk = Conversation::at(Point::Ordering, NAMES);
        talk.insist(NewOrder, &answer);
        let detail = talk.failed().explanation.detail.expect("a detail");
        assert!(detail.contains(words), "{detail}");
        assert_eq!(talk.count(Authorization) + talk.count(Finalize), 0);
        // One that was made is left by the visitor alone.
        let again = match talk.failed().order {
            OrderStanding::None => Intent::TryAgain,
            OrderStanding::Open | OrderStanding::Issued => Intent::OrderAnew,
        };
        talk.want(again);
        talk.go_to(Point::Issued);
        assert_eq!(talk.count(NewOrder), 2);
    }
}

/// What names the order is `Location`, which may be relative (RFC 9110 §10.2.2); the rest can be read
/// there.
#[test]
fn an_order_is_used_though_the_answer_beside_its_location_is_unreadable() {
    for body in ["", "{}", "{\"status\":\"pend"] {
        for location in ["https://ca.example/order/1", "/order/1", "order/1"] {
            let mut talk = Conversation::at(Point::Ordering, NAMES);
            let asked = talk.take(NewOrder);
            talk.ca.answer(&asked);
            talk.reply(&asked, answers::text(201, body).location(location));
            talk.go_to(Point::Issued);
            assert_eq!(talk.count(NewOrder), 1, "{body}");
        }
    }
}

/// Where all is proven from before, nothing but where to finalize is needed; an answer without that is
/// followed by another look.
#[test]
fn a_ready_order_needs_no_list_of_authorizations() {
    for odd in [json!(null), json!(""), json!({})] {
        for spoil in ["authorizations", "identifiers", "expires", "finalize"] {
            let mut talk = Conversation::at(Point::Ordering, NAMES);
            talk.ca.proven.extend(NAMES.iter().map(ToString::to_string));
            let asked = talk.take(NewOrder);
            let mut answer = talk.ca.answer(&asked);
            let mut body: serde_json::Value =
                serde_json::from_slice(&answer.response.body).expect("JSON");
            body[spoil] = odd.clone();
            answer.response.body = body.to_string().into_bytes();
            talk.reply(&asked, answer);
            talk.go_to(Point::Issued);
            assert_eq!(talk.count(NewOrder), 1, "{spoil}");
        }
    }
}

#[test]
fn a_rate_limit_says_when_to_come_back() {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    let words = "too many certificates, retry after 1994-11-06 09:49:00 UTC";
    let refusal = answers::problem(429, "rateLimited", words).retry_after("3600");
    talk.answer(
        NewOrder,
        refusal.link("<https://ca.example/limits>;rel=\"help\""),
    );
    let failed = talk.failed();
    assert_eq!(failed.not_before_ms, Some(talk.now_ms + 3_600_000));
    assert_eq!(failed.explanation.detail.as_deref(), Some(words));
    let help = failed.explanation.link;
    assert_eq!(help.as_deref(), Some("https://ca.example/limits"));
}

#[test]
fn refused_names_are_named() {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    talk.answer(NewOrder, answers::rejected(&["*.example.org"]));
    let failed = talk.failed();
    assert_eq!(failed.names.len(), 1);
    assert_eq!(failed.names[0].name, "*.example.org");
    let detail = failed.names[0].explanation.detail.as_deref();
    assert_eq!(detail, Some("not *.example.org"));
}
