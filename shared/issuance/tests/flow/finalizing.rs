//! The CSR is handed in; the CA makes the certificate.

use tabcert_issuance::event::{KeyError, TransportError};
use tabcert_issuance::transcript::RequestKind::{Certificate, Finalize, Order};
use tabcert_issuance::view::{Phase, Stage};
use tabcert_issuance::{Event, Intent};

use crate::answers;
use crate::conversation::Conversation;
use crate::points::Point;

const NAMES: &[&str] = &["example.org"];

#[test]
fn waits_for_the_key() {
    let mut talk = Conversation::at(Point::MakingKey, NAMES);
    assert!(talk.requests.is_empty());
    talk.make_csr();
    assert_eq!(talk.stage(), Some(Stage::Finalizing));
    assert_eq!(talk.waiting(), [Finalize]);
    talk.go_to(Point::Issued);
}

#[test]
fn waits_while_the_ca_works_as_long_as_it_wants() {
    let mut talk = Conversation::at(Point::Finalizing, NAMES);
    talk.answer(
        Finalize,
        answers::order(1, "processing", 1).retry_after("7"),
    );
    assert_eq!(talk.tick(), 7_000);
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    talk.answer(Order, answers::order(1, "processing", 1).retry_after(date));
    talk.tick();
    assert_eq!(talk.now_ms, 784_111_777_000);
    talk.answer(Order, answers::order(1, "valid", 1));
    assert_eq!(talk.waiting(), [Certificate]);
    assert_eq!(talk.count(Finalize), 1);
}

#[test]
fn the_visitor_can_have_it_asked_now() {
    let mut talk = Conversation::at(Point::AwaitingCertificate, NAMES);
    let Phase::Working(work) = talk.phase() else {
        panic!("at work");
    };
    assert!(
        work.next_at_ms
            .is_some_and(|next_at_ms| next_at_ms > talk.now_ms)
    );
    assert_eq!(talk.want(Intent::AskNow), 1);
    assert_eq!(talk.waiting(), [Order]);
    talk.tick(); // the timer of the wait that was cut short
    assert_eq!(talk.waiting(), [Order]);
    talk.go_to(Point::Issued);
}

/// Where only the answer was lost, the second attempt is refused: the order knows better.
#[test]
fn a_csr_that_arrived_although_the_answer_was_lost_is_not_handed_in_again() {
    let mut talk = Conversation::at(Point::Finalizing, NAMES);
    talk.ca.looks_before_valid = 1;
    let lost = talk.take(Finalize);
    talk.ca.answer(&lost);
    talk.reply_nothing(&lost, TransportError::TimedOut);
    talk.go_to(Point::Issued);
    assert_eq!((talk.count(Finalize), talk.count(Order)), (2, 3));
}

/// RFC 8555 §7.4: "ready": the server "is awaiting finalization. Submit a finalization request."
#[test]
fn an_order_that_became_ready_only_now_gets_its_csr() {
    let mut talk = Conversation::at(Point::Finalizing, NAMES);
    talk.answer(Finalize, answers::problem(403, "orderNotReady", "not yet"));
    assert_eq!(talk.waiting(), [Order]);
    talk.answer(Order, answers::order(1, "pending", 1));
    talk.tick();
    talk.answer(Order, answers::order(1, "ready", 1));
    assert!(
        talk.requests.is_empty(),
        "no haste with a CA that contradicts itself"
    );
    talk.tick();
    assert_eq!(talk.waiting(), [Finalize]);
    talk.go_to(Point::Issued);
}

#[test]
fn a_ca_that_contradicts_itself_for_ever_is_given_up() {
    let mut talk = Conversation::at(Point::Finalizing, NAMES);
    while talk.stage() == Some(Stage::Finalizing) {
        if talk.waiting().contains(&Finalize) {
            talk.answer(Finalize, answers::problem(403, "orderNotReady", "not yet"));
        } else if talk.waiting().contains(&Order) {
            talk.answer(Order, answers::order(1, "ready", 1));
        } else {
            talk.tick();
        }
    }
    assert!(
        talk.failed()
            .explanation
            .sentence
            .contains("quarter of an hour")
    );
    assert!(talk.asked.len() < 600, "{} requests", talk.asked.len());
}

#[test]
fn a_valid_order_without_certificate_is_looked_at_again() {
    let mut talk = Conversation::at(Point::Finalizing, NAMES);
    let mut body: serde_json::Value =
        serde_json::from_slice(&answers::order(1, "valid", 1).response.body).expect("JSON");
    body["certificate"] = serde_json::Value::Null;
    talk.answer(Finalize, answers::json(200, &body));
    talk.tick();
    talk.answer(Order, answers::order(1, "valid", 1));
    assert_eq!(talk.waiting(), [Certificate]);
}

#[test]
fn what_the_ca_refuses_is_told() {
    let mut error = answers::problem_json("compound", "CAA");
    error["subproblems"] = serde_json::json!([{
        "type": "urn:ietf:params:acme:error:caa",
        "detail": "forbidden",
        "identifier": {"type": "dns", "value": "example.org"},
    }]);
    let cases = [
        ("CAA – forbidden", answers::invalid_order(1, 1, error)),
        ("weak", answers::problem(400, "badCSR", "weak")),
        ("later", answers::problem(429, "rateLimited", "later")),
        ("malformed order", answers::text(200, "{}")),
    ];
    for (words, answer) in cases {
        let mut talk = Conversation::at(Point::Finalizing, NAMES);
        talk.insist(Finalize, &answer);
        let failed = talk.failed();
        let detail = failed.explanation.detail.expect("a detail");
        assert!(detail.contains(words), "{detail}");
        let named: Vec<_> = failed.names.iter().map(|it| &*it.name).collect();
        let expected: &[&str] = if words.starts_with("CAA") { NAMES } else { &[] };
        assert_eq!(named, expected, "{words}");
        talk.want(Intent::TryAgain);
        talk.go_to(Point::Issued);
    }
}

#[test]
fn patience_ends_after_a_quarter_of_an_hour() {
    let mut talk = Conversation::at(Point::Finalizing, NAMES);
    talk.answer(Finalize, answers::order(1, "processing", 1));
    let mut looks = 0;
    while talk.stage() == Some(Stage::Finalizing) {
        talk.tick();
        talk.answer(Order, answers::order(1, "processing", 1));
        looks += 1;
    }
    assert!(
        talk.failed()
            .explanation
            .sentence
            .contains("quarter of an hour")
    );
    assert!((100..250).contains(&looks), "{looks}");
}

#[test]
fn no_key_is_told_and_made_at_the_second_attempt() {
    let mut talk = Conversation::at(Point::MakingKey, NAMES);
    talk.csr_tasks.clear();
    let error = KeyError("WebCrypto said no".to_owned());
    talk.event(Event::CsrPrepared(Err(error)));
    let detail = talk.failed().explanation.detail;
    assert_eq!(detail.as_deref(), Some("WebCrypto said no"));
    talk.want(Intent::TryAgain);
    assert_eq!(talk.csr_tasks.len(), 1);
    talk.slow_key = false;
    talk.go_to(Point::Issued);
}
