//! Settings: what opens the vault, whether the browser keeps it, and moving it elsewhere.

pub(crate) mod backup;
mod import;
mod new_passphrase;
mod passkeys;
mod protection;
mod storage;
mod switches;

use leptos::prelude::*;
use tabcert_engine_api::Command;
use tabcert_engine_api::protection::ProtectionView;

use super::frame::ScreenTitle;
use super::screen::Screen;
use crate::store::Store;
use backup::Backup;
use import::Import;
use protection::Protection;
use storage::Storage;
use switches::Switches;

/// The whole screen.
#[component]
pub(crate) fn Settings() -> impl IntoView {
    let store = expect_context::<Store>();
    let is_locked = Memo::new(move |_| store.is_locked());
    view! {
        <ScreenTitle
            screen=Screen::Settings
            lead="How this browser keeps your keys and certificates, and how to move them."
        />
        {move || match is_locked.get() {
            true => view! {
                <p class="hint">"Unlock what is kept here to see how it is kept, and to move it."</p>
            }
            .into_any(),
            false => view! {
                <div class="settings">
                    <Protection />
                    <Storage />
                    <section aria-labelledby="backup-title">
                        <h3 id="backup-title">"Back up, or move to another browser"</h3>
                        <p>
                            "Everything that is kept here – accounts, orders, certificates and their private keys – in one encrypted file."
                        </p>
                        <Backup />
                        <h3>"Take over a backup"</h3>
                        <Import />
                    </section>
                    <Switches />
                    <section aria-labelledby="forget-title">
                        <h3 id="forget-title">"Forget everything"</h3>
                        <p>
                            "Deletes all accounts, orders and certificates from this browser, with their private keys and the key that they are encrypted under. Certificates stay valid; nobody can have their keys again."
                        </p>
                        <div class="actions">
                            <button
                                type="button"
                                class="secondary danger"
                                data-testid="forget-all"
                                on:click=move |_| ask_to_forget(store)
                            >
                                "Forget everything…"
                            </button>
                        </div>
                    </section>
                </div>
            }
            .into_any(),
        }}
    }
    .into_any()
}

/// Asks, and forgets.
pub(super) fn ask_to_forget(store: Store) {
    let question = "Forget all certificates, orders, accounts and their keys in this browser? They cannot be had again.";
    if window().confirm_with_message(question).unwrap_or(false) {
        store.tell(&Command::ForgetEverything);
    }
}

/// The credential ids of the passkeys that open the vault, and what to ask them for.
pub(super) fn ids(view: &Option<ProtectionView>) -> Option<(Vec<Vec<u8>>, Vec<u8>)> {
    match view {
        Some(ProtectionView::Passphrase {
            passkeys,
            prf_input,
        }) => {
            let ids = passkeys.iter().map(|passkey| passkey.id.clone());
            Some((ids.collect(), prf_input.clone()))
        }
        _ => None,
    }
}
