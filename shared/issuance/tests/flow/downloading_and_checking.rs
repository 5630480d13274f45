//! The chain is fetched, and offered only where it belongs to key and names.

use tabcert_acme::domain::DomainName;
use tabcert_issuance::saved::Saved;
use tabcert_issuance::transcript::RequestKind::{Certificate, NewOrder};
use tabcert_issuance::view::{Phase, Stage};
use tabcert_issuance::{Event, Intent};
use tabcert_pki::{Contents, Misfit};

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
    assert_eq!(task.answer.text(), "a chain");
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
    assert_eq!(delivery.answer.text(), format!("certificate: {csr}"));
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

/// Whatever is disliked about it, the CA has issued something: the order stays, the answer is kept as
/// it came, and the same certificate is downloaded again.
#[test]
fn what_the_check_dislikes_is_kept_and_downloaded_again() {
    for misfit in misfits() {
        let mut talk = Conversation::at(Point::Downloading, NAMES);
        let octets = b"not \xFF what was asked for";
        talk.answer(Certificate, answers::bytes(200, octets));
        talk.checks.clear();
        talk.event(Event::Checked(Err(misfit.clone().into())));
        assert_eq!(talk.failed().misfit.as_ref(), Some(&misfit));
        for _ in 0..2 {
            let kept = talk.misdelivery();
            assert_eq!(kept.answer.as_bytes(), octets);
            assert_eq!(kept.key.expect("a key").pkcs8_der(), b"key-1");
            talk.kill();
            while !matches!(talk.phase(), Phase::Failed(_)) {
                talk.step();
            }
            assert_eq!(talk.failed().misfit.as_ref(), Some(&misfit));
        }
        let orders = talk.count(NewOrder);
        talk.want(Intent::TryAgain);
        talk.go_to(Point::Issued);
        assert_eq!(talk.count(NewOrder), orders, "no second order");
        assert_eq!(talk.delivery().key.expect("a key").pkcs8_der(), b"key-1");
        let saved = talk.saved();
        assert_eq!((saved.delivered, saved.failed), (None, None));
    }
}

fn misfits() -> Vec<Misfit> {
    let names = || vec!["other.example".to_owned()];
    let contents = Contents::Html;
    vec![
        Misfit::NoCertificate { contents },
        Misfit::OtherKey { names: names() },
        Misfit::NamesMissing {
            missing: names(),
            found: Vec::new(),
        },
    ]
}

/// A download that is refused or lost keeps the order, too.
#[test]
fn a_certificate_that_cannot_be_had_now_is_downloaded_later() {
    for answer in [
        answers::problem(403, "unauthorized", "not yours"),
        answers::problem(400, "malformed", "JWS verification error"),
        answers::text(403, "<html>Forbidden</html>"),
    ] {
        let mut talk = Conversation::at(Point::Downloading, NAMES);
        talk.insist(Certificate, &answer);
        let orders = talk.count(NewOrder);
        assert!(talk.failed().misfit.is_none());
        talk.want(Intent::TryAgain);
        talk.go_to(Point::Issued);
        assert_eq!(talk.count(NewOrder), orders, "no second order");
    }
}

/// What an earlier version stored: the chain as text, and no notes.
#[test]
fn chains_that_were_stored_as_text_are_read() {
    let talk = Conversation::at(Point::Issued, NAMES);
    let mut json = serde_json::to_value(talk.saved()).expect("JSON");
    let stored = json["issued"]["chain_pem"].as_str().expect("a text");
    assert_eq!(stored, talk.delivery().answer.text());
    let summary = &mut json["issued"]["shown"]["summary"];
    let removed = summary.as_object_mut().expect("an object").remove("notes");
    assert!(removed.is_some());
    let saved: Saved = serde_json::from_value(json).expect("what was stored");
    assert_eq!(saved, talk.saved());
}
