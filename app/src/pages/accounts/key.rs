//! The account's key: another one in its place, or a copy of it in a file.

use leptos::prelude::*;
use tabcert_engine_api::accounts::{AccountView, Answer, KeyForm, Wish};
use tabcert_engine_api::files::Content;

use super::card::Outcome;
use super::ledger::{Attempt, Ledger, plain};
use crate::components::Disclosure;
use crate::shell::download;

/// What is said where it is not known which key counts.
const TWO_KEYS: &str = "Saved two files: it is not known yet which of the keys the CA knows the account by. Finish the change of the key to find out, and keep both until then.";

/// Has a new key take the old one's place.
#[component]
pub(super) fn ChangeKey(id: String, account: Memo<Option<AccountView>>) -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let attempt = Attempt::new();
    let part = format!("change-key-{id}");
    let id = StoredValue::new(id);
    let change = move |_| {
        let wish = Wish::ChangeKey {
            account: id.get_value(),
        };
        let says =
            "The CA knows the account by the new key now. The old one is of no use any more.";
        ledger.attempt(attempt, wish, says, |_| {});
    };
    let redirected = move || {
        let names = account.with(|it| it.as_ref().map(|it| it.redirected.clone()));
        let names = names.filter(|names| !names.is_empty())?;
        let names = names
            .into_iter()
            .map(|name| view! { <li><code>{name}</code></li> });
        Some(view! {
            <div class="notice">
                <p>"These names redirect their challenges to the edge by the old thumbprint. Change their redirects afterwards; the next order shows the new lines:"</p>
                <ul data-testid="redirected">{names.collect_view()}</ul>
            </div>
        })
    };
    let unfinished = move || {
        let orders = account.with(|it| it.as_ref().map_or(0, |it| it.orders));
        (orders > 0).then(|| {
            view! {
                <p class="notice">
                    "There are unfinished orders of this account: values that you have placed for them already will be others afterwards. Finish them first if you can."
                </p>
            }
        })
    };
    let content = move || {
        view! {
            <div class="part">
                <p>
                    "Do this when somebody else may have the key, or from time to time. Account and certificates stay as they are; other programs that use this account need the new key, too."
                </p>
                <p>
                    "The thumbprint changes with the key, and so do redirects to the edge and the TXT records "
                    <code>"_tabcert.<host>"</code> " that tie hosts to it."
                </p>
                {redirected}
                {unfinished}
                <div class="actions">
                    <button
                        type="button"
                        class="secondary"
                        data-testid="change-key"
                        disabled=attempt.busy
                        on:click=change
                    >
                        {move || if attempt.busy.get() { "Changing…" } else { "Change the key" }}
                    </button>
                    <span class="hint">"The new key is stored here before the CA hears of it."</span>
                </div>
                <Outcome attempt=attempt />
            </div>
        }
        .into_any()
    };
    view! { <Disclosure id=part summary="Change the key (rollover)" content=Box::new(content) /> }
}

/// Hands the key out as a file.
#[component]
pub(super) fn SaveKey(id: String, account: Memo<Option<AccountView>>) -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let attempt = Attempt::new();
    let part = format!("save-key-{id}");
    let id = StoredValue::new(id);
    let save = move |form: KeyForm| {
        let host = account.with_untracked(|it| {
            it.as_ref()
                .map(|it| it.directory_url.authority().replace(':', "-"))
        });
        let host = host.unwrap_or_default();
        let (suffix, media_type) = match form {
            KeyForm::Pem => ("pem", "application/x-pem-file"),
            KeyForm::Jwk => ("jwk.json", "application/json"),
        };
        let save = move |what: &str, content: &Content| {
            let name = format!("account-{host}{what}.{suffix}");
            download::save(&name, media_type, &content.0)
        };
        let wish = Wish::Export {
            account: id.get_value(),
            form,
        };
        ledger.attempt(
            attempt,
            wish,
            "Saved. Keep the file where nobody else reads it.",
            move |answer| {
                let Answer::Key { key, pending } = answer else {
                    return;
                };
                let saved = save("", &key).and_then(|()| match &pending {
                    Some(pending) => save("-new-key", pending),
                    None => Ok(()),
                });
                if let Err(error) = saved {
                    attempt.done.set(None);
                    attempt.failed.set(Some(plain(&error.to_string())));
                } else if pending.is_some() {
                    attempt.done.set(Some(TWO_KEYS));
                }
            },
        );
    };
    let content = move || {
        view! {
            <div class="part">
                <p>
                    "The file holds the private key, not encrypted. "
                    <strong>"Whoever has it can order certificates for names that this account has proven lately, revoke yours, and end the account."</strong>
                    " Save it to use the account in another client, or to have it when this browser is gone."
                </p>
                <div class="actions">
                    <button
                        type="button"
                        class="secondary"
                        data-testid="export-pem"
                        disabled=attempt.busy
                        on:click=move |_| save(KeyForm::Pem)
                    >
                        "Save as PEM"
                    </button>
                    <button
                        type="button"
                        class="secondary"
                        data-testid="export-jwk"
                        disabled=attempt.busy
                        on:click=move |_| save(KeyForm::Jwk)
                    >
                        "Save as JWK"
                    </button>
                    <span class="hint">"acme.sh, lego and Caddy take PEM, certbot a JWK."</span>
                </div>
                <Outcome attempt=attempt />
            </div>
        }
        .into_any()
    };
    view! { <Disclosure id=part summary="Save the key in a file" content=Box::new(content) /> }
}
