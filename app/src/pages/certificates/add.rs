//! Certificates that were made elsewhere.

use leptos::html;
use leptos::prelude::*;
use tabcert_engine_api::accounts::BroughtFile;
use tabcert_engine_api::certificates::{Add, Added};
use tabcert_pki::brought::MAX_BYTES;

use super::address;
use crate::components::{Disclosure, NotReadList, RefusalText};
use crate::pages::issue::Journey;
use crate::present::brought::Refusal;
use crate::shell::brought;
use crate::task;

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
    let error = RwSignal::new(None::<Refusal>);
    let added = RwSignal::new(None::<Added>);
    let busy = RwSignal::new(false);
    let add = move |_| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        busy.set(true);
        added.set(None);
        task::spawn(async move {
            let outcome = match brought::chosen(&input, MAX_BYTES).await {
                Ok(files) => {
                    let files = files.into_iter();
                    let files = files
                        .map(|(name, content)| BroughtFile::new(name, content))
                        .collect();
                    let asked = journey.store.ask(Add { files }).await;
                    asked.map_err(Refusal::from)
                }
                Err(error) => Err(Refusal::of(error)),
            };
            // The same files can be chosen again.
            input.set_value("");
            busy.set(false);
            match outcome {
                Ok(outcome) => {
                    error.set(None);
                    added.set(Some(outcome));
                }
                Err(refusal) => {
                    error.set(Some(refusal));
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
            <RefusalText id="add-error" testid="add-error" refusal=error />
            <p class="hint" id="add-hint">
                "PEM (fullchain.pem, cert.pem), DER or P7B, one certificate at a time. Without its key it is kept for reminders; with the key file chosen too, the key is kept here as well, encrypted. Nothing leaves your browser."
            </p>
            <div role="status">
                {move || added.get().map(|added| {
                    let says = match (added.was_here, added.with_key) {
                        (true, _) => "is here already.",
                        (false, true) => "was added with its key.",
                        (false, false) => "was added without a key.",
                    };
                    view! {
                        <p data-testid="added" data-with-key=added.with_key.to_string()>
                            <a href=address(&added.certificate.id)>{added.certificate.title}</a>
                            " "
                            {says}
                        </p>
                        <NotReadList not_read=added.not_read />
                    }
                })}
            </div>
        </div>
    }
}
