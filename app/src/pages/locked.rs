//! What opens the vault is asked for, above every screen.

use leptos::html;
use leptos::prelude::*;
use tabcert_engine_api::protection::{Protection, ProtectionView, Unlock};

use super::settings::{ask_to_forget, ids};
use crate::components::Field;
use crate::shell::{passkey, passphrase};
use crate::store::Store;
use crate::task;

/// Passphrase or passkey, or forgetting everything.
#[component]
pub(crate) fn Locked() -> impl IntoView {
    let store = expect_context::<Store>();
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let protection = RwSignal::new(None::<ProtectionView>);
    let input: NodeRef<html::Input> = NodeRef::new();
    task::spawn(async move {
        if passkey::is_available().await {
            let view = store.ask(Protection::Read).await.ok();
            protection.set(view);
        }
    });
    let unlock = move |with: Unlock| {
        busy.set(true);
        task::spawn(async move {
            // This panel is gone once it is open.
            if let Err(refused) = store.ask(Protection::Unlock(with)).await {
                error.set(Some(refused.to_string()));
                busy.set(false);
                if let Some(input) = input.get_untracked() {
                    let _ = input.focus();
                }
            }
        });
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        error.set(None);
        unlock(Unlock::Passphrase(passphrase::of(&typed.get_untracked())));
    };
    let with_passkey = move |_| {
        let Some((ids, prf_input)) = protection.with_untracked(ids) else {
            return;
        };
        error.set(None);
        task::spawn(async move {
            match passkey::ask(&ids, &prf_input).await {
                Ok(answer) => unlock(Unlock::Passkey(answer)),
                Err(none) => {
                    error.set(Some(none.to_string()));
                }
            }
        });
    };
    let has_passkeys =
        move || protection.with(|view| ids(view).is_some_and(|(ids, _)| !ids.is_empty()));
    view! {
        <section class="notice locked" aria-labelledby="locked-title" data-testid="locked">
            <h2 id="locked-title">"What this browser keeps is locked"</h2>
            <p>
                "Your accounts, orders and certificates are encrypted under your passphrase. What you do now waits until it is unlocked."
            </p>
            <form on:submit=submit novalidate>
                <Field
                    id="unlock-passphrase"
                    label="Passphrase"
                    value=typed
                    kind="password"
                    autocomplete="current-password"
                    error=error
                    input=input
                />
                <div class="actions">
                    <button type="submit" class="primary" id="unlock" disabled=busy>
                        {move || if busy.get() { "Unlocking…" } else { "Unlock" }}
                    </button>
                    <Show when=has_passkeys>
                        <button
                            type="button"
                            class="secondary"
                            id="unlock-passkey"
                            disabled=busy
                            on:click=with_passkey
                        >
                            "Use a passkey"
                        </button>
                    </Show>
                    <button
                        type="button"
                        class="link"
                        data-testid="forget-locked"
                        on:click=move |_| ask_to_forget(store)
                    >
                        "Passphrase lost? Forget everything"
                    </button>
                </div>
            </form>
        </section>
    }
    .into_any()
}
