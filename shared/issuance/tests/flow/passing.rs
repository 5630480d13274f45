//! Faults that pass: what is asked for is asked for again, and no order is lost.

use tabcert_issuance::Intent;
use tabcert_issuance::event::TransportError;
use tabcert_issuance::transcript::RequestKind::{
    self, Authorization, Certificate, Challenge, Finalize, NewNonce, NewOrder, Order,
};
use tabcert_issuance::view::{Hold, HoldReason, Phase};

use crate::answers::{self, Answer};
use crate::conversation::Conversation;
use crate::points::Point;

const NAMES: &[&str] = &["a.example"];

/// What is asked of an order that was made, and where.
const STEPS: [(Point, RequestKind); 5] = [
    (Point::Authorizing, Authorization),
    (Point::Starting, Challenge),
    (Point::Looking, Order),
    (Point::Finalizing, Finalize),
    (Point::Downloading, Certificate),
];

fn hold(talk: &Conversation) -> Hold {
    let hold = match talk.phase() {
        Phase::Working(work) => work.hold,
        Phase::Connecting(hold) => hold,
        other => panic!("{other:?}"),
    };
    hold.expect("a pause")
}

fn not_found() -> Answer {
    answers::problem(404, "malformed", "No such resource")
}

fn html(status: u16) -> Answer {
    let page = "<!doctype html><title>Sign in to this network</title>";
    answers::text(status, page).without_nonce()
}

fn waits_for_the_certificate(talk: &mut Conversation) {
    talk.ca.looks_before_valid = 1;
    talk.go_to(Point::AwaitingCertificate);
    talk.tick();
}

#[test]
fn an_answer_that_passes_costs_no_order() {
    let cut = || answers::text(200, "{\"status\":\"pen");
    let unsigned = || answers::problem(400, "malformed", "JWS verification error");
    let any = [true; 5];
    let reads = [true, false, true, false, true];
    let objects = [true, false, true, true, false];
    let cases: [(&str, Answer, [bool; 5]); 13] = [
        ("not found", not_found(), any),
        ("gone", answers::problem(410, "malformed", "gone"), any),
        ("bad nonce", answers::bad_nonce(), any),
        (
            "bad nonce with null",
            answers::text(
                400,
                r#"{"type":"urn:ietf:params:acme:error:badNonce","subproblems":null}"#,
            ),
            any,
        ),
        (
            "bad nonce, none new",
            answers::bad_nonce().without_nonce(),
            any,
        ),
        ("firewall", html(403), any),
        ("time-out", answers::text(408, ""), any),
        ("balancer", html(502), any),
        ("busy", html(503), any),
        ("limit", answers::problem(429, "rateLimited", "slowly"), any),
        ("portal", html(200), any),
        ("verification", unsigned(), reads),
        ("cut", cut(), objects),
    ];
    for (name, answer, at) in cases {
        for ((point, kind), is_meant) in STEPS.into_iter().zip(at) {
            if !is_meant {
                continue;
            }
            let mut talk = Conversation::at(point, NAMES);
            talk.answer(kind, answer.clone());
            talk.go_to(Point::Issued);
            assert_eq!(talk.count(NewOrder), 1, "{name} at {kind:?}");
            assert_eq!(talk.ca.orders.len(), 1, "{name} at {kind:?}");
        }
        if at[2] {
            let mut talk = Conversation::at(Point::Starting, NAMES);
            waits_for_the_certificate(&mut talk);
            talk.answer(Order, answer.clone());
            talk.go_to(Point::Issued);
            assert_eq!(
                (talk.count(NewOrder), talk.count(Finalize)),
                (1, 1),
                "{name}"
            );
        }
    }
}

