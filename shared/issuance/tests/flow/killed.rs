//! The tab is closed at any instant and opened again: the certificate arrives, and nothing is made
//! twice that costs something.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::json;
use tabcert_issuance::Intent;
use tabcert_issuance::proof::{Method, TxtRecord};
use tabcert_issuance::transcript::RequestKind::{Finalize, NewAccount, NewOrder, Order};
use tabcert_issuance::view::{Cause, OrderStanding, Phase, Stage};

use crate::answers;
use crate::conversation::Conversation;
use crate::dice::Dice;
use crate::points::Point;

const NAMES: &[&str] = &["a.example", "*.a.example", "b.example"];

/// How many games are played, unless the environment's `TABCERT_GAMES` says otherwise.
const GAMES: u64 = 200;

#[test]
fn killed_at_each_point_it_goes_on_with_account_key_and_order() {
    for point in Point::ALL {
        if matches!(point, Point::Unreached | Point::Diagnosing | Point::Failed) {
            continue;
        }
        let mut talk = Conversation::at(point, NAMES);
        talk.kill();
        talk.slow_key = false;
        talk.go_to(Point::Issued);
        assert_eq!(talk.ca.accounts_made, 1, "{point:?}");
        assert_eq!(talk.ca.orders.len(), 1, "{point:?}");
        assert_eq!(
            talk.delivery().key.as_ref().expect("a key").pkcs8_der(),
            b"key-1",
            "{point:?}"
        );
    }
}

#[test]
fn what_the_visitor_has_placed_stays_right() {
    for method in [Method::Dns, Method::HttpFile, Method::HttpEdge] {
        let mut talk = Conversation::at(Point::Proving, &["a.example", "b.example"]);
        for name in ["a.example", "b.example"] {
            let name = name.to_owned();
            talk.want(Intent::ChooseMethod { name, method });
        }
        let before = talk.proving();
        talk.kill();
        talk.go_to(Point::Proving);
        assert_eq!(talk.proving(), before);
    }
}

/// The answer to newOrder never arrived.
#[test]
fn an_order_that_was_lost_is_found_in_the_list() {
    for orders_before in [0, 1, 5] {
        let mut talk = Conversation::at(Point::Ordering, NAMES);
        let lost = talk.take(NewOrder);
        for _ in 0..orders_before {
            talk.ca.answer(&lost);
        }
        for order in &mut talk.ca.orders {
            order.csr = Some("another one".to_owned());
        }
        talk.ca.answer(&lost);
        talk.kill();
        talk.go_to(Point::Proving);
        assert_eq!(talk.count(NewOrder), 1, "asked for by the first tab");
        talk.go_to(Point::Issued);
        assert_eq!(talk.ca.orders.len(), orders_before + 1);
    }
}

#[test]
fn a_ca_without_lists_is_asked_again() {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    talk.ca.orders_per_page = None;
    talk.kill();
    talk.go_to(Point::Issued);
    assert_eq!(talk.count(NewOrder), 2);
    assert_eq!(talk.ca.orders.len(), 1, "the first one never arrived");
}

/// Another order of the account, for other names or no longer open, is not taken for the lost one.
#[test]
fn orders_for_something_else_are_left_alone() {
    let mut talk = Conversation::at(Point::Ordering, NAMES);
    let mut other = talk.take(NewOrder);
    let payload = json!({"identifiers": [{"type": "dns", "value": "other.example"}]});
    other.signed.as_mut().expect("signed").payload = Some(payload);
    talk.ca.answer(&other);
    talk.kill();
    talk.go_to(Point::Issued);
    assert_eq!(talk.ca.orders.len(), 2);
    assert!(talk.ca.orders[0].csr.is_none());
}

#[test]
fn an_order_that_has_ended_meanwhile_is_explained_and_replaced() {
    let endings = [answers::invalid_order(
        1,
        3,
        answers::problem_json("unauthorized", "expired"),
    )];
    for ending in endings {
        let mut talk = Conversation::at(Point::Proving, NAMES);
        talk.kill();
        talk.step();
        talk.step();
        assert_eq!(talk.stage(), Some(Stage::Resuming));
        talk.answer_nonces();
        talk.answer(Order, ending);
        while !matches!(talk.phase(), Phase::Failed(_)) {
            talk.step();
        }
        let failed = talk.failed();
        let detail = failed.explanation.detail.as_deref();
        assert_eq!((failed.cause, detail), (Cause::OrderEnded, Some("expired")));
        assert_eq!(failed.order, OrderStanding::None);
        talk.want(Intent::TryAgain);
        talk.go_to(Point::Issued);
        assert_eq!(talk.ca.accounts_made, 1);
        assert!(
            talk.delivery().csr_der.starts_with(b"key-1 "),
            "the same key"
        );
    }
}

