//! Certificates that were made elsewhere.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tabcert_acme::account_import::MAX_FILE_BYTES;
use tabcert_engine_api::certificates::{Add, Added, FileContent};

use super::address;
use crate::components::Disclosure;
use crate::pages::issue::Journey;
use crate::shell::brought;

/// From files.
#[component]
pub(super) fn AddFromFiles() -> impl IntoView {
    view! {
        <Disclosure
            id="add"
            summary="Add a certificate that was made elsewhere"
            content=Box::new(|| view! { <Choose /> }.into_any())
        />
    }
}

#[component]
fn Choose() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let input: NodeRef<html::Input> = NodeRef::new();
    let error = RwSignal::new(None::<String>);
    let added = RwSignal::new(None::<Added>);
    let busy = RwSignal::new(false);
    let add = move |_| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        busy.set(true);
        added.set(None);
        spawn_local(async move {
            let outcome = match brought::chosen(&input, MAX_FILE_BYTES).await {
                Ok(files) => {
                    let files = files.into_iter();
                    let files = files.map(|(_, content)| FileContent(content)).collect();
                    let asked = journey.store.ask(Add { files }).await;
                    asked.map_err(|error| error.to_string())
                }
                Err(error) => Err(error.to_string()),
            };
            // The same files can be chosen again.
            input.set_value("");
            busy.try_set(false);
            match outcome {
                Ok(outcome) => {
                    error.try_set(None);
                    added.try_set(Some(outcome));
                }
                Err(words) => {
                    error.try_set(Some(words));
                }
            }
        });
    };
    view! {
        <div class="field">
            <label for="add-files">"The certificate’s files"</label>
            <input
                id="add-files"
                type="file"
                multiple
                node_ref=input
                disabled=busy
                aria-describedby="add-error add-hint"
                on:change=add
            />
            <p class="error" id="add-error" role="alert" data-testid="add-error">{error}</p>
            <p class="hint" id="add-hint">
                "PEM (fullchain.pem, cert.pem) or DER, one certificate at a time. Without its key it is kept for reminders; with the key file chosen too, the key is kept here as well, encrypted. Nothing leaves your browser."
            </p>
            <div role="status">
                {move || added.get().map(|added| {
                    let says = match (added.was_here, added.with_key) {
                        (true, _) => "is here already.",
                        (false, true) => "was added with its key.",
                        (false, false) => "was added without a key.",
                    };
                    view! {
                        <p data-testid="added">
                            <a href=address(&added.certificate.id)>{added.certificate.title}</a>
                            " "
                            {says}
                        </p>
                    }
                })}
            </div>
        </div>
    }
}
