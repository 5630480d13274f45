//! An order is gone on with in another tab: what was chosen still counts, and what has ended is told.

use serde_json::json;
use tabcert_issuance::Intent;
use tabcert_issuance::proof::Method;
use tabcert_issuance::transcript::RequestKind::{Authorization, Challenge, NewOrder, Order};
use tabcert_issuance::view::{Cause, NameCause, OrderStanding, Stage};

use crate::answers;
use crate::conversation::Conversation;
use crate::points::Point;

const NAMES: &[&str] = &["a.example", "b.example"];

/// The visitor has said that the edge answers for all names, and the tab is opened again.
fn said_ready_for(method: Method) -> Conversation {
    let mut talk = Conversation::at(Point::Proving, NAMES);
    for name in NAMES {
        let name = (*name).to_owned();
        talk.want(Intent::ChooseMethod { name, method });
    }
    talk.want(Intent::Ready);
    assert!(talk.stage().is_some());
    talk
}

#[test]
fn no_other_challenge_stands_in_for_one_that_is_not_offered_now() {
    for method in [Method::HttpEdge, Method::HttpRedirect] {
        let mut talk = said_ready_for(method);
        let started = talk.count(Challenge);
        talk.edge_available = false;
        talk.kill();
        talk.go_to(Point::Proving);
        let proving = talk.proving();
        for proof in &proving.names {
            assert_eq!((proof.method, proof.not_offered), (method, Some(method)));
            assert_eq!(proof.methods, [Method::Dns, Method::HttpFile]);
        }
        assert!(proving.records.is_empty() && proving.files.is_empty());
        assert_eq!(
            talk.want(Intent::Ready),
            0,
            "not before the visitor has chosen"
        );
        assert_eq!(talk.count(Challenge), started);
        // The visitor takes another way.
        talk.go_to(Point::Issued);
        assert_eq!(talk.count(NewOrder), 1);
    }
}

#[test]
fn where_the_edge_is_back_it_goes_on_by_itself() {
    let mut talk = said_ready_for(Method::HttpEdge);
    talk.edge_available = false;
    talk.kill();
    talk.go_to(Point::Proving);
    talk.edge_available = true;
    talk.kill();
    talk.go_to(Point::Publishing);
    talk.go_to(Point::Issued);
}

#[test]
fn a_choice_that_is_not_in_place_yet_is_not_started_by_itself() {
    let mut talk = said_ready_for(Method::HttpEdge);
    talk.edge_available = false;
    talk.kill();
    talk.go_to(Point::Proving);
    let (name, method) = (NAMES[0].to_owned(), Method::Dns);
    talk.want(Intent::ChooseMethod { name, method });
    talk.edge_available = true;
    talk.kill();
    talk.go_to(Point::Proving);
    assert_eq!(talk.proving().names[0].method, Method::Dns);
}

/// What came by default is a choice as well, once the visitor is ready.
#[test]
fn a_method_that_came_by_default_is_kept() {
    let mut talk = Conversation::redirected(NAMES, true, &["b.example"]);
    talk.go_to(Point::Proving);
    talk.want(Intent::Ready);
    talk.kill(); // the list of redirected names is empty then
    talk.go_to(Point::Starting);
    let mut paths: Vec<_> = talk.requests.iter().map(|it| it.path.clone()).collect();
    paths.sort();
    assert_eq!(paths, ["/challenge/1/0/http-01", "/challenge/1/1/dns-01"]);
}

