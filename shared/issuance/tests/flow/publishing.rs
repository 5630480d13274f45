//! The edge is told what to answer.

use tabcert_issuance::Intent;
use tabcert_issuance::event::PublishError;
use tabcert_issuance::proof::Method;
use tabcert_issuance::transcript::RequestKind::Challenge;
use tabcert_issuance::view::{Phase, Stage};

use crate::conversation::Conversation;
use crate::fixtures::account_key;
use crate::points::Point;

const NAMES: &[&str] = &["a.example", "b.example"];

fn not_tied() -> PublishError {
    PublishError {
        detail: "a.example is not tied to this account".to_owned(),
        not_tied: true,
    }
}

fn dns_for(name: &str) -> Intent {
    Intent::ChooseMethod {
        name: name.to_owned(),
        method: Method::Dns,
    }
}

#[test]
fn no_challenge_is_started_before_the_edge_answers_for_all() {
    let mut talk = Conversation::at(Point::Publishing, NAMES);
    let hosts: Vec<_> = talk
        .to_publish
        .iter()
        .map(|it| it.host.to_string())
        .collect();
    assert_eq!(hosts, NAMES);
    let signer = talk.to_publish[0].signer.thumbprint();
    assert_eq!(signer, account_key().thumbprint());
    talk.publish(Ok(()));
    assert_eq!(talk.count(Challenge), 0);
    let Phase::Working(work) = talk.phase() else {
        panic!("at work");
    };
    assert_eq!(work.progress, Some((1, 2)));
    talk.publish(Ok(()));
    assert_eq!(talk.stage(), Some(Stage::Validating));
    assert_eq!(talk.count(Challenge), 2);
}

#[test]
fn what_the_edge_refuses_goes_back_to_the_visitor() {
    let mut talk = Conversation::at(Point::Publishing, NAMES);
    talk.publish(Err(not_tied()));
    talk.publish(Ok(()));
    assert_eq!(talk.count(Challenge), 0);
    let names = talk.proving().names;
    assert_eq!(names[0].publish_error, Some(not_tied()));
    assert_eq!(names[1].publish_error, None);
    talk.want(dns_for("a.example"));
    assert_eq!(talk.proving().names[0].publish_error, None);
    talk.want(Intent::Ready);
    let hosts: Vec<_> = talk
        .to_publish
        .iter()
        .map(|it| it.host.to_string())
        .collect();
    assert_eq!(hosts, ["b.example"]);
    talk.go_to(Point::Issued);
}

#[test]
fn ready_asks_the_edge_once_more() {
    let mut talk = Conversation::at(Point::Publishing, NAMES);
    talk.publish(Err(not_tied()));
    talk.publish(Err(not_tied()));
    talk.want(Intent::Ready);
    assert_eq!(talk.stage(), Some(Stage::Publishing));
    talk.go_to(Point::Issued);
}
