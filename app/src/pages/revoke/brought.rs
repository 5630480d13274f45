//! A certificate that was made elsewhere, brought with its key as files.

use leptos::prelude::*;
use tabcert_acme::url::HttpsUrl;
use tabcert_engine_api::accounts::BroughtFile;
use tabcert_engine_api::revocation::{AboutRevocation, Answer, Reason, Recognised, Wish};
use tabcert_pki::brought::MAX_BYTES;

use super::reason::ReasonChoice;
use super::{Attempt, Told, meaning};
use zeroize::Zeroizing;

use crate::components::{FilePicker, RefusalText};
use crate::pages::ca_choice::{CaChoice, CaSelect};
use crate::present::brought::Refusal;
use crate::present::time;
use crate::store::Store;
use crate::task;

/// Revokes it by its own key. `known` are CAs that the visitor knows already.
#[component]
pub(crate) fn RevokeBrought(known: Signal<Vec<HttpsUrl>>) -> impl IntoView {
    let store = expect_context::<Store>();
    let attempt = Attempt::new(store);
    let files = RwSignal::new(Vec::<BroughtFile>::new());
    let recognised = RwSignal::new(None::<Recognised>);
    let refused = RwSignal::new(None::<Refusal>);
    let reason = RwSignal::new(Reason::Unspecified);
    let choice = CaChoice::new();
    let chosen = move |read: Vec<(String, Zeroizing<Vec<u8>>)>| {
        let brought = read.into_iter();
        let brought = brought.map(|(name, bytes)| BroughtFile::new(name, bytes));
        // Certificate and key are often chosen one after the other.
        files.update(|files| {
            for file in brought {
                files.retain(|other| other.name != file.name);
                files.push(file);
            }
        });
        recognised.set(None);
        refused.set(None);
        attempt.failed.set(None);
        attempt.revoked.set(None);
        let asked = AboutRevocation {
            wish: Wish::Recognise(files.get_untracked()),
            edge_available: false,
        };
        task::spawn(async move {
            match store.ask(asked).await {
                Ok(Answer::Recognised(found)) => {
                    recognised.set(Some(found));
                }
                Ok(_) => {}
                Err(error) => {
                    refused.set(Some(Refusal::from(error)));
                }
            }
        });
    };
    let clear = move || {
        files.set(Vec::new());
        recognised.set(None);
        refused.set(None);
    };
    let revoke = move |_| {
        let Some(directory_url) = choice.directory_url(store) else {
            return;
        };
        let names = recognised.with_untracked(|found| {
            found
                .as_ref()
                .map(|found| found.names.join(", "))
                .unwrap_or_default()
        });
        let question = format!("Revoke the certificate for {names}? This cannot be undone.");
        if window().confirm_with_message(&question).unwrap_or(false) {
            attempt.revoke(Wish::Brought {
                files: files.get_untracked(),
                directory_url,
                reason: reason.get_untracked(),
            });
        }
    };
    // The key stays here no longer than it has to.
    Effect::new(move |_| {
        if attempt.revoked.with(Option::is_some) {
            clear();
        }
    });
    let names = move || {
        let names = files.with(|files| {
            files
                .iter()
                .map(|file| file.name.clone())
                .collect::<Vec<_>>()
        });
        (!names.is_empty()).then(|| {
            view! {
                <p class="hint" data-testid="brought">
                    {format!("Chosen: {}. ", names.join(", "))}
                    <button
                        type="button"
                        class="link"
                        on:click=move |_| {
                            clear();
                            attempt.failed.set(None);
                        }
                    >
                        "Put them away"
                    </button>
                </p>
            }
        })
    };
    view! {
        <div class="part revoke">
            <p>{meaning()}</p>
            <FilePicker
                id="revoke-files"
                label="The certificate and its private key"
                hint="PEM or DER, in one file or two. The key signs the request, here in this browser; it is not kept and not sent."
                max_bytes=MAX_BYTES
                on_files=chosen
            />
            {names}
            <RefusalText id="revoke-refused" testid="revoke-refused" refusal=refused />
            {move || {
                recognised.get().map(|found| {
                    let until = time::date_time(found.not_after.saturating_mul(1000));
                    view! {
                        <p class="standing reached" role="status" data-testid="certificate-recognised">
                            {format!(
                                "A certificate for {}, issued by {}, valid until {until}, serial number {}. The key belongs to it.",
                                found.names.join(", "),
                                found.issuer,
                                found.serial,
                            )}
                        </p>
                        <CaSelect id="revoke-ca" label="The CA that issued it" choice=choice known=known />
                        <ReasonChoice group="revoke-brought-reason" reason=reason />
                        <div class="actions">
                            <button
                                type="button"
                                class="secondary danger"
                                data-testid="revoke-brought"
                                disabled=attempt.busy
                                on:click=revoke
                            >
                                {move || if attempt.busy.get() { "Revoking…" } else { "Revoke this certificate" }}
                            </button>
                        </div>
                    }
                })
            }}
            <Told attempt=attempt />
        </div>
    }
}
