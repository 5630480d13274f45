//! Renewing, and opening the files.

use leptos::html;
use leptos::prelude::*;
use tabcert_engine_api::accounts::BroughtFile;
use tabcert_engine_api::certificates::{CheckRequest, Details, RenewalKey, Status};
use tabcert_pki::brought::MAX_BYTES;
use zeroize::Zeroizing;

use super::details::asked;
use crate::components::{Disclosure, RadioCard, RefusalText};
use crate::pages::issue::Journey;
use crate::pages::screen::{Place, Screen};
use crate::present::brought::Refusal;
use crate::shell::brought;
use crate::task;

/// Which key is wanted instead of a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Same,
    Request,
}

/// One click, and other ways for those who need them.
#[component]
pub(super) fn Renewal(id: String, details: Memo<Option<Details>>) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let is_due = Memo::new(move |_| {
        details.with(|it| {
            it.as_ref()
                .is_some_and(|it| matches!(it.status, Status::RenewNow | Status::Expired))
        })
    });
    let can_renew = Memo::new(move |_| {
        details.with(|it| {
            it.as_ref()
                .is_some_and(|it| it.can_renew && asked(it).is_some())
        })
    });
    let can_open =
        Memo::new(move |_| details.with(|it| it.as_ref().is_some_and(|it| asked(it).is_some())));
    let wanted = StoredValue::new(id);
    let renew = move |_| begin(journey, wanted.get_value(), RenewalKey::New, details);
    let open = move |_| {
        if let Some(asked) = details.get_untracked().as_ref().and_then(asked) {
            journey.open_certificate(wanted.get_value(), &asked);
        }
    };
    let again = move |_| {
        if let Some(details) = details.get_untracked() {
            journey.ask_for(&details.summary.names);
            Place::go(Screen::Issue);
        }
    };
    view! {
        <section class="renewal" aria-label="Renewal and files">
            <div class="actions">
                <Show when=move || can_renew.get()>
                    <button
                        type="button"
                        class=move || if is_due.get() { "primary" } else { "secondary" }
                        data-testid="renew-this"
                        on:click=renew
                    >
                        "Renew"
                    </button>
                </Show>
                <Show when=move || !can_renew.get()>
                    <button type="button" class="secondary" data-testid="ask-again" on:click=again>
                        "Get one for the same names"
                    </button>
                </Show>
                <Show when=move || can_open.get()>
                    <button type="button" class="secondary" data-testid="open-this" on:click=open>
                        "Open its files"
                    </button>
                </Show>
                <span class="hint">
                    {move || match can_renew.get() {
                        true => "The same names, CA and proofs, with a new key.",
                        false => "It was made elsewhere, or its account is not kept here: you choose a CA as for a new one.",
                    }}
                </span>
            </div>
            <Show when=move || can_renew.get()>
                <Disclosure
                    id="other-key"
                    summary="Renew with another key than a new one"
                    content=Box::new(move || {
                        view! { <OtherKey id=wanted.get_value() details=details /> }.into_any()
                    })
                />
            </Show>
        </section>
    }
}

fn begin(journey: Journey, id: String, key: RenewalKey, details: Memo<Option<Details>>) {
    if let Some(asked) = details.get_untracked().as_ref().and_then(asked) {
        journey.renew_certificate(id, key, &asked);
    }
}

#[component]
fn OtherKey(id: String, details: Memo<Option<Details>>) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let has_key =
        Memo::new(move |_| details.with(|it| it.as_ref().is_some_and(|it| it.summary.has_key)));
    let choice = RwSignal::new(if has_key.get_untracked() {
        Choice::Same
    } else {
        Choice::Request
    });
    let pasted = RwSignal::new(String::new());
    let input: NodeRef<html::Input> = NodeRef::new();
    let error = RwSignal::new(None::<Refusal>);
    // A file that the field cannot show.
    let held = RwSignal::new(None::<BroughtFile>);
    let from_file = move |_| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        task::spawn(async move {
            let read = brought::chosen(&input, MAX_BYTES).await;
            input.set_value("");
            match read.map(|files| files.into_iter().next()) {
                Ok(Some((name, content))) => {
                    match std::str::from_utf8(&content) {
                        Ok(text) => {
                            pasted.set(text.to_owned());
                            held.set(None);
                        }
                        Err(_) => {
                            pasted.set(String::new());
                            held.set(Some(BroughtFile::new(name, content)));
                        }
                    }
                    error.set(None);
                }
                Ok(None) => {}
                Err(words) => {
                    error.set(Some(Refusal::of(words)));
                }
            }
        });
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let id = id.clone();
        if choice.get_untracked() == Choice::Same {
            begin(journey, id, RenewalKey::Same, details);
            return;
        }
        let text = pasted.get_untracked();
        let file = held.get_untracked().filter(|_| text.trim().is_empty());
        let file = file.unwrap_or_else(|| {
            let bytes = Zeroizing::new(text.into_bytes());
            BroughtFile::new("What you pasted".to_owned(), bytes)
        });
        let check = CheckRequest {
            certificate: id.clone(),
            file,
        };
        task::spawn(async move {
            match journey.store.ask(check).await {
                Ok(fit) => {
                    let asked = details.get_untracked().as_ref().and_then(asked);
                    if let Some(mut asked) = asked {
                        asked.key_type = fit.key_type;
                        journey.renew_certificate(id, RenewalKey::Request(fit.der), &asked);
                    }
                }
                Err(failed) => {
                    error.set(Some(Refusal::from(failed)));
                }
            }
        });
    };
    let held_name = move || {
        let file = held
            .get()
            .filter(|_| pasted.with(|text| text.trim().is_empty()));
        file.map(|file| format!("Chosen: {}", file.name))
    };
    view! {
        <form on:submit=submit novalidate>
            <fieldset class="cards">
                <legend class="unseen">"Which key"</legend>
                <Show when=move || has_key.get()>
                    <RadioCard
                        id="renew-same"
                        group="renew-key"
                        title="With the same key"
                        hint="For servers and apps that have the key pinned. Otherwise a new key is better: whoever got hold of the old one is locked out."
                        checked=Signal::derive(move || choice.get() == Choice::Same)
                        on_choose=move || choice.set(Choice::Same)
                    />
                </Show>
                <RadioCard
                    id="renew-request"
                    group="renew-key"
                    title="For a request of mine"
                    hint="A CSR that your server or device has made: its key stays there, and only the certificate comes here."
                    checked=Signal::derive(move || choice.get() == Choice::Request)
                    on_choose=move || choice.set(Choice::Request)
                />
            </fieldset>
            <div class="field" hidden=move || choice.get() != Choice::Request>
                <label for="renew-csr">"The request (PEM)"</label>
                <textarea
                    id="renew-csr"
                    rows="6"
                    spellcheck="false"
                    placeholder="-----BEGIN CERTIFICATE REQUEST-----"
                    aria-describedby="renew-csr-error"
                    bind:value=pasted
                ></textarea>
                <label for="renew-csr-file">"or its file (PEM or DER)"</label>
                <input id="renew-csr-file" type="file" node_ref=input on:change=from_file />
                <p class="hint" data-testid="csr-file">{held_name}</p>
            </div>
            <RefusalText id="renew-csr-error" testid="csr-error" refusal=error />
            <div class="actions">
                <button type="submit" class="secondary" data-testid="renew-other">
                    {move || match choice.get() {
                        Choice::Same => "Renew with the same key",
                        Choice::Request => "Renew for this request",
                    }}
                </button>
            </div>
        </form>
    }
}
