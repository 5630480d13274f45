//! How the CA reaches the visitor.

use leptos::prelude::*;
use tabcert_acme::account::mailto;
use tabcert_engine_api::accounts::{AccountView, Wish};

use super::card::{Outcome, addresses};
use super::ledger::{Attempt, Ledger};
use crate::components::{Disclosure, Field};
use crate::shell::idna;

/// Changes the addresses.
#[component]
pub(super) fn Contact(id: String, account: Memo<Option<AccountView>>) -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let attempt = Attempt::new();
    let error = RwSignal::new(None);
    let known = account.with_untracked(|it| it.as_ref().map(|it| addresses(&it.contact)));
    let typed = RwSignal::new(known.unwrap_or_default().join(", "));
    let part = format!("contact-{id}");
    let field = format!("addresses-{id}");
    let id = StoredValue::new(id);
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        match contact(&typed.get_untracked()) {
            Ok(contact) => {
                error.set(None);
                let account = id.get_value();
                let wish = Wish::ChangeContact { account, contact };
                ledger.attempt(attempt, wish, "The CA has taken the change.", |_| {});
            }
            Err(wrong) => error.set(Some(wrong)),
        }
    };
    let content = move || {
        view! {
            <form class="part" on:submit=save novalidate>
                <Field
                    id=field.clone()
                    label="E-mail addresses"
                    value=typed
                    kind="text"
                    error=error
                    autocomplete="email"
                    hint="Several are separated by commas; none takes all of them away. Some CAs store none, whatever they are told."
                />
                <div class="actions">
                    <button type="submit" class="secondary" data-testid="change-contact" disabled=attempt.busy>
                        "Tell the CA"
                    </button>
                </div>
                <Outcome attempt=attempt />
            </form>
        }
        .into_any()
    };
    view! { <Disclosure id=part summary="Change the contact" content=Box::new(content) /> }
}

/// `mailto:` URLs of what was typed, or what is wrong with it.
fn contact(typed: &str) -> Result<Vec<String>, String> {
    let addresses = typed.split([',', ';', ' ', '\n']);
    let addresses = addresses
        .map(str::trim)
        .filter(|address| !address.is_empty());
    addresses
        .map(|address| {
            mailto(address, idna::to_ascii)
                .ok_or_else(|| format!("{address} is not an e-mail address that CAs take."))
        })
        .collect()
}
