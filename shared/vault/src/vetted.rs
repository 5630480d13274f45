//! What comes out of a file, as bounded as if it had been made here: whoever wrote the file knew its
//! passphrase, and may have been anybody.

use tabcert_acme::domain::DomainName;

use crate::account::Account;
use crate::backup::Contents;
use crate::certificate::{Certificate, MAX_HISTORY};
use crate::order::{Order, OrderState};

/// Longest text that a visitor has written, in characters.
pub const MAX_TEXT_CHARACTERS: usize = 2_000;
/// Most names, addresses and the like of one record: more than any CA takes.
const MAX_ENTRIES: usize = 1_000;
/// Longest name.
const MAX_NAME_CHARACTERS: usize = 253;

/// Records that keep to the bounds.
#[must_use]
pub(crate) fn vetted(mut contents: Contents) -> Contents {
    contents.accounts.iter_mut().for_each(vet_account);
    contents.orders.iter_mut().for_each(vet_order);
    contents.certificates.iter_mut().for_each(vet_certificate);
    contents
}

fn vet_account(account: &mut Account) {
    cut(&mut account.label, MAX_TEXT_CHARACTERS);
    account.contact.retain(|url| url.starts_with("mailto:"));
    account.contact.truncate(MAX_ENTRIES);
    account
        .contact
        .iter_mut()
        .for_each(|url| cut(url, MAX_TEXT_CHARACTERS));
    let is_name = |name: &String| DomainName::parse_a_labels(name).is_ok();
    account.redirected.retain(is_name);
    account.redirected.truncate(MAX_ENTRIES);
}

fn vet_order(order: &mut Order) {
    vet_names(&mut order.names);
    if let OrderState::Failed { sentence } = &mut order.state {
        cut(sentence, MAX_TEXT_CHARACTERS);
    }
}

fn vet_certificate(certificate: &mut Certificate) {
    vet_names(&mut certificate.names);
    let label = &mut certificate.label;
    for text in [
        &mut label.name,
        &mut label.description,
        &mut label.used_for,
        &mut label.group,
    ] {
        cut(text, MAX_TEXT_CHARACTERS);
    }
    let surplus = certificate.history.len().saturating_sub(MAX_HISTORY);
    certificate.history.drain(..surplus);
    for attempt in &mut certificate.history {
        if let Some(reason) = &mut attempt.reason {
            cut(reason, MAX_TEXT_CHARACTERS);
        }
    }
    let facts = &mut certificate.facts;
    for text in [&mut facts.issuer, &mut facts.serial, &mut facts.fingerprint] {
        cut(text, MAX_TEXT_CHARACTERS);
    }
}

fn vet_names(names: &mut Vec<String>) {
    names.truncate(MAX_ENTRIES);
    names
        .iter_mut()
        .for_each(|name| cut(name, MAX_NAME_CHARACTERS));
}

fn cut(text: &mut String, characters: usize) {
    if let Some((at, _)) = text.char_indices().nth(characters) {
        text.truncate(at);
    }
}
