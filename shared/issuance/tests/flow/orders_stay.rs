//! An order ends when the CA says so, or the visitor: an answer that surprises costs nothing.

use tabcert_acme::base64url;
use tabcert_issuance::Intent;
use tabcert_issuance::event::TransportError;
use tabcert_issuance::saved::Saved;
use tabcert_issuance::transcript::RequestKind::{
    self, Authorization, Certificate, Challenge, Finalize, NewAccount, NewOrder, Order,
};
use tabcert_issuance::view::{Cause, OrderStanding};

use crate::answers::{self, Answer};
use crate::conversation::Conversation;
use crate::fixtures::application;
use crate::points::Point;

const NAMES: &[&str] = &["a.example", "b.example"];

/// Where an order is made, with what is asked there.
const STEPS: [(Point, RequestKind); 7] = [
    (Point::Authorizing, Authorization),
    (Point::Starting, Challenge),
    (Point::Looking, Order),
    (Point::Diagnosing, Authorization),
    (Point::Finalizing, Finalize),
    (Point::AwaitingCertificate, Order),
    (Point::Downloading, Certificate),
];

/// What says nothing about the order.
fn surprises() -> [Answer; 8] {
    [
        answers::text(200, "<html>Welcome to this hotel</html>"),
        answers::text(200, "{\"status\":"),
        answers::text(403, "<html>Forbidden</html>"),
        answers::text(408, ""),
        answers::problem(400, "malformed", "JWS verification error"),
        answers::problem(403, "unauthorized", "not yours"),
        answers::problem(404, "malformed", "No such resource"),
        answers::problem(503, "serverInternal", "busy").retry_after("3600"),
    ]
}

#[test]
fn the_same_step_is_done_again_after_an_answer_that_surprises() {
    for (point, kind) in STEPS {
        // A failed proof has its own words, whatever comes of reading them.
        if point == Point::Diagnosing {
            continue;
        }
        for answer in surprises() {
            let mut talk = Conversation::at(point, NAMES);
            talk.insist(kind, &answer);
            let case = format!("{point:?} {answer:?}");
            // What comes instead of a chain may get as far as the check.
            let standing = match point {
                Point::Downloading => OrderStanding::Issued,
                _ => OrderStanding::Open,
            };
            assert_eq!(talk.failed().order, standing, "{case}");
            assert!(talk.failed().can_try_again, "{case}");
            talk.kill();
            talk.go_to(Point::Failed);
            assert_eq!(talk.failed().order, standing, "{case}");
            talk.want(Intent::TryAgain);
            talk.go_to(Point::Issued);
            assert_eq!(
                (talk.count(NewOrder), talk.ca.orders.len()),
                (1, 1),
                "{case}"
            );
        }
    }
}

#[test]
fn the_visitor_can_leave_an_order_for_a_new_one() {
    for (point, kind) in STEPS {
        let mut talk = Conversation::at(point, NAMES);
        talk.ca.failing.clear();
        if point == Point::Diagnosing {
            continue;
        }
        talk.insist(kind, &answers::problem(403, "malformed", "not now"));
        talk.want(Intent::OrderAnew);
        talk.go_to(Point::Issued);
        assert_eq!((talk.count(NewOrder), talk.ca.orders.len()), (2, 2));
        assert_eq!(talk.count(NewAccount), 1);
        assert_eq!(talk.delivery().csr_der, b"key-1 for a.example b.example");
    }
}

#[test]
fn where_there_is_no_order_none_can_be_left() {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    talk.answer(NewOrder, answers::rejected(&["b.example"]));
    assert_eq!(talk.failed().order, OrderStanding::None);
    assert_eq!(talk.want(Intent::OrderAnew), 0);
}

