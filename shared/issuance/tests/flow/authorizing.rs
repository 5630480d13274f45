//! Reading what has to be proven.

use tabcert_issuance::Intent;
use tabcert_issuance::transcript::RequestKind::{Authorization, NewOrder, Order};
use tabcert_issuance::view::{Phase, Stage};

use crate::answers;
use crate::conversation::Conversation;
use crate::points::Point;

const NAMES: &[&str] = &["a.example", "b.example", "c.example"];

fn names(talk: &Conversation) -> Vec<String> {
    let proofs = talk.proving().names.into_iter();
    proofs.map(|proof| proof.name).collect()
}

/// RFC 8555 §7.1.3 promises nothing about the order of authorizations; answers overtake each other.
#[test]
fn the_order_of_the_answers_means_nothing() {
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let mut talk = Conversation::at(Point::Ordering, NAMES);
        talk.step(); // newOrder, after which all authorizations are asked for in turn
        let mut asked = Vec::new();
        while talk.count(Authorization) < NAMES.len() || !talk.requests.is_empty() {
            let next = talk.requests.remove(0);
            if next.kind == Authorization {
                asked.push(next);
            } else {
                let answer = talk.ca.answer(&next);
                talk.reply(&next, answer);
            }
        }
        for index in order {
            assert_eq!(talk.stage(), Some(Stage::Authorizing));
            let answer = talk.ca.answer(&asked[index]);
            talk.reply(&asked[index], answer);
        }
        assert_eq!(names(&talk), NAMES, "as the visitor wrote them");
    }
}

#[test]
fn what_is_proven_already_is_not_asked_of_the_visitor() {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    talk.ca.proven.insert("b.example".to_owned());
    talk.go_to(Point::Proving);
    assert_eq!(names(&talk), ["a.example", "c.example"]);
    assert_eq!(talk.proving().already_valid, ["b.example"]);
    talk.go_to(Point::Issued);
}

#[test]
fn where_all_is_proven_the_order_is_looked_at() {
    let mut talk = Conversation::at(Point::Ordering, &["a.example"]);
    talk.answer(NewOrder, answers::order(1, "pending", 1));
    let valid = answers::authorization((1, 0), "a.example", "valid", &["dns-01"]);
    talk.answer(Authorization, answers::json(200, &valid));
    assert_eq!(talk.waiting(), [Order]);
    assert_eq!(talk.stage(), Some(Stage::Validating));
}

#[test]
fn shows_how_far_it_is() {
    let mut talk = Conversation::at(Point::Authorizing, NAMES);
    let mut seen = Vec::new();
    while let Phase::Working(work) = talk.phase() {
        seen.extend(work.progress);
        talk.step();
    }
    seen.dedup();
    assert_eq!(seen, [(0, 3), (1, 3), (2, 3)]);
}

#[test]
fn what_is_no_authorization_is_told() {
    for (words, answer) in [
        ("malformed authorization", answers::text(200, "{}")),
        ("gone", answers::problem(404, "malformed", "gone")),
    ] {
        let mut talk = Conversation::at(Point::Authorizing, NAMES);
        talk.insist(Authorization, &answer);
        let detail = talk.failed().explanation.detail.expect("a detail");
        assert!(detail.contains(words), "{detail}");
        talk.want(Intent::TryAgain);
        talk.go_to(Point::Issued);
    }
}

#[test]
fn many_authorizations_are_read_eight_at_a_time() {
    let names: Vec<_> = (0..20).map(|number| format!("n{number}.example")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let mut talk = Conversation::at(Point::Authorizing, &names);
    talk.answer_nonces();
    let mut most = 0;
    // The last one asked is answered first.
    while talk.stage() == Some(Stage::Authorizing) {
        most = most.max(
            talk.waiting()
                .iter()
                .filter(|kind| **kind == Authorization)
                .count(),
        );
        let asked = talk.requests.pop().expect("a request");
        let answer = talk.ca.answer(&asked);
        talk.reply(&asked, answer);
    }
    assert_eq!(most, 8);
    assert_eq!(talk.proving().names.len(), 20);
}
