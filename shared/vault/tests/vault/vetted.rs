//! Records out of a file have the bounds of those that are made here.

use tabcert_vault::backup::Contents;
use tabcert_vault::certificate::{Attempt, MAX_HISTORY, Outcome};
use tabcert_vault::merge::Merge;
use tabcert_vault::order::OrderState;
use tabcert_vault::vetted::MAX_TEXT_CHARACTERS;

use crate::fixtures::{account, certificate, order};

#[test]
fn what_is_endless_is_cut_and_what_is_odd_is_left_out() {
    let endless = "é".repeat(MAX_TEXT_CHARACTERS * 2);
    let mut account = account(1);
    account.label.clone_from(&endless);
    account.contact = vec![
        "mailto:a@example.org".to_owned(),
        "javascript:alert(1)".to_owned(),
    ];
    account.redirected = vec!["example.org".to_owned(), "<b>".to_owned()];
    let mut order = order(2, account.id);
    order.names = vec![endless.clone(); 5_000];
    order.state = OrderState::Failed {
        sentence: endless.clone(),
    };
    let mut certificate = certificate(3, &["a.example"], 90);
    certificate.label.description.clone_from(&endless);
    certificate.facts.issuer.clone_from(&endless);
    let attempt = Attempt {
        at_ms: 1,
        outcome: Outcome::Failed,
        reason: Some(endless),
    };
    certificate.history = vec![attempt; MAX_HISTORY * 3];
    let theirs = Contents {
        accounts: vec![account],
        orders: vec![order],
        certificates: vec![certificate],
        settings: None,
    };
    let writes = Merge::compare(&Contents::default(), theirs)
        .into_writes()
        .expect("no conflict");
    let account = &writes.accounts[0];
    let length = |text: &str| text.chars().count();
    assert_eq!(length(&account.label), MAX_TEXT_CHARACTERS);
    assert_eq!(account.contact, ["mailto:a@example.org"]);
    assert_eq!(account.redirected, ["example.org"]);
    let order = &writes.orders[0];
    assert_eq!(order.names.len(), 1_000);
    assert!(order.names.iter().all(|name| length(name) == 253));
    let OrderState::Failed { sentence } = &order.state else {
        panic!("{:?}", order.state);
    };
    assert_eq!(length(sentence), MAX_TEXT_CHARACTERS);
    let certificate = &writes.certificates[0];
    assert_eq!(length(&certificate.label.description), MAX_TEXT_CHARACTERS);
    assert_eq!(length(&certificate.facts.issuer), MAX_TEXT_CHARACTERS);
    assert_eq!(certificate.history.len(), MAX_HISTORY);
    let reason = certificate.history[0].reason.as_deref().expect("a reason");
    assert_eq!(length(reason), MAX_TEXT_CHARACTERS);
}