/// Without some of its names it is another order, and another request.
#[test]
fn an_order_for_all_names_is_not_gone_on_with_for_fewer() {
    let mut talk = Conversation::at(Point::Finalizing, NAMES);
    let blame = answers::rejected(&["b.example"]);
    talk.insist(Finalize, &blame);
    assert_eq!(talk.failed().order, OrderStanding::Open);
    let fewer = Intent::TryAgainWithout(vec!["b.example".to_owned()]);
    talk.want(fewer);
    assert_eq!(talk.waiting(), [NewOrder]);
    talk.go_to(Point::Issued);
    assert_eq!(talk.ca.orders.len(), 2);
    assert_eq!(talk.ca.orders[0].csr, None);
    assert_eq!(talk.delivery().csr_der, b"key-1 for a.example");
}

#[test]
fn what_is_issued_is_downloaded_again_and_again() {
    let mut talk = Conversation::at(Point::Downloading, NAMES);
    for answer in surprises() {
        talk.insist(Certificate, &answer);
        assert_eq!(talk.failed().order, OrderStanding::Issued);
        let fewer = Intent::TryAgainWithout(vec!["b.example".to_owned()]);
        assert_eq!(talk.want(fewer), 0, "there is one for all names");
        talk.want(Intent::TryAgain);
        talk.go_to(Point::Downloading);
    }
    talk.lose(Certificate, TransportError::TooLarge);
    talk.want(Intent::TryAgain);
    talk.go_to(Point::Issued);
    assert_eq!((talk.count(NewOrder), talk.count(Finalize)), (1, 1));
}

/// What a CA says of an order that was valid does not take it away either.
#[test]
fn an_order_that_was_valid_is_not_forgotten() {
    let mut talk = Conversation::at(Point::Downloading, NAMES);
    talk.insist(Certificate, &answers::problem(404, "malformed", "gone"));
    talk.kill();
    talk.go_to(Point::Failed);
    talk.want(Intent::TryAgain);
    talk.insist(Order, &answers::order(1, "invalid", NAMES.len()));
    assert_eq!(talk.failed().order, OrderStanding::Issued);
    talk.want(Intent::TryAgain);
    talk.go_to(Point::Issued);
    assert_eq!(talk.count(NewOrder), 1);
}

/// The refusal that came first says why, not what followed from it.
#[test]
fn an_order_that_did_not_survive_its_finalization_keeps_the_first_words() {
    let mut talk = Conversation::at(Point::Finalizing, NAMES);
    let refusal = answers::problem(400, "badCSR", "enrollment failed");
    talk.answer(Finalize, refusal);
    assert_eq!(talk.waiting(), [Order]);
    talk.answer(Order, answers::order(1, "invalid", NAMES.len()));
    let failed = talk.failed();
    assert_eq!(failed.cause, Cause::OrderInvalid);
    assert_eq!(failed.order, OrderStanding::None);
    let detail = failed.explanation.detail;
    assert_eq!(detail.as_deref(), Some("enrollment failed"));
}

/// The same, where the first refusal was a fault of the CA's own, after which it is asked again.
#[test]
fn a_fault_while_finalizing_keeps_its_words() {
    let mut talk = Conversation::at(Point::Finalizing, NAMES);
    let fault = answers::problem(500, "serverInternal", "enrollment failed");
    talk.answer(Finalize, fault);
    talk.tick();
    talk.answer_nonces();
    let follows = answers::problem(403, "orderNotReady", "the order is invalid");
    talk.answer(Finalize, follows);
    talk.answer(Order, answers::order(1, "invalid", NAMES.len()));
    let failed = talk.failed();
    assert_eq!(
        (failed.cause, failed.order),
        (Cause::OrderInvalid, OrderStanding::None)
    );
    let detail = failed.explanation.detail;
    assert_eq!(detail.as_deref(), Some("enrollment failed"));
}

/// The CSR arrived although it was refused.
#[test]
fn a_refused_finalization_is_not_believed_before_the_order() {
    for status in ["processing", "valid"] {
        let mut talk = Conversation::at(Point::Finalizing, NAMES);
        let lost = talk.take(Finalize);
        talk.ca.answer(&lost);
        talk.reply(&lost, answers::problem(400, "malformed", "once is enough"));
        talk.answer(Order, answers::order(1, status, NAMES.len()));
        talk.go_to(Point::Issued);
        assert_eq!(talk.count(Finalize), 1);
    }
}

