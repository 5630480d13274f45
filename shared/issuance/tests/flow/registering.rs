//! Making the account, or finding it again.

use serde_json::json;
use tabcert_issuance::Intent;
use tabcert_issuance::transcript::RequestKind::NewAccount;
use tabcert_issuance::view::Stage;

use crate::answers::{self, Answer};
use crate::conversation::Conversation;
use crate::points::Point;

const NAMES: &[&str] = &["example.org"];

#[test]
fn a_new_and_an_old_account_are_both_welcome() {
    for status in [201, 200] {
        let mut talk = Conversation::at(Point::Registering, NAMES);
        let mut answer = answers::account("valid");
        answer.response.status = status;
        talk.answer(NewAccount, answer);
        assert_eq!(talk.stage(), Some(Stage::Ordering));
    }
}

#[test]
fn says_who_to_write_to() {
    let mut talk = Conversation::at(Point::Connected, NAMES);
    talk.application.contact = vec!["mailto:me@example.org".to_owned()];
    talk.go_to(Point::Registering);
    let payload = json!({"contact": ["mailto:me@example.org"], "termsOfServiceAgreed": true});
    assert_eq!(talk.requests[0].payload(), &payload);
}

#[test]
fn the_key_is_made_meanwhile() {
    let mut talk = Conversation::at(Point::Connected, NAMES);
    talk.slow_key = true;
    talk.step();
    assert_eq!(talk.stage(), Some(Stage::Registering));
    assert_eq!(talk.csr_tasks.len(), 1);
    assert!(talk.csr_tasks[0].key.is_none());
}

#[test]
fn what_is_no_usable_account_is_told_and_asked_for_again() {
    let cases: [(&str, Answer); 6] = [
        ("not valid any more", answers::account("deactivated")),
        ("not valid any more", answers::account("revoked")),
        ("Location", answers::account("valid").without_location()),
        (
            "Location",
            answers::account("valid").location("javascript:alert(1)"),
        ),
        (
            "no binding",
            answers::problem(403, "externalAccountRequired", "no binding"),
        ),
        (
            "bad contact",
            answers::problem(400, "invalidContact", "bad contact"),
        ),
    ];
    for (words, answer) in cases {
        let mut talk = Conversation::at(Point::Registering, NAMES);
        talk.insist(NewAccount, &answer);
        let detail = talk.failed().explanation.detail.expect("a detail");
        assert!(detail.contains(words), "{detail}");
        talk.want(Intent::TryAgain);
        assert_eq!(talk.waiting(), [NewAccount]);
        talk.go_to(Point::Issued);
    }
}

/// `Location` is what names an account; what is said beside it may be anything or nothing.
#[test]
fn an_account_is_used_whatever_is_said_of_it() {
    for body in [
        "",
        "{}",
        "welcome",
        r#"{"status":"valid","contact":null}"#,
        r#"{"status":"","orders":"","contact":"me"}"#,
        "\u{feff}{\"status\":\"valid\"}",
    ] {
        for location in ["https://ca.example/account/1", "/account/1"] {
            for status in [200, 201] {
                let mut talk = Conversation::at(Point::Registering, NAMES);
                talk.answer(NewAccount, answers::text(status, body).location(location));
                talk.go_to(Point::Issued);
                assert_eq!(talk.count(NewAccount), 1, "{body}");
            }
        }
    }
}

/// RFC 8555 §7.3.3: the answer carries the terms as a link, and where to agree as `instance`.
#[test]
fn shows_where_to_agree_to_new_terms() {
    let link = "<https://ca.example/terms/2>;rel=\"terms-of-service\"";
    let mut problem = answers::problem_json("userActionRequired", "the terms have changed");
    for instance in [None, Some("https://ca.example/agree")] {
        let expected = instance.unwrap_or("https://ca.example/terms/2");
        if let Some(url) = instance {
            problem["instance"] = json!(url);
        }
        let mut talk = Conversation::at(Point::Registering, NAMES);
        talk.answer(NewAccount, answers::json(403, &problem).link(link));
        assert_eq!(talk.failed().explanation.link.as_deref(), Some(expected));
    }
}

#[test]
fn only_https_links_are_shown() {
    let mut problem = answers::problem_json("userActionRequired", "look");
    problem["instance"] = json!("javascript:alert(1)");
    let mut talk = Conversation::at(Point::Registering, NAMES);
    talk.answer(NewAccount, answers::json(403, &problem));
    assert_eq!(talk.failed().explanation.link, None);
}
