//! Taking records out of a file.

use tabcert_vault::VaultError;
use tabcert_vault::account::AccountStatus;
use tabcert_vault::backup::Contents;
use tabcert_vault::difference::{Difference, Differs};
use tabcert_vault::id::{AccountId, CertificateId};
use tabcert_vault::merge::{Conflict, Merge, Side};
use tabcert_vault::secret::SecretText;
use tabcert_vault::settings::Settings;
use zeroize::Zeroizing;

use crate::fixtures::{account, certificate, order, renewal};

fn vault() -> Contents {
    let account = account(1);
    let mut issued = certificate(3, &["a.example"], 90);
    issued.account = Some(account.id);
    Contents {
        orders: vec![order(2, account.id)],
        accounts: vec![account],
        certificates: vec![issued, certificate(4, &["b.example"], 45)],
        settings: Some(Settings::default()),
    }
}

#[test]
fn into_an_empty_vault_everything_is_added() {
    let merge = Merge::compare(&Contents::default(), vault());
    assert!(merge.is_decided());
    assert_eq!(merge.into_writes(), Ok(vault()));
}

#[test]
fn what_is_there_already_is_not_written_again() {
    let mut theirs = vault();
    // Opened and closed over there: that is no difference.
    theirs.certificates[0].updated_ms += 1;
    // Nor is what the CA said last: it is asked again.
    theirs.certificates[1].renewal = Some(renewal(10, 20, 5));
    let merge = Merge::compare(&vault(), theirs);
    assert_eq!(
        [
            merge.accounts.same,
            merge.orders.same,
            merge.certificates.same,
            merge.settings.same
        ],
        [1, 1, 2, 1]
    );
    assert_eq!(merge.into_writes(), Ok(Contents::default()));
}

#[test]
fn a_difference_waits_for_the_visitor() {
    let mut theirs = vault();
    theirs.certificates[0].label.name = "Theirs".to_owned();
    theirs.certificates[0].updated_ms += 10;
    theirs.certificates[1].key = None;
    theirs.certificates[1].updated_ms -= 10;
    theirs.certificates.push(certificate(5, &["c.example"], 90));
    let mut merge = Merge::compare(&vault(), theirs.clone());
    let newer: Vec<Side> = merge
        .certificates
        .conflicts
        .iter()
        .map(Conflict::newer)
        .collect();
    assert_eq!(newer, [Side::Theirs, Side::Mine]);
    assert_eq!(
        merge.certificates.conflicts[0].mine,
        vault().certificates[0]
    );
    assert_eq!(merge.clone().into_writes(), Err(VaultError::Undecided));

    merge.certificates.conflicts[0].choice = Some(Side::Theirs);
    assert_eq!(merge.clone().into_writes(), Err(VaultError::Undecided));
    merge.certificates.conflicts[1].choice = Some(Side::Mine);
    let writes = merge.into_writes().expect("decided");
    assert_eq!(
        writes.certificates,
        [
            theirs.certificates[2].clone(),
            theirs.certificates[0].clone()
        ]
    );
    assert!(writes.accounts.is_empty() && writes.orders.is_empty() && writes.settings.is_none());
}

#[test]
fn settings_that_differ_are_a_conflict_too() {
    let theirs = Contents {
        settings: Some(Settings {
            reminders: true,
            updated_ms: 9,
            ..Settings::default()
        }),
        ..Contents::default()
    };
    let mut merge = Merge::compare(&vault(), theirs.clone());
    assert_eq!(merge.settings.conflicts[0].newer(), Side::Theirs);
    assert!(!merge.is_decided());
    merge.settings.conflicts[0].choice = Some(Side::Theirs);
    assert_eq!(merge.into_writes(), Ok(theirs));
}

/// The same key at the same CA came into two browsers separately.
#[test]
fn the_same_account_is_one_whatever_its_id() {
    let other_id = AccountId::from_random([99; 16]);
    let mut theirs = vault();
    theirs.accounts[0].id = other_id;
    theirs.orders[0].account = other_id;
    theirs.orders[0].id = tabcert_vault::id::OrderId::from_random([8; 16]);
    theirs.certificates[0].account = Some(other_id);
    theirs.certificates[0].id = CertificateId::from_random([9; 16]);
    let merge = Merge::compare(&vault(), theirs);
    assert_eq!((merge.accounts.same, merge.accounts.added.len()), (1, 0));
    let writes = merge.into_writes().expect("no conflict");
    let mine = vault().accounts[0].id;
    assert_eq!(writes.orders[0].account, mine);
    assert_eq!(writes.certificates[0].account, Some(mine));

    // At another CA it is another account.
    let mut elsewhere = vault();
    elsewhere.accounts[0].id = other_id;
    elsewhere.accounts[0].directory_url =
        tabcert_acme::url::HttpsUrl::parse("https://other.example/dir").expect("a URL");
    let merge = Merge::compare(&vault(), elsewhere);
    assert_eq!((merge.accounts.same, merge.accounts.added.len()), (0, 1));
}

#[test]
fn a_record_that_a_file_holds_twice_is_added_once() {
    let mut first = certificate(1, &["a.example"], 90);
    first.label.name = "First".to_owned();
    let last = certificate(1, &["a.example"], 90);
    let theirs = Contents {
        certificates: vec![first, last.clone()],
        ..Contents::default()
    };
    let writes = Merge::compare(&Contents::default(), theirs).into_writes();
    assert_eq!(writes.expect("no conflict").certificates, [last]);
}

#[test]
fn a_difference_has_words() {
    let mine = certificate(3, &["a.example"], 90);
    assert_eq!(mine.differences(&mine.clone()), []);
    let mut theirs = mine.clone();
    theirs.updated_ms += 1;
    assert_eq!(mine.differences(&theirs), [], "that is no difference");
    theirs.label.group = "Shop".to_owned();
    theirs.key = None;
    theirs.replaced_by = Some(CertificateId::from_random([9; 16]));
    assert_eq!(
        mine.differences(&theirs),
        [
            Difference::Labels,
            Difference::PrivateKey,
            Difference::Replacement
        ]
    );
    assert!(mine.has_key() && !theirs.has_key());
    let (mine, mut theirs) = (account(1), account(1));
    theirs.contact = vec!["mailto:a@example.org".to_owned()];
    theirs.status = AccountStatus::Deactivated;
    assert_eq!(
        mine.differences(&theirs),
        [Difference::Contact, Difference::Standing]
    );
    let mine = order(2, mine.id);
    let mut theirs = mine.clone();
    theirs.snapshot = SecretText::new(Zeroizing::new("{}".to_owned()));
    assert_eq!(mine.differences(&theirs), [Difference::Progress]);
    let theirs = Settings {
        reminders: true,
        ..Settings::default()
    };
    assert_eq!(
        Settings::default().differences(&theirs),
        [Difference::Settings]
    );
}
