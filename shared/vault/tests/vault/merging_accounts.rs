//! Taking accounts in: no key that may count is lost, and new orders stay the account's that has them.

use tabcert_vault::account::{Account, AccountStatus, used_at};
use tabcert_vault::backup::Contents;
use tabcert_vault::difference::{Difference, Differs};
use tabcert_vault::id::AccountId;
use tabcert_vault::merge::{Merge, Side};

use crate::fixtures::{account, directory};

fn of(accounts: &[Account]) -> Contents {
    Contents {
        accounts: accounts.to_vec(),
        ..Contents::default()
    }
}

/// The vault's accounts after all that differs was taken from one side.
fn merged(mine: &[Account], theirs: &[Account], side: Side) -> Vec<Account> {
    let mut merge = Merge::compare(&of(mine), of(theirs));
    for conflict in &mut merge.accounts.conflicts {
        conflict.choice = Some(side);
    }
    let writes = merge.into_writes().expect("decided").accounts;
    let untouched = mine
        .iter()
        .filter(|account| !writes.iter().any(|it| it.id == account.id));
    untouched.chain(&writes).cloned().collect()
}

fn used(accounts: &[Account]) -> Option<AccountId> {
    used_at(accounts, &directory())
}

#[test]
fn what_concerns_keys_and_new_orders_is_a_difference() {
    let mine = account(1);
    let mut theirs = mine.clone();
    theirs.pending_key = Some(account(2).key);
    theirs.preferred = true;
    assert_eq!(
        mine.differences(&theirs),
        [Difference::PendingKey, Difference::Preference]
    );
}

#[test]
fn a_pending_key_survives_whatever_is_taken() {
    let [first, second, third] = [1, 2, 3].map(|seed| account(seed).key);
    let version = |key: &tabcert_vault::secret::Secret, pending: Option<_>| {
        let mut version = account(1);
        if *key == second {
            version.thumbprint = account(2).thumbprint;
        }
        version.key = key.clone();
        version.pending_key = pending;
        version
    };
    let mine = version(&first, Some(second.clone()));
    for (what, theirs, expected) in [
        (
            "before the change",
            version(&first, None),
            (&first, &second),
        ),
        (
            "another change",
            version(&first, Some(third.clone())),
            (&first, &second),
        ),
        (
            "after the change",
            version(&second, None),
            (&second, &first),
        ),
        (
            "the change and another",
            version(&second, Some(third.clone())),
            (&second, &third),
        ),
    ] {
        let after = merged(std::slice::from_ref(&mine), &[theirs], Side::Theirs);
        assert_eq!(after.len(), 1, "{what}");
        let (key, pending) = expected;
        assert_eq!(after[0].key, *key, "{what}");
        assert_eq!(after[0].pending_key.as_ref(), Some(pending), "{what}");
    }
    // Nor is one lost that only the file has.
    let theirs = version(&first, Some(third.clone()));
    let after = merged(&[account(1)], &[theirs], Side::Theirs);
    assert_eq!(after[0].pending_key, Some(third));
}

#[test]
fn a_file_does_not_move_new_orders_to_another_account() {
    let mine = account(1);
    let mut stranger = account(2);
    stranger.preferred = true;
    stranger.updated_ms = u64::MAX;
    let after = merged(
        std::slice::from_ref(&mine),
        &[stranger.clone()],
        Side::Theirs,
    );
    assert_eq!(after.len(), 2);
    assert_eq!(used(&after), Some(mine.id));
    assert_eq!(after.iter().filter(|it| it.preferred).count(), 1);

    // Nor one that was used later, and is not preferred.
    stranger.preferred = false;
    let after = merged(
        std::slice::from_ref(&mine),
        &[stranger.clone()],
        Side::Theirs,
    );
    assert_eq!(used(&after), Some(mine.id));

    // Where there is none, or only one that has ended, the file says which.
    assert_eq!(
        used(&merged(&[], &[stranger.clone()], Side::Theirs)),
        Some(stranger.id)
    );
    let mut ended = mine;
    ended.status = AccountStatus::Deactivated;
    assert_eq!(
        used(&merged(&[ended], &[stranger.clone()], Side::Theirs)),
        Some(stranger.id)
    );
}

#[test]
fn what_the_visitor_has_seen_and_chosen_moves_them() {
    let mut mine = [account(1), account(2)];
    mine[0].preferred = true;
    let mut theirs = mine.clone();
    theirs[1].preferred = true;
    for (side, expected) in [(Side::Mine, 0), (Side::Theirs, 1)] {
        let after = merged(&mine, &theirs[1..], side);
        assert_eq!(used(&after), Some(mine[expected].id), "{side:?}");
        assert_eq!(after.iter().filter(|it| it.preferred).count(), 1);
    }
    // One that the file says has ended is used no more.
    theirs[0].status = AccountStatus::Deactivated;
    let after = merged(&mine, &theirs[..1], Side::Theirs);
    assert_eq!(used(&after), Some(mine[1].id));
}

#[test]
fn accounts_of_other_cas_are_left_alone() {
    let mut mine = [account(1), account(2)];
    mine[1].directory_url =
        tabcert_acme::url::HttpsUrl::parse("https://other.example/dir").expect("a URL");
    let merge = Merge::compare(&of(&mine), of(&[account(3)]));
    let writes = merge.into_writes().expect("no conflict").accounts;
    let written: Vec<AccountId> = writes.iter().map(|it| it.id).collect();
    assert_eq!(written, [account(3).id, mine[0].id]);
}
