//! Accounts: who the visitor is to the CAs, and the keys that say so.

mod add;
mod card;
mod contact;
mod ending;
mod key;
mod ledger;
mod parts;
mod revoking;

use leptos::prelude::*;

use super::frame::ScreenTitle;
use super::screen::Screen;
use add::Add;
use card::Card;
use ledger::Ledger;
use revoking::Revoking;

/// The whole screen.
#[component]
pub(crate) fn Accounts() -> impl IntoView {
    let ledger = Ledger::new();
    provide_context(ledger);
    ledger.read();
    view! {
        <ScreenTitle screen=Screen::Accounts lead="Your accounts with certificate authorities, and the keys that they know you by." />
        <div class="accounts">
            <p class="hint">
                "An account is a key and little else: whoever has the key can order and revoke in your name, and without it the account is out of reach. The keys here are kept encrypted in this browser and go nowhere by themselves."
            </p>
            {move || ledger.trouble.get().map(|error| view! { <p class="notice" role="alert">{error}</p> })}
            <List />
            <Add />
            <Revoking />
        </div>
    }
}

#[component]
fn List() -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let ids = Memo::new(move |_| {
        let id = |all: &Vec<_>| ids_of(all);
        ledger.accounts.with(|all| all.as_ref().map(id))
    });
    let nothing = move || {
        ids.with(|ids| ids.as_ref().is_some_and(Vec::is_empty)).then(|| {
            view! {
                <p data-testid="no-accounts">
                    "There is none yet. The first certificate makes one by itself; or bring one that another client made."
                </p>
            }
        })
    };
    view! {
        <section aria-labelledby="accounts-list" data-known=move || ids.with(Option::is_some).then_some("true")>
            <h3 id="accounts-list" class="unseen">"Accounts in this browser"</h3>
            {nothing}
            <For each=move || ids.get().unwrap_or_default() key=String::clone let:id>
                <Card id=id />
            </For>
        </section>
    }
}

fn ids_of(all: &[tabcert_engine_api::accounts::AccountView]) -> Vec<String> {
    all.iter().map(|account| account.id.clone()).collect()
}
