//! Passkeys as another way to open the vault.

use leptos::prelude::*;
use tabcert_engine_api::protection::{PasskeyView, Protection, ProtectionView};

use super::ids;
use super::protection::Standing;
use crate::components::{Disclosure, Field};
use crate::present;
use crate::shell::{passkey, passphrase};
use crate::task;

/// Those that there are, and adding another.
#[component]
pub(super) fn Passkeys(standing: Standing) -> impl IntoView {
    let available = RwSignal::new(None::<bool>);
    task::spawn(async move {
        let is_available = passkey::is_available().await;
        available.set(Some(is_available));
    });
    let removing = Removing {
        passphrase: RwSignal::new(String::new()),
        error: RwSignal::new(None),
    };
    let rows = move || {
        standing.view.with(|view| match view {
            Some(ProtectionView::Passphrase { passkeys, .. }) if !passkeys.is_empty() => {
                let rows = passkeys.iter().map(|passkey| row(standing, removing, passkey));
                Some(view! {
                    <ul class="passkeys">{rows.collect::<Vec<_>>()}</ul>
                    <Field
                        id="remove-passphrase"
                        label="To remove one, your passphrase"
                        value=removing.passphrase
                        kind="password"
                        autocomplete="current-password"
                        hint="Everything is put under another key then, so that what the passkey has opened before is of no use. Others have to be added again."
                        error=removing.error
                    />
                })
            }
            _ => None,
        })
    };
    view! {
        <h4>"Passkeys"</h4>
        <p class="hint">
            "Fingerprint, face, phone or security key, in the place of typing. Each opens what is kept by itself; the passphrase stays."
        </p>
        {rows}
        {move || available.get().map(|available| match available {
            true => view! {
                <Disclosure
                    id="add-passkey"
                    summary="Add a passkey"
                    content=Box::new(move || view! { <AddPasskey standing=standing /> }.into_any())
                />
            }
            .into_any(),
            false => view! {
                <p class="hint" data-testid="no-passkeys">
                    "This browser has no passkeys that can open something encrypted (WebAuthn PRF). Newer ones have."
                </p>
            }
            .into_any(),
        })}
    }
    .into_any()
}

/// What removing a passkey takes.
#[derive(Clone, Copy)]
struct Removing {
    passphrase: RwSignal<String>,
    error: RwSignal<Option<String>>,
}

fn row(standing: Standing, removing: Removing, passkey: &PasskeyView) -> AnyView {
    let label = match passkey.label.as_str() {
        "" => "Passkey".to_owned(),
        label => label.to_owned(),
    };
    let added = present::time::date_time(passkey.added_ms);
    let id = passkey.id.clone();
    let what = label.clone();
    let remove = move |_| {
        let typed = removing.passphrase.get_untracked();
        if typed.is_empty() {
            let missing = "Type the passphrase: it is needed to remove a passkey.";
            removing.error.set(Some(missing.to_owned()));
            return;
        }
        removing.error.set(None);
        let question = Protection::RemovePasskey {
            passphrase: passphrase::of(&typed),
            id: id.clone(),
        };
        task::spawn(async move {
            let refused = standing.ask(question, None).await.err();
            if refused.is_none() {
                removing.passphrase.set(String::new());
            }
            removing.error.set(refused.map(|error| error.to_string()));
        });
    };
    view! {
        <li data-testid="passkey">
            <span>
                <strong>{label}</strong>
                <span class="hint">" added " {added}</span>
            </span>
            <button
                type="button"
                class="secondary"
                data-testid="remove-passkey"
                disabled=standing.busy
                on:click=remove
            >
                "Remove"
                <span class="unseen">{format!(" {what}")}</span>
            </button>
        </li>
    }
    .into_any()
}

#[component]
fn AddPasskey(standing: Standing) -> impl IntoView {
    let label = RwSignal::new(String::new());
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some((known, prf_input)) = standing.view.with_untracked(ids) else {
            return;
        };
        if typed.with_untracked(String::is_empty) {
            error.set(Some(
                "Type the passphrase: it is needed to add a passkey.".to_owned(),
            ));
            return;
        }
        error.set(None);
        standing.busy.set(true);
        let name = label.get_untracked();
        task::spawn(async move {
            let outcome = match passkey::make(&name, &prf_input, &known).await {
                Ok(passkey) => {
                    let question = Protection::AddPasskey {
                        passphrase: passphrase::of(&typed.get_untracked()),
                        label: name,
                        passkey,
                    };
                    let done = "The passkey opens what is kept from now on.";
                    let added = standing.ask(question, Some(done)).await;
                    added.map_err(|error| error.to_string())
                }
                Err(none) => Err(none.to_string()),
            };
            standing.busy.set(false);
            match outcome {
                Ok(()) => {
                    label.set(String::new());
                    typed.set(String::new());
                }
                Err(why) => {
                    error.set(Some(why));
                }
            }
        });
    };
    view! {
        <form on:submit=submit novalidate>
            <Field
                id="passkey-label"
                label="What to call it"
                value=label
                kind="text"
                placeholder="My phone"
                error=Signal::stored(None::<String>)
            />
            <Field
                id="passkey-passphrase"
                label="Your passphrase"
                value=typed
                kind="password"
                autocomplete="current-password"
                hint="The key that everything is encrypted under is put under the passkey too; only the passphrase gives it out."
                error=error
            />
            <div class="actions">
                <button type="submit" class="primary" id="passkey-add" disabled=standing.busy>
                    "Add a passkey"
                </button>
            </div>
        </form>
    }
}
