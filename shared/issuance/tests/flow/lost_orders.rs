//! newOrder whose answer is lost: the order is looked for, and made once.

use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::Intent;
use tabcert_issuance::event::TransportError;
use tabcert_issuance::transcript::RequestKind::{self, Account, NewOrder, Orders};

use crate::answers::{self, Answer, CA};
use crate::conversation::Conversation;
use crate::points::Point;

const NAMES: &[&str] = &["a.example", "b.example"];

/// An answer that says nothing of an order that was made.
type Lost = Result<Answer, TransportError>;

fn losses() -> Vec<Lost> {
    vec![
        Err(TransportError::TimedOut),
        Err(TransportError::Network("gone".to_owned())),
        Err(TransportError::Edge("Network connection lost.".to_owned())),
        Ok(answers::text(502, "<html>Bad Gateway</html>")),
        Ok(answers::text(504, "<html>Gateway Time-out</html>")),
        Ok(answers::problem(500, "serverInternal", "oh")),
        Ok(answers::text(408, "")),
        Ok(answers::text(200, "<html>Sign in</html>")),
        Ok(answers::text(201, "{\"status\":\"pen")),
    ]
}

/// The CA does what is asked, where it gets it, and its answer is lost.
fn lose_order(talk: &mut Conversation, arrives: bool, lost: &Lost) {
    let asked = talk.take(NewOrder);
    if arrives {
        talk.ca.answer(&asked);
    }
    match lost {
        Ok(answer) => {
            talk.reply(&asked, answer.clone());
        }
        Err(error) => talk.reply_nothing(&asked, error.clone()),
    }
}

#[test]
fn an_order_that_was_made_is_found_in_the_list() {
    for lost in losses() {
        let mut talk = Conversation::at(Point::Ordering, NAMES);
        lose_order(&mut talk, true, &lost);
        talk.go_to(Point::Issued);
        assert_eq!(
            (talk.count(NewOrder), talk.ca.orders.len()),
            (1, 1),
            "{lost:?}"
        );
    }
}

#[test]
fn an_order_that_never_arrived_is_sent_once_more() {
    for lost in losses() {
        let mut talk = Conversation::at(Point::Ordering, NAMES);
        lose_order(&mut talk, false, &lost);
        talk.go_to(Point::Issued);
        assert_eq!(
            (talk.count(NewOrder), talk.ca.orders.len()),
            (2, 1),
            "{lost:?}"
        );
    }
}

/// One more for each answer that is lost, and not for ever.
#[test]
fn a_ca_without_lists_gets_one_more_order_for_each_lost_answer() {
    for lost in losses() {
        for times in 1..=3 {
            let mut talk = Conversation::at(Point::Ordering, NAMES);
            talk.ca.orders_per_page = None;
            for _ in 0..times {
                talk.go_to(Point::Ordering);
                while !talk.waiting().contains(&NewOrder) {
                    talk.step();
                }
                lose_order(&mut talk, true, &lost);
            }
            talk.go_to(Point::Issued);
            assert_eq!(talk.count(NewOrder), times + 1, "{lost:?}");
        }
        let mut talk = Conversation::at(Point::Ordering, NAMES);
        talk.ca.orders_per_page = None;
        while !matches!(talk.phase(), tabcert_issuance::view::Phase::Failed(_)) {
            if talk.waiting().contains(&NewOrder) {
                lose_order(&mut talk, true, &lost);
            } else {
                talk.step();
            }
        }
        assert_eq!(talk.count(NewOrder), 4, "{lost:?}");
    }
}

/// What fails in passing does not say that the order is not there.
#[test]
fn a_look_that_fails_in_passing_is_repeated() {
    for kind in [Account, Orders, RequestKind::Order] {
        let mut talk = Conversation::at(Point::Ordering, NAMES);
        lose_order(&mut talk, true, &Err(TransportError::TimedOut));
        while !talk.waiting().contains(&kind) {
            talk.step();
        }
        talk.answer(kind, answers::text(503, "busy"));
        talk.go_to(Point::Issued);
        assert_eq!(talk.count(NewOrder), 1, "{kind:?}");
    }
}

