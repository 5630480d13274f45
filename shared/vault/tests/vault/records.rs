//! Records: written, read, and what they keep to themselves.

use tabcert_acme::revocation::Reason;
use tabcert_vault::VaultError;
use tabcert_vault::account::Account;
use tabcert_vault::certificate::{Attempt, Certificate, Facts, Outcome, Revocation};
use tabcert_vault::order::Order;
use tabcert_vault::schema::{parse, serialize};
use tabcert_vault::secret::Secret;
use tabcert_vault::summary::Summary;
use zeroize::Zeroizing;

use crate::fixtures::{account, certificate, day, order, renewal};

fn full_certificate() -> Certificate {
    let mut full = certificate(3, &["a.example"], 90);
    full.account = Some(account(1).id);
    full.renewal = Some(renewal(10, 12, day(11)));
    full.revoked = Some(Revocation {
        at_ms: 7,
        reason: Reason::KeyCompromise,
    });
    full.replaces = Some(certificate(4, &[], 1).id);
    full.downloaded_ms = Some(8);
    full.remember(Attempt {
        at_ms: 9,
        outcome: Outcome::Cancelled,
        reason: None,
    });
    full
}

#[test]
fn every_record_survives() {
    let account = account(1);
    assert_eq!(
        parse::<Account>(&serialize(&account).expect("JSON")),
        Ok(account.clone())
    );
    let order = order(2, account.id);
    assert_eq!(parse::<Order>(&serialize(&order).expect("JSON")), Ok(order));
    let full = full_certificate();
    assert_eq!(
        parse::<Certificate>(&serialize(&full).expect("JSON")),
        Ok(full)
    );
}

/// What version 1 looks like. Whoever breaks this raises the version, and writes a migration.
#[test]
fn version_1_stays_readable() {
    let account_json = include_str!("../files/account-1.json");
    assert_eq!(parse::<Account>(account_json.trim()), Ok(account(1)));
    let order_json = include_str!("../files/order-1.json");
    assert_eq!(
        parse::<Order>(order_json.trim()),
        Ok(order(2, account(1).id))
    );
    let certificate_json = include_str!("../files/certificate-1.json");
    assert_eq!(
        parse::<Certificate>(certificate_json.trim()),
        Ok(full_certificate())
    );
}

#[test]
fn a_kept_key_signs_and_a_wrong_one_is_noticed() {
    let mut kept = account(1);
    let key = kept.account_key().expect("a key");
    assert_eq!(*key.thumbprint(), kept.thumbprint);
    kept.key = account(2).key;
    assert_eq!(kept.account_key().err(), Some(VaultError::DamagedKey));
    kept.key = Secret::new(Zeroizing::new(vec![1]));
    assert_eq!(kept.account_key().err(), Some(VaultError::DamagedKey));
}

#[test]
fn what_is_printed_or_shown_has_no_secret() {
    let account = account(1);
    let printed = format!(
        "{account:?} {:?} {:?}",
        order(2, account.id),
        full_certificate()
    );
    for secret in ["s3cret", "[3, 1, 2, 3]", "AwECAw"] {
        assert!(!printed.contains(secret), "{secret}");
    }
    let shown = serde_json::to_string(&Summary::from(&full_certificate())).expect("JSON");
    assert!(!shown.contains("AwECAw"), "{shown}");
    assert!(
        serialize(&full_certificate())
            .expect("JSON")
            .contains("AwECAw")
    );
}

#[test]
fn a_summary_is_called_as_the_visitor_wants() {
    let mut certificate = full_certificate();
    assert_eq!(Summary::from(&certificate).title(), "a.example");
    assert_eq!(Summary::from(&certificate).ca(), "ca.example");
    certificate.label.name = " Shop ".to_owned();
    certificate.directory_url = None;
    let summary = Summary::from(&certificate);
    assert_eq!(
        (summary.title(), summary.ca(), summary.has_key),
        ("Shop", "Test CA", true)
    );
}

#[test]
fn a_summary_is_read_without_the_key() {
    let mut full = full_certificate();
    for has_key in [true, false] {
        if !has_key {
            full.key = None;
        }
        let json = serialize(&full).expect("JSON");
        let summary = Summary::parse(&json).expect("a summary");
        assert_eq!(summary, Summary::from(&full));
        assert_eq!(summary.has_key, has_key);
    }
    let newer = serialize(&full).expect("JSON").replacen("1", "2", 1);
    assert_eq!(
        Summary::parse(&newer),
        Err(VaultError::NewerSchema { found: 2, known: 1 })
    );
    let other = serialize(&account(1)).expect("JSON");
    assert!(matches!(
        Summary::parse(&other),
        Err(VaultError::MalformedRecord { .. })
    ));
}

#[test]
fn facts_are_what_the_certificate_says() {
    // RFC 9773 appendix A, but valid in 2050 instead of in the year 1.
    let pem = include_str!("../files/rfc9773-a.pem");
    let chain = tabcert_pki::Chain::from_pem(pem).expect("a certificate");
    let facts = Facts::of(chain.leaf());
    assert_eq!(facts.serial, "87:65:43:21");
    let id = facts.cert_id.expect("a name");
    assert_eq!(id.as_str(), "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE");
    assert_eq!(
        (facts.not_before, facts.not_after),
        (2_524_608_000, 2_524_608_000)
    );
    assert_eq!(facts.issuer, "Example CA");
}
