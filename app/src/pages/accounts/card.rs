//! One account.

use leptos::prelude::*;
use tabcert_engine_api::accounts::{AccountStatus, AccountView, Cause};

use super::contact::Contact;
use super::ending::Ending;
use super::key::{ChangeKey, SaveKey};
use super::ledger::{Attempt, Ledger, Refused};
use super::parts::{Rename, Seen, Unsettled, Use};
use crate::components::{Copyable, ExplanationText};
use crate::pages::ca_choice::ca_name;
use crate::present::time;

/// What is known of it, and what can be done with it.
#[component]
pub(super) fn Card(id: String) -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let of_it = id.clone();
    // A card outlives its account by the moment in which it is taken off the screen.
    let account = Memo::new(move |_| {
        let is_it = |account: &&AccountView| account.id == of_it;
        ledger
            .accounts
            .with(|all| all.as_ref()?.iter().find(is_it).cloned())
    });
    let is_changeable = Memo::new(move |_| {
        let is_usable = |it: &AccountView| it.status == AccountStatus::Valid && it.url.is_some();
        account.with(|it| it.as_ref().is_some_and(is_usable))
    });
    let heading = format!("account-{id}");
    let id = StoredValue::new(id);
    view! {
        <article
            class="account"
            data-testid="account"
            data-account=id.get_value()
            aria-labelledby=heading
        >
            <header>
                <h4 id=heading.clone()>{move || account.get().map(|it| title(ledger, &it))}</h4>
                {move || account.get().map(|it| standing(&it))}
            </header>
            {move || account.get().map(|it| facts(ledger, &it))}
            <Unsettled id=id.get_value() account=account />
            <Use id=id.get_value() account=account />
            {move || {
                is_changeable.get().then(|| {
                    view! {
                        <Seen id=id.get_value() />
                        <Contact id=id.get_value() account=account />
                        <ChangeKey id=id.get_value() account=account />
                    }
                })
            }}
            <SaveKey id=id.get_value() account=account />
            <Rename id=id.get_value() account=account />
            <Ending id=id.get_value() account=account />
        </article>
    }
    .into_any()
}

fn title(ledger: Ledger, account: &AccountView) -> String {
    if account.label.is_empty() {
        ca_name(ledger.store, &account.directory_url)
    } else {
        account.label.clone()
    }
}

fn standing(account: &AccountView) -> AnyView {
    let (says, is_good) = match account.status {
        AccountStatus::Valid if account.is_used => ("Used for new orders at this CA", true),
        AccountStatus::Valid => ("Not used for new orders", false),
        AccountStatus::Deactivated => ("Ended: nothing can be ordered with it", false),
        AccountStatus::Revoked => ("Ended by the CA", false),
    };
    let class = if is_good { "badge good" } else { "badge" };
    view! { <p class=class data-testid="account-status">{says}</p> }.into_any()
}

fn facts(ledger: Ledger, account: &AccountView) -> AnyView {
    let fact = |term: &'static str, value: String| {
        view! {
            <div data-fact=term>
                <dt>{term}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    let addresses = addresses(&account.contact);
    let contact = if addresses.is_empty() {
        "none that is known here".to_owned()
    } else {
        addresses.join(", ")
    };
    let url = account.url.as_ref();
    let url = url.map_or_else(
        || "not made yet: the first order makes it".to_owned(),
        ToString::to_string,
    );
    let certificates = match (account.certificates, account.orders) {
        (certificates, 0) => certificates.to_string(),
        (certificates, orders) => format!("{certificates}, and {orders} unfinished"),
    };
    let thumbprint = account.thumbprint.clone();
    view! {
        <dl class="facts">
            {fact("CA", ca_name(ledger.store, &account.directory_url))}
            {fact("Key", account.key.clone())}
            {fact("Contact", contact)}
            {fact("Account", url)}
            {fact("Here since", time::date_time(account.created_ms))}
            {fact("Last used", time::date_time(account.updated_ms))}
            {fact("Certificates", certificates)}
        </dl>
        <dl>
            <Copyable
                term="Thumbprint"
                text=thumbprint
                what="the thumbprint"
                note="Names the key without giving it away. An edge worker answers for a host when the TXT record _tabcert.<host> says tabcert-account=<thumbprint>."
                testid="thumbprint"
            />
        </dl>
    }
    .into_any()
}

/// E-mail addresses, out of `mailto:` URLs.
pub(super) fn addresses(contact: &[String]) -> Vec<String> {
    let address = |url: &String| url.strip_prefix("mailto:").unwrap_or(url).to_owned();
    contact.iter().map(address).collect()
}

/// What came of an attempt.
#[component]
pub(super) fn Outcome(attempt: Attempt) -> impl IntoView {
    let done = move || attempt.done.get().filter(|says| !says.is_empty());
    view! {
        {move || {
            attempt.failed.get().map(|Refused { cause, explanation }| {
                view! {
                    <div
                        class="failure"
                        role="alert"
                        data-testid="account-failure"
                        data-cause=cause.map(Cause::id)
                    >
                        <ExplanationText explanation=explanation />
                    </div>
                }
            })
        }}
        <p class="standing reached" role="status" data-testid="account-done" hidden=move || done().is_none()>
            {done}
        </p>
    }
}