#[test]
fn where_the_ca_cannot_be_asked_the_visitor_decides_when_to_look_again() {
    for kind in [Account, Orders, RequestKind::Order] {
        let mut talk = Conversation::at(Point::Ordering, NAMES);
        lose_order(&mut talk, true, &Err(TransportError::TimedOut));
        talk.lose_always(kind, &TransportError::TimedOut);
        assert_eq!(talk.count(NewOrder), 1, "{kind:?}");
        talk.want(Intent::TryAgain);
        talk.go_to(Point::Issued);
        assert_eq!(
            (talk.count(NewOrder), talk.ca.orders.len()),
            (1, 1),
            "{kind:?}"
        );
    }
}

#[test]
fn a_list_that_stays_unreadable_is_none() {
    let refusals = [
        answers::text(404, "<html>Not Found</html>"),
        answers::problem(405, "malformed", "no"),
        answers::text(501, ""),
        answers::text(200, "[]"),
    ];
    for refusal in refusals {
        let mut talk = Conversation::at(Point::Ordering, NAMES);
        lose_order(&mut talk, true, &Err(TransportError::TimedOut));
        let mut looked = 0;
        while talk.count(NewOrder) < 2 {
            if talk.waiting().contains(&Orders) {
                talk.answer(Orders, refusal.clone());
                looked += 1;
            } else {
                talk.step();
            }
        }
        assert!(looked <= 4);
        talk.go_to(Point::Issued);
        assert_eq!(talk.count(NewOrder), 2);
    }
}

/// The order may have been made: what is too large once is too large again.
#[test]
fn an_answer_that_is_too_large_is_followed_by_no_other_order() {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    lose_order(&mut talk, true, &Err(TransportError::TooLarge));
    talk.go_to(Point::Issued);
    assert_eq!(talk.count(NewOrder), 1);

    let mut talk = Conversation::at(Point::Ordering, NAMES);
    talk.ca.orders_per_page = None;
    lose_order(&mut talk, true, &Err(TransportError::TooLarge));
    talk.go_to(Point::Failed);
    assert_eq!(talk.count(NewOrder), 1);
}

/// RFC 8555 §7.4: the answer to newOrder has the order's URL in `Location`; the rest can be read there.
#[test]
fn a_location_is_taken_whatever_is_beside_it() {
    for body in [
        "",
        "{\"status\":\"pen",
        "{\"status\":\"pending\",\"certificate\":\"\"}",
    ] {
        let mut talk = Conversation::at(Point::Ordering, NAMES);
        let asked = talk.take(NewOrder);
        talk.ca.answer(&asked);
        let answer = answers::text(201, body).location(&format!("{CA}/order/1"));
        talk.reply(&asked, answer);
        talk.go_to(Point::Issued);
        assert_eq!(
            (talk.count(NewOrder), talk.ca.orders.len()),
            (1, 1),
            "{body}"
        );
    }
}

#[test]
fn an_order_of_another_issuance_is_left_alone() {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    let asked = talk.take(NewOrder);
    talk.ca.answer(&asked);
    talk.other_orders = HttpsUrl::parse(&format!("{CA}/order/1"))
        .into_iter()
        .collect();
    talk.kill();
    talk.go_to(Point::Issued);
    assert_eq!(talk.ca.orders.len(), 2);
    assert!(talk.ca.orders[0].csr.is_none());
}

/// Limits are the visitor's to read, and not answered by more of the same.
#[test]
fn a_limit_is_answered_by_no_other_order() {
    for retry_after in [None, Some("5"), Some("3600")] {
        let mut talk = Conversation::at(Point::Ordering, NAMES);
        let mut limit = answers::problem(429, "rateLimited", "too many");
        if let Some(value) = retry_after {
            limit = limit.retry_after(value);
        }
        talk.answer(NewOrder, limit);
        talk.failed();
        assert!(talk.timers.is_empty());
        assert_eq!(talk.count(NewOrder), 1);
        // Whatever the CA said of the time, the visitor may know better.
        talk.want(Intent::TryAgain);
        assert_eq!(talk.count(NewOrder), 2);
    }
}

/// What a balancer answers with 503 has not reached the CA.
#[test]
fn a_busy_ca_is_waited_for() {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    let busy = answers::problem(503, "serverInternal", "busy").retry_after("5");
    talk.answer(NewOrder, busy);
    assert_eq!(talk.tick(), 5_000);
    assert!(talk.waiting().contains(&NewOrder));
    talk.go_to(Point::Issued);
    assert_eq!((talk.count(NewOrder), talk.count(Account)), (2, 0));
}