/// Not found is not ended: the order stays until the visitor leaves it.
#[test]
fn an_order_that_stays_unknown_is_kept_for_the_visitor_to_decide() {
    let mut talk = Conversation::at(Point::Proving, NAMES);
    talk.kill();
    let waited_ms = talk.insist(Order, &answers::problem(404, "malformed", "no such order"));
    assert!((29_000..31_000).contains(&waited_ms), "{waited_ms}");
    talk.kill();
    talk.go_to(Point::Failed);
    talk.want(Intent::TryAgain);
    assert_eq!(talk.waiting().last(), Some(&Order));
    talk.go_to(Point::Issued);
    assert_eq!(talk.count(NewOrder), 1);
}

#[test]
fn a_failure_is_still_there_and_so_is_the_way_on() {
    let mut talk = Conversation::at(Point::Failed, NAMES);
    let before = talk.failed();
    talk.kill();
    talk.go_to(Point::Failed);
    assert_eq!(talk.failed(), before);
    talk.ca.failing.clear();
    talk.want(Intent::TryAgain);
    talk.go_to(Point::Issued);
    assert_eq!(talk.count(NewAccount), 1);
    assert_eq!(talk.ca.orders.len(), 2);
}

/// Nobody answered, which says nothing about the order.
#[test]
fn an_order_whose_ca_fell_silent_is_gone_on_with() {
    let mut talk = Conversation::at(Point::AwaitingCertificate, NAMES);
    talk.tick();
    talk.answer(Order, answers::text(503, "busy").retry_after("9999"));
    talk.failed();
    talk.want(Intent::TryAgain);
    talk.go_to(Point::Issued);
    assert_eq!((talk.ca.orders.len(), talk.count(Finalize)), (1, 1));
}

#[test]
fn an_issued_certificate_is_shown_again() {
    let mut talk = Conversation::at(Point::Issued, NAMES);
    let (issued, delivery) = (talk.issued(), talk.delivery());
    talk.kill();
    talk.go_to(Point::Issued);
    assert_eq!(talk.issued(), issued);
    assert_eq!(talk.delivery().answer, delivery.answer);
    assert_eq!(talk.delivery().key, delivery.key);
}

/// Everybody does well, but the tab is closed again and again, also while something is being stored,
/// and the CA may or may not have got what was sent.
#[test]
fn every_game_with_a_tab_that_is_closed_ends_with_one_order() {
    let games = std::env::var("TABCERT_GAMES").ok();
    let games = games.and_then(|games| games.parse().ok()).unwrap_or(GAMES);
    for seed in 0..games {
        let game = AssertUnwindSafe(|| play(seed));
        assert!(catch_unwind(game).is_ok(), "game {seed}");
    }
}

fn play(seed: u64) {
    let mut dice = Dice::new(seed);
    let names = &NAMES[..=dice.roll(NAMES.len())];
    let mut talk = Conversation::new(names, dice.chance(80));
    talk.slow_storage = true;
    talk.ca.looks_before_ready = dice.roll(3);
    talk.ca.looks_before_valid = dice.roll(3);
    talk.ca.reuses_proofs = dice.chance(50);
    let mut deaths = 1 + dice.roll(6);
    let mut placed: Option<Vec<TxtRecord>> = None;
    for _ in 0..2_000 {
        if matches!(talk.phase(), Phase::Issued(_)) {
            break;
        }
        if deaths > 0 && dice.chance(8) {
            deaths -= 1;
            let in_flight: Vec<_> = talk.requests.drain(..).collect();
            for asked in in_flight {
                if dice.chance(50) {
                    talk.ca.answer(&asked);
                }
            }
            if talk.to_store.is_some() && dice.chance(50) {
                talk.store();
            }
            talk.kill();
        }
        if let Phase::Proving(proving) = talk.phase() {
            let placed = placed.get_or_insert_with(|| proving.records.clone());
            assert_eq!(&proving.records, placed, "what was placed has changed");
        }
        talk.step();
    }
    talk.issued();
    assert_eq!(talk.ca.accounts_made, 1);
    assert_eq!(talk.ca.orders.len(), 1);
}