#[test]
fn half_a_chain_is_fetched_again() {
    let leaf = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for cut in [
        String::new(),
        " \r\n".to_owned(),
        leaf[..40].to_owned(),
        format!("{leaf}-----BEGIN CERTIFICATE-----\nAA"),
    ] {
        let mut talk = Conversation::at(Point::Downloading, NAMES);
        talk.answer(Certificate, answers::text(200, &cut));
        assert_eq!(hold(&talk).reason, HoldReason::OddAnswer, "{cut}");
        talk.go_to(Point::Issued);
        assert_eq!((talk.count(Certificate), talk.count(NewOrder)), (2, 1));
    }
    // What stays like that is handed on: the check says what it is.
    let mut talk = Conversation::at(Point::Downloading, NAMES);
    let cut = answers::text(200, &leaf[..40]);
    while talk.checks.is_empty() {
        if talk.waiting().contains(&Certificate) {
            talk.answer(Certificate, cut.clone());
        } else {
            talk.step();
        }
    }
    assert_eq!(talk.count(Certificate), 4);
    assert_eq!(talk.checks[0].answer.text(), leaf[..40]);
}

#[test]
fn an_answer_that_does_not_come_costs_no_order() {
    let errors = [
        TransportError::TimedOut,
        TransportError::Network("Failed to fetch".to_owned()),
        TransportError::Edge("Network connection lost.".to_owned()),
    ];
    for error in errors {
        for (point, kind) in STEPS {
            let mut talk = Conversation::at(point, NAMES);
            talk.lose(kind, error.clone());
            assert_eq!(hold(&talk).reason, HoldReason::NoAnswer, "{kind:?}");
            talk.go_to(Point::Issued);
            assert_eq!(talk.count(NewOrder), 1, "{error:?} at {kind:?}");
        }
    }
}

/// Servers of a CA tell one another late: what it has handed out is waited for, but not for ever.
#[test]
fn what_stays_unknown_is_told_after_half_a_minute_and_the_order_is_kept() {
    for status in [404, 410] {
        for (point, kind) in STEPS {
            let mut talk = Conversation::at(point, NAMES);
            let asked = talk.count(kind);
            talk.answer(kind, answers::problem(status, "malformed", "no such thing"));
            assert_eq!(hold(&talk).reason, HoldReason::NotKnownYet);
            let first_ms = talk.tick();
            let answer = answers::problem(status, "malformed", "no such thing");
            let waited_ms = first_ms + talk.insist(kind, &answer);
            assert!(
                (30_000..31_000).contains(&waited_ms),
                "{waited_ms} {kind:?}"
            );
            assert!(talk.count(kind) - asked <= 7, "{}", talk.count(kind));
            talk.want(Intent::TryAgain);
            talk.go_to(Point::Issued);
            assert_eq!(talk.count(NewOrder), 1, "{kind:?}");
        }
    }
}

#[test]
fn a_resumed_order_that_is_not_found_once_is_gone_on_with() {
    let mut talk = Conversation::at(Point::Proving, NAMES);
    talk.kill();
    while !talk.waiting().contains(&Order) {
        talk.step();
    }
    talk.answer(Order, not_found());
    talk.go_to(Point::Issued);
    assert_eq!(talk.count(NewOrder), 1);
}

/// RFC 8555 §6.5 has nonces refused; an order is not given up for it.
#[test]
fn refused_nonces_pass_and_never_cost_the_order() {
    for (point, kind) in STEPS {
        let mut talk = Conversation::at(point, NAMES);
        for _ in 0..11 {
            talk.answer(kind, answers::bad_nonce());
        }
        assert_eq!(hold(&talk).reason, HoldReason::NonceRefused, "{kind:?}");
        talk.insist(kind, &answers::bad_nonce());
        talk.want(Intent::TryAgain);
        talk.go_to(Point::Issued);
        assert_eq!(talk.count(NewOrder), 1, "{kind:?}");
    }
}

