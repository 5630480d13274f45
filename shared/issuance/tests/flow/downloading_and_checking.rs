//! The chain is fetched, and offered only where it belongs to key and names.

use tabcert_acme::domain::DomainName;
use tabcert_issuance::event::CheckError;
use tabcert_issuance::transcript::RequestKind::{Certificate, Order};
use tabcert_issuance::view::Stage;
use tabcert_issuance::{Event, Intent};

use crate::answers;
use crate::conversation::Conversation;
use crate::points::Point;

const NAMES: &[&str] = &["example.org", "www.example.org"];

#[test]
fn what_was_asked_for_is_what_is_checked() {
    let mut talk = Conversation::at(Point::Downloading, NAMES);
    talk.answer(Certificate, answers::text(200, "a chain"));
    assert_eq!(talk.stage(), Some(Stage::Checking));
    let task = &talk.checks[0];
    assert_eq!(task.chain_pem, "a chain");
    assert_eq!(task.key.as_ref().expect("a key").pkcs8_der(), b"key-1");
    let names: Vec<_> = task.names.iter().map(|name| name.as_str()).collect();
    assert_eq!(names, NAMES);
}

#[test]
fn a_checked_chain_is_offered_with_its_key() {
    let talk = Conversation::at(Point::Issued, NAMES);
    let issued = talk.issued();
    let csr = "key-1 for example.org www.example.org";
    let delivery = talk.delivery();
    assert_eq!(delivery.chain_pem, format!("certificate: {csr}"));
    assert_eq!(delivery.key.as_ref().expect("a key").pkcs8_der(), b"key-1");
    assert_eq!(delivery.csr_der, csr.as_bytes());
    assert!(
        delivery
            .names
            .iter()
            .map(DomainName::as_str)
            .eq(NAMES.iter().copied())
    );
    assert_eq!(issued.summary.names, NAMES);
    assert_eq!(issued.issued_at_ms, talk.now_ms);
}

#[test]
fn what_does_not_belong_together_is_not_offered() {
    let mut talk = Conversation::at(Point::Checking, NAMES);
    let error = CheckError("the chain is for other.example".to_owned());
    talk.checks.clear();
    talk.event(Event::Checked(Err(error)));
    let detail = talk.failed().explanation.detail;
    assert_eq!(detail.as_deref(), Some("the chain is for other.example"));
    talk.want(Intent::TryAgain);
    assert_eq!(talk.waiting(), [Order]);
    talk.go_to(Point::Issued);
}

#[test]
fn what_is_no_chain_is_told() {
    for (words, answer) in [
        (
            "malformed certificate",
            answers::bytes(200, &[0x30, 0x82, 0xff]),
        ),
        (
            "not yours",
            answers::problem(403, "unauthorized", "not yours"),
        ),
    ] {
        let mut talk = Conversation::at(Point::Downloading, NAMES);
        talk.insist(Certificate, &answer);
        let detail = talk.failed().explanation.detail.expect("a detail");
        assert!(detail.contains(words), "{detail}");
        talk.want(Intent::TryAgain);
        talk.go_to(Point::Issued);
    }
}
