//! Nothing that depends on what cannot be made again is sent before that is stored.

use tabcert_issuance::event::KeyError;
use tabcert_issuance::proof::Method;
use tabcert_issuance::saved::{Saved, SavedOrder};
use tabcert_issuance::transcript::RequestKind::{
    Authorization, Challenge, Finalize, NewAccount, NewNonce, NewOrder,
};
use tabcert_issuance::view::Phase;
use tabcert_issuance::{Event, Intent};

use crate::conversation::Conversation;
use crate::points::Point;

const NAMES: &[&str] = &["a.example", "*.a.example"];

fn waiting_to_be_stored(talk: &Conversation) -> &Saved {
    talk.to_store.as_ref().expect("something to store")
}

#[test]
fn a_tab_that_asked_for_nothing_stores_nothing() {
    let talk = Conversation::at(Point::Connected, NAMES);
    assert_eq!((talk.stored, talk.to_store), (None, None));
}

#[test]
fn each_request_waits_for_what_it_depends_on() {
    let mut talk = Conversation::at(Point::Connected, NAMES);
    talk.slow_storage = true;
    talk.step();
    assert_eq!(waiting_to_be_stored(&talk).application, talk.application);
    assert_eq!(talk.waiting(), []);
    talk.store();
    assert_eq!(talk.waiting(), [NewAccount]);

    talk.make_csr();
    let stored = talk.to_store.clone().expect("the key");
    assert!(stored.key.is_some() && stored.csr_der.is_some());
    talk.store();

    let asked = talk.take(NewAccount);
    let answer = talk.ca.answer(&asked);
    talk.reply(&asked, answer);
    let stored = waiting_to_be_stored(&talk);
    assert!(stored.account_url.is_some());
    assert_eq!(stored.order, SavedOrder::Asked);
    // Nonces are fetched meanwhile.
    assert!(talk.waiting().iter().all(|kind| *kind == NewNonce));
    talk.store();
    assert!(talk.waiting().contains(&NewOrder));

    talk.answer_nonces();
    let asked = talk.take(NewOrder);
    let answer = talk.ca.answer(&asked);
    talk.reply(&asked, answer);
    assert!(matches!(
        waiting_to_be_stored(&talk).order,
        SavedOrder::Made(_)
    ));
    assert!(!talk.waiting().contains(&Authorization));
    talk.store();
    assert!(talk.waiting().contains(&Authorization));

    talk.go_to(Point::Proving);
    talk.want(Intent::Ready);
    assert!(waiting_to_be_stored(&talk).ready);
    assert!(!talk.waiting().contains(&Challenge));
    talk.store();
    assert!(talk.waiting().contains(&Challenge));
    talk.go_to(Point::Issued);
    assert_eq!(talk.count(Finalize), 1);
}

#[test]
fn the_edge_is_told_nothing_before_it_is_stored() {
    let mut talk = Conversation::at(Point::Proving, &["a.example"]);
    talk.slow_storage = true;
    let name = "a.example".to_owned();
    let method = Method::HttpEdge;
    talk.want(Intent::ChooseMethod { name, method });
    talk.want(Intent::Ready);
    assert!(talk.to_publish.is_empty());
    talk.store();
    assert!(
        talk.to_publish.is_empty(),
        "the choice is stored, \"ready\" is not"
    );
    talk.store();
    assert_eq!(talk.to_publish.len(), 1);
}

/// What is held back is not sent any more once the order has stopped, whenever it is stored.
#[test]
fn what_is_held_back_is_dropped_with_a_failure() {
    let mut talk = Conversation::at(Point::Connected, NAMES);
    talk.slow_key = true;
    talk.step();
    talk.slow_storage = true;
    let asked = talk.take(NewAccount);
    let answer = talk.ca.answer(&asked);
    talk.reply(&asked, answer);
    assert_eq!(talk.waiting(), [NewNonce], "newOrder is held back");
    talk.csr_tasks.clear();
    let error = KeyError("out of memory".to_owned());
    talk.event(Event::CsrPrepared(Err(error)));
    talk.failed();
    while talk.to_store.is_some() {
        talk.store();
    }
    assert_eq!(talk.count(NewOrder), 0);
    (talk.slow_key, talk.slow_storage) = (false, false);
    talk.want(Intent::TryAgain);
    talk.go_to(Point::Issued);
    assert_eq!(talk.count(NewOrder), 1);
}

#[test]
fn no_token_is_published_after_a_failure() {
    let mut talk = Conversation::at(Point::Connected, &["a.example"]);
    talk.slow_key = true;
    talk.method = Method::HttpEdge;
    while !matches!(talk.phase(), Phase::Proving(_)) {
        talk.step();
    }
    let name = "a.example".to_owned();
    let method = Method::HttpEdge;
    talk.want(Intent::ChooseMethod { name, method });
    talk.slow_storage = true;
    talk.want(Intent::Ready);
    assert!(talk.to_publish.is_empty());
    talk.csr_tasks.clear();
    let error = KeyError("out of memory".to_owned());
    talk.event(Event::CsrPrepared(Err(error)));
    talk.failed();
    while talk.to_store.is_some() {
        talk.store();
    }
    assert!(talk.to_publish.is_empty());
}

#[test]
fn what_changes_while_it_is_stored_is_stored_once_more() {
    let mut talk = Conversation::at(Point::Proving, &["a.example"]);
    talk.slow_storage = true;
    for method in [Method::HttpFile, Method::Dns, Method::HttpFile] {
        let name = "a.example".to_owned();
        talk.want(Intent::ChooseMethod { name, method });
    }
    talk.store();
    let last = waiting_to_be_stored(&talk).methods.get("a.example");
    assert_eq!(last, Some(&Method::HttpFile));
    talk.store();
    assert_eq!(talk.to_store, None);
}

#[test]
fn the_key_is_not_printed() {
    let mut talk = Conversation::at(Point::Proving, NAMES);
    talk.slow_storage = true;
    talk.want(Intent::Ready);
    let saved = waiting_to_be_stored(&talk);
    assert!(saved.key.is_some());
    assert!(format!("{saved:?}").contains("CertificateKey(..)"));
}