#[test]
fn a_wait_says_why_and_until_when() {
    let cases: [(Answer, HoldReason, u64); 4] = [
        (
            answers::problem(503, "serverInternal", "maintenance").retry_after("7"),
            HoldReason::Busy,
            7_000,
        ),
        (
            answers::problem(429, "rateLimited", "slowly").retry_after("5"),
            HoldReason::Limited,
            5_000,
        ),
        (
            answers::problem(429, "rateLimited", "slowly"),
            HoldReason::Limited,
            5_000,
        ),
        (html(200), HoldReason::OddAnswer, 1_000),
    ];
    for (answer, reason, wait_ms) in cases {
        let mut talk = Conversation::at(Point::Looking, NAMES);
        talk.answer(Order, answer.clone());
        let hold = hold(&talk);
        assert_eq!((hold.kind, hold.reason), (Order, reason));
        assert_eq!(hold.until_ms, talk.now_ms + wait_ms);
        let says = hold.problem.map(|problem| problem.detail);
        let said = (reason != HoldReason::OddAnswer).then_some(true);
        assert_eq!(says.map(|says| !says.is_empty()), said);
        let Phase::Working(work) = talk.phase() else {
            panic!("at work");
        };
        assert_eq!(work.next_at_ms, Some(hold.until_ms));
        talk.go_to(Point::Issued);
    }
}

#[test]
fn the_visitor_may_ask_now() {
    let mut talk = Conversation::at(Point::Looking, NAMES);
    // As often as the visitor likes: it is no impatience of the machine's.
    for _ in 0..20 {
        let busy = answers::text(503, "busy").retry_after("50");
        talk.answer(Order, busy);
        talk.want(Intent::AskNow);
        assert_eq!(talk.waiting(), [Order]);
        talk.answer(Order, not_found());
        talk.want(Intent::AskNow);
        assert_eq!(talk.waiting(), [Order]);
    }
    talk.go_to(Point::Issued);
    assert_eq!(talk.count(NewOrder), 1);
}

#[test]
fn the_visitor_may_stop_and_go_on_later() {
    for (point, kind) in STEPS {
        let mut talk = Conversation::at(point, NAMES);
        let busy = answers::problem(503, "serverInternal", "maintenance").retry_after("50");
        talk.answer(kind, busy);
        talk.want(Intent::Stop);
        let detail = talk.failed().explanation.detail;
        assert_eq!(detail.as_deref(), Some("maintenance"));
        assert!(talk.requests.is_empty());
        talk.want(Intent::TryAgain);
        talk.go_to(Point::Issued);
        assert_eq!(talk.count(NewOrder), 1);
    }
}

/// A laptop that slept for a night has waited for one pause, and not for all.
#[test]
fn sleep_is_not_patience() {
    const NIGHT_MS: u64 = 10 * 3_600_000;
    let mut talk = Conversation::at(Point::Looking, NAMES);
    talk.answer(Order, not_found());
    talk.now_ms += NIGHT_MS;
    talk.tick();
    talk.answer(Order, not_found());
    assert_eq!(hold(&talk).reason, HoldReason::NotKnownYet);
    talk.go_to(Point::Issued);
    assert_eq!(talk.count(NewOrder), 1);
}

#[test]
fn what_is_too_large_is_asked_for_once() {
    for (point, kind) in STEPS {
        let mut talk = Conversation::at(point, NAMES);
        let asked = talk.count(kind);
        talk.lose(kind, TransportError::TooLarge);
        talk.failed();
        assert!(talk.timers.is_empty());
        assert_eq!(talk.count(kind), asked, "{kind:?}");
        talk.want(Intent::TryAgain);
        talk.go_to(Point::Issued);
        assert_eq!(talk.count(NewOrder), 1, "{kind:?}");
    }
}

/// The figures of a CA that keeps to the book.
#[test]
fn a_good_ca_is_asked_no_more_than_needed() {
    let talk = Conversation::at(Point::Issued, NAMES);
    let once = [NewOrder, Authorization, Challenge, Finalize, Certificate];
    assert!(once.into_iter().all(|kind| talk.count(kind) == 1));
    assert_eq!((talk.count(Order), talk.count(NewNonce)), (1, 1));
}