#[test]
fn authorizations_that_have_ended_are_told_and_not_proven() {
    let cases = [
        ("expired", NameCause::Expired, Cause::AuthorizationsEnded),
        (
            "deactivated",
            NameCause::Deactivated,
            Cause::AuthorizationsEnded,
        ),
        ("revoked", NameCause::Revoked, Cause::AuthorizationsEnded),
        ("invalid", NameCause::ProofFailed, Cause::Unproven),
    ];
    for (status, name_cause, cause) in cases {
        // Some show challenges that are decided, some pending ones, some none.
        for kept in ["decided", "pending", "none"] {
            let mut talk = Conversation::at(Point::Proving, &NAMES[..1]);
            talk.kill();
            talk.go_to(Point::Authorizing);
            talk.answer_nonces();
            let mut ended = answers::authorization((1, 0), NAMES[0], status, &["dns-01"]);
            match kept {
                "pending" => ended["challenges"][0]["status"] = json!("pending"),
                "none" => ended["challenges"] = json!([]),
                _ => ended["challenges"][0]["status"] = json!("valid"),
            }
            talk.answer(Authorization, answers::json(200, &ended));
            let failed = talk.failed();
            assert_eq!(
                (failed.cause, failed.order),
                (cause, OrderStanding::None),
                "{status}"
            );
            assert_eq!(failed.names[0].cause, name_cause, "{status} {kept}");
            assert!(failed.can_try_again);
            talk.want(Intent::TryAgain);
            talk.go_to(Point::Issued);
            assert_eq!(talk.count(NewOrder), 2);
        }
    }
}

/// A state of some CAs' own, between pending and valid.
#[test]
fn an_authorization_that_is_processing_is_watched() {
    let mut talk = Conversation::at(Point::Proving, &NAMES[..1]);
    talk.kill();
    talk.go_to(Point::Authorizing);
    talk.answer_nonces();
    let busy = answers::authorization((1, 0), NAMES[0], "processing", &["dns-01"]);
    talk.answer(Authorization, answers::json(200, &busy));
    assert_eq!(talk.stage(), Some(Stage::Validating));
    assert_eq!(talk.waiting(), [Order]);
    assert_eq!(talk.count(Challenge), 0);
}

/// A CA, or whatever is before it, does not make the visitor put anything in place for other names.
#[test]
fn names_that_were_not_ordered_are_shown_to_nobody_as_records() {
    for foreign in ["elsewhere.example", "*.a.example", "b.a.example"] {
        let mut talk = Conversation::at(Point::Authorizing, &NAMES[..1]);
        talk.answer_nonces();
        let other = answers::authorization((1, 0), foreign, "pending", &["dns-01"]);
        talk.answer(Authorization, answers::json(200, &other));
        let failed = talk.failed();
        assert_eq!(failed.cause, Cause::ForeignNames, "{foreign}");
        assert_eq!(failed.order, OrderStanding::Open);
        assert_eq!(failed.names[0].cause, NameCause::NotOrdered);
        talk.want(Intent::TryAgain);
        talk.go_to(Point::Issued);
        assert_eq!(talk.count(NewOrder), 1);
    }
}

#[test]
fn a_wildcard_that_does_not_say_so_is_the_wildcard() {
    let mut talk = Conversation::at(Point::Authorizing, &["*.a.example"]);
    talk.answer_nonces();
    let kinds = ["http-01", "dns-01"];
    let mut silent = answers::authorization((1, 0), "a.example", "pending", &kinds);
    silent["wildcard"] = json!(false);
    talk.answer(Authorization, answers::json(200, &silent));
    let proof = talk.proving().names.remove(0);
    assert_eq!(
        (proof.name.as_str(), proof.methods),
        ("*.a.example", vec![Method::Dns])
    );
    assert_eq!(talk.proving().records[0].name, "_acme-challenge.a.example");
}

/// RFC 8555 §7.1.1 has accounts bound before they are made; one that is known was.
#[test]
fn an_account_that_is_known_is_bound_already() {
    let mut talk = Conversation::new(NAMES, true);
    talk.ca.meta = json!({"externalAccountRequired": true});
    talk.go_to(Point::Connected);
    assert!(talk.view().ca.expect("a CA").external_account_required);
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    talk.ca.meta = json!({"externalAccountRequired": true});
    talk.kill();
    talk.go_to(Point::Proving);
    assert!(!talk.view().ca.expect("a CA").external_account_required);
}
