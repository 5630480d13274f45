//! What taking in accounts must not do: lose a key that may be the one that counts, or give the orders at a
//! CA to another account unless the visitor chose so.

use std::collections::BTreeMap;

use tabcert_acme::url::HttpsUrl;

use super::{Changes, Conflict, Side};
use crate::account::{Account, AccountStatus, used_at};
use crate::id::AccountId;

/// The accounts to store.
pub(super) fn writes(mine: &[Account], changes: Changes<Account>) -> Vec<Account> {
    let Changes {
        added, conflicts, ..
    } = changes;
    let chosen = conflicts
        .into_iter()
        .filter(|conflict| conflict.choice == Some(Side::Theirs));
    let (mut explicit, mut writes) = (BTreeMap::new(), added);
    let added = writes.len();
    for Conflict { mine, theirs, .. } in chosen {
        if theirs.preferred && !mine.preferred && theirs.status == AccountStatus::Valid {
            explicit.insert(theirs.directory_url.to_string(), theirs.id);
        }
        writes.push(keeping_keys(&mine, theirs));
    }
    for directory_url in directories(&writes) {
        let chosen = explicit.get(directory_url.as_str()).copied();
        let replaced = |account: &Account| {
            let others = writes.get(added..).unwrap_or_default();
            let new = others.iter().find(|new| new.id == account.id);
            Account {
                // That another account is used is decided by hand alone.
                preferred: account.preferred,
                updated_ms: account.updated_ms,
                ..new.unwrap_or(account).clone()
            }
        };
        let now: Vec<Account> = mine.iter().map(replaced).collect();
        if let Some(used) = chosen.or_else(|| used_at(&now, &directory_url)) {
            prefer(mine, &mut writes, &directory_url, used);
        }
    }
    writes
}

/// The version from the file, with the keys that the vault's may be known by at the CA.
fn keeping_keys(mine: &Account, theirs: Account) -> Account {
    let Some(pending) = &mine.pending_key else {
        return theirs;
    };
    let other = if theirs.key == *pending {
        // It is not known that the change has been made: either key may count.
        theirs
            .pending_key
            .clone()
            .unwrap_or_else(|| mine.key.clone())
    } else {
        pending.clone()
    };
    Account {
        pending_key: Some(other),
        ..theirs
    }
}

fn directories(accounts: &[Account]) -> Vec<HttpsUrl> {
    let by_text: BTreeMap<&str, &HttpsUrl> = accounts
        .iter()
        .map(|account| (account.directory_url.as_str(), &account.directory_url))
        .collect();
    by_text.into_values().cloned().collect()
}

/// Has one account alone preferred at its CA, among what is stored and what will be.
fn prefer(mine: &[Account], writes: &mut Vec<Account>, directory_url: &HttpsUrl, used: AccountId) {
    for account in writes.iter_mut() {
        if account.directory_url == *directory_url {
            account.preferred = account.id == used;
        }
    }
    let untouched = mine.iter().filter(|account| {
        account.directory_url == *directory_url && !writes.iter().any(|it| it.id == account.id)
    });
    let changed: Vec<Account> = untouched
        .filter(|account| account.preferred != (account.id == used))
        .map(|account| Account {
            preferred: account.id == used,
            ..account.clone()
        })
        .collect();
    writes.extend(changed);
}