#[test]
fn the_visitor_can_stop_waiting_and_go_on_later() {
    for point in [Point::AwaitingLook, Point::AwaitingCertificate] {
        let mut talk = Conversation::at(point, NAMES);
        talk.want(Intent::Stop);
        let failed = talk.failed();
        assert_eq!(
            (failed.cause, failed.order),
            (Cause::Stopped, OrderStanding::Open)
        );
        talk.tick();
        assert!(talk.requests.is_empty(), "it has stopped");
        talk.want(Intent::TryAgain);
        talk.go_to(Point::Issued);
        assert_eq!(talk.count(NewOrder), 1);
    }
}

/// Nobody reads twenty thousand subproblems, or a megabyte.
#[test]
fn what_a_ca_says_is_bounded() {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    let mut whole = answers::problem_json("rejectedIdentifier", &"no ".repeat(100_000));
    let about = |number: usize| {
        let name = match number % 3 {
            0 => "a.example".to_owned(),
            1 => "b.example".to_owned(),
            _ => format!("n{number}.example"),
        };
        let mut problem = answers::problem_json("rejectedIdentifier", &"never ".repeat(1_000));
        problem["identifier"] = serde_json::json!({"type": "dns", "value": name});
        problem
    };
    whole["subproblems"] = (0..300).map(about).collect();
    talk.answer(NewOrder, answers::json(400, &whole));
    let failed = talk.failed();
    let names: Vec<_> = failed.names.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, NAMES);
    let mut details = failed.names.into_iter().map(|it| it.explanation.detail);
    assert!(details.all(|detail| detail.is_some_and(|detail| detail.len() <= 2_010)));
    assert!(failed.explanation.detail.expect("words").len() <= 2_010);
}

/// RFC 8555 §11.1. PKCS#10 for a.example, by the key of RFC 7515 appendix A.3, which is the account's,
/// and by another one.
#[test]
fn a_request_for_the_accounts_key_is_refused_before_anything_is_ordered() {
    let by_account_key = "MIH3MIGdAgEAMBQxEjAQBgNVBAMMCWEuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABH_Nzidw9sRdQYPL7m_bS3tYBzM1e-nvE7rPbjx70VRFx_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a2gJzAlBgkqhkiG9w0BCQ4xGDAWMBQGA1UdEQQNMAuCCWEuZXhhbXBsZTAKBggqhkjOPQQDAgNJADBGAiEAx1Xg63N3BqhCVHhorlYHTMcjPALIMwJf0itbRQhQ018CIQDgs9B6dh98QT2CwHcPo6Dhs5xe0-rpAtISODSZdCuB8g";
    let by_another = "MIH2MIGdAgEAMBQxEjAQBgNVBAMMCWEuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABO4B0P3Co8JPu7m30pxzH2asY3O8CEBaZfTIe-IgPFGZpom1St0iJZM8FVqQRcvhmrwX0fR5QUztSBxNoXUkBbmgJzAlBgkqhkiG9w0BCQ4xGDAWMBQGA1UdEQQNMAuCCWEuZXhhbXBsZTAKBggqhkjOPQQDAgNIADBFAiEAzabhzibXJjB_AaR7kubOWdfad6k5WgGK05Mstfmnr-ECIAIFeAyJeyMtFCPbed0Pdry00isvnb2woBMRL5lHHVSl";
    for (request, is_refused) in [(by_account_key, true), (by_another, false)] {
        let mut talk = Conversation::new(&NAMES[..1], true);
        let csr_der = base64url::decode(request).expect("base64url");
        let saved = Saved::anew(application(&NAMES[..1]), Default::default(), None);
        let saved = saved.with_request(csr_der);
        talk.stored = serde_json::to_string(&saved).ok();
        talk.kill();
        if !is_refused {
            talk.go_to(Point::Ordering);
            continue;
        }
        talk.go_to(Point::Failed);
        let failed = talk.failed();
        assert_eq!(failed.cause, Cause::AccountKeyInRequest);
        assert!(!failed.can_try_again);
        assert_eq!(talk.count(NewAccount) + talk.count(NewOrder), 0);
    }
}
