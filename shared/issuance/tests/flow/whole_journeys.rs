//! From the first request to the certificate: what is asked, and how often.

use std::collections::BTreeMap;

use tabcert_issuance::transcript::RequestKind;

use crate::conversation::Conversation;
use crate::points::Point;

fn names(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("host-{number}.example.org"))
        .collect()
}

fn issue(count: usize) -> Conversation {
    let names = names(count);
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    Conversation::at(Point::Issued, &names)
}

fn requests(talk: &Conversation) -> BTreeMap<RequestKind, usize> {
    let mut requests = BTreeMap::new();
    for kind in &talk.asked {
        *requests.entry(*kind).or_default() += 1;
    }
    requests
}

/// RFC 8555 needs 6 + 2N requests; a look at the order tells when all is proven, and each call in
/// flight beyond the first needs a nonce of its own.
#[test]
fn asks_no_more_than_the_protocol_needs() {
    for (count, extra_nonces) in [(1, 0), (2, 1), (20, 7)] {
        let talk = issue(count);
        let expected = [
            (RequestKind::Directory, 1),
            (RequestKind::NewNonce, 1 + extra_nonces),
            (RequestKind::NewAccount, 1),
            (RequestKind::NewOrder, 1),
            (RequestKind::Authorization, count),
            (RequestKind::Challenge, count),
            (RequestKind::Order, 1),
            (RequestKind::Finalize, 1),
            (RequestKind::Certificate, 1),
        ];
        assert_eq!(requests(&talk), BTreeMap::from(expected), "{count} names");
        assert_eq!(talk.asked.len(), 6 + 2 * count + 1 + extra_nonces);
    }
}

#[test]
fn one_nonce_serves_a_journey_with_one_name() {
    let talk = issue(1);
    assert_eq!(talk.count(RequestKind::NewNonce), 1);
    assert!(talk.timers.is_empty() && talk.requests.is_empty());
}

#[test]
fn the_transcript_tells_what_was_asked_and_stays_short() {
    let talk = issue(60);
    let transcript = talk.view().transcript;
    assert_eq!(transcript.len(), 100);
    assert!(transcript.iter().all(|exchange| {
        let outcome = exchange.outcome.expect("answered");
        outcome.status == Some(200) || outcome.status == Some(201)
    }));
    let last: Vec<_> = transcript.iter().rev().take(2).map(|it| it.kind).collect();
    assert_eq!(last, [RequestKind::Certificate, RequestKind::Finalize]);
}
