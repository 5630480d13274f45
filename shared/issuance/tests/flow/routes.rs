//! CAs whose CORS is half open: what can be read at first, and what not.

use tabcert_issuance::effect::Route;
use tabcert_issuance::event::TransportError;
use tabcert_issuance::transcript::RequestKind::{
    Directory, Finalize, NewAccount, NewNonce, NewOrder, Order,
};

use crate::conversation::Conversation;
use crate::points::Point;

const NAMES: &[&str] = &["a.example"];

fn failed_to_fetch() -> TransportError {
    TransportError::Network("TypeError: Failed to fetch".to_owned())
}

fn edge_refuses() -> TransportError {
    TransportError::EdgeRefused("ca.example is not on this edge's list of CAs".to_owned())
}

fn route(talk: &Conversation) -> Option<Route> {
    talk.view().ca.map(|ca| ca.route)
}

/// The preflight is refused, or the POST answered without CORS headers: browsers do not say.
#[test]
fn a_post_that_browsers_cannot_make_goes_through_the_edge() {
    let mut talk = Conversation::at(Point::Registering, NAMES);
    assert_eq!(route(&talk), Some(Route::Direct));
    talk.lose(NewAccount, failed_to_fetch());
    assert!(talk.timers.is_empty(), "at once");
    assert_eq!(route(&talk), Some(Route::Edge));
    while !talk.waiting().contains(&NewAccount) {
        assert_eq!(talk.requests[0].route, Route::Edge);
        talk.step();
    }
    assert_eq!(talk.requests[0].route, Route::Edge);
    talk.go_to(Point::Issued);
    assert_eq!((talk.count(NewAccount), talk.count(Directory)), (2, 1));
    assert_eq!(talk.count(NewOrder), 1);
}

#[test]
fn without_an_edge_it_is_asked_for_again_with_patience() {
    let mut talk = Conversation::new(NAMES, false);
    talk.go_to(Point::Registering);
    talk.lose_always(NewAccount, &failed_to_fetch());
    assert_eq!(talk.count(NewAccount), 4);
    assert_eq!(route(&talk), Some(Route::Direct));
}

/// `Access-Control-Expose-Headers` without `Location`.
#[test]
fn an_account_whose_url_is_hidden_is_found_through_the_edge() {
    let mut talk = Conversation::at(Point::Registering, NAMES);
    let asked = talk.take(NewAccount);
    let answer = talk.ca.answer(&asked).without_location();
    talk.reply(&asked, answer);
    let again = talk.requests.iter().find(|it| it.kind == NewAccount);
    assert_eq!(again.map(|it| it.route), Some(Route::Edge));
    talk.go_to(Point::Issued);
    assert_eq!((talk.count(NewAccount), talk.ca.accounts_made), (2, 1));
}

#[test]
fn an_order_whose_url_is_hidden_is_found_through_the_edge() {
    for (orders_per_page, expected) in [(Some(2), 1), (None, 2)] {
        let mut talk = Conversation::at(Point::Ordering, NAMES);
        talk.ca.orders_per_page = orders_per_page;
        let asked = talk.take(NewOrder);
        let answer = talk.ca.answer(&asked).without_location();
        talk.reply(&asked, answer);
        assert_eq!(route(&talk), Some(Route::Edge));
        talk.go_to(Point::Issued);
        assert_eq!(talk.count(NewOrder), expected);
        assert_eq!(talk.ca.orders.len(), expected);
    }
}

/// Nobody can say where the order is, and another would be as lost.
#[test]
fn a_ca_that_never_says_where_orders_are_is_not_asked_for_more() {
    let mut talk = Conversation::new(NAMES, false);
    talk.ca.orders_per_page = None;
    talk.go_to(Point::Ordering);
    let asked = talk.take(NewOrder);
    let answer = talk.ca.answer(&asked).without_location();
    talk.reply(&asked, answer);
    talk.go_to(Point::Failed);
    assert_eq!(talk.count(NewOrder), 1);
}

/// Errors without CORS headers, at a CA whose other answers have them.
#[test]
fn a_step_that_stays_unanswered_directly_is_tried_through_the_edge() {
    for (point, kind) in [(Point::Finalizing, Finalize), (Point::Looking, Order)] {
        let mut talk = Conversation::at(point, NAMES);
        for _ in 0..2 {
            assert_eq!(talk.requests[0].route, Route::Direct);
            talk.lose(kind, failed_to_fetch());
            talk.tick();
            talk.answer_nonces();
        }
        assert_eq!(talk.waiting(), [kind]);
        assert_eq!(talk.requests[0].route, Route::Edge);
        talk.go_to(Point::Issued);
        assert_eq!(route(&talk), Some(Route::Edge));
        assert_eq!(talk.count(NewOrder), 1);
    }
}

/// The network was gone for a moment, and the edge does not relay to this CA.
#[test]
fn an_edge_that_refuses_is_no_way() {
    let mut talk = Conversation::at(Point::Registering, NAMES);
    talk.lose(NewAccount, failed_to_fetch());
    assert_eq!(talk.requests[0].route, Route::Edge);
    talk.lose(NewNonce, edge_refuses());
    talk.answer_nonces();
    assert_eq!(talk.waiting(), [NewAccount]);
    assert_eq!(talk.requests[0].route, Route::Direct);
    assert_eq!(route(&talk), Some(Route::Direct));
    talk.go_to(Point::Issued);
    assert_eq!(talk.count(NewOrder), 1);
}
