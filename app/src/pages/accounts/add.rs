//! Another account: from files of another client, or with a key made here.

use leptos::prelude::*;
use tabcert_acme::url::HttpsUrl;
use tabcert_engine_api::accounts::{AboutAccounts, Answer, BroughtFile, Recognised, Wish};
use tabcert_pki::brought::MAX_BYTES;

use super::card::{Outcome, addresses};
use super::ledger::{Attempt, Ledger};
use zeroize::Zeroizing;

use crate::components::{Disclosure, FilePicker, NotReadList, RefusalText};
use crate::pages::ca_choice::{CaChoice, CaSelect};
use crate::present::brought::Refusal;
use crate::task;

/// Both ways.
#[component]
pub(super) fn Add() -> impl IntoView {
    view! {
        <section class="account" aria-labelledby="add-account">
            <h3 id="add-account">"Add an account"</h3>
            <Disclosure
                id="import-account"
                summary="From files of another client"
                content=Box::new(|| view! { <Import /> }.into_any())
            />
            <Disclosure
                id="make-account"
                summary="With a new key"
                content=Box::new(|| view! { <Make /> }.into_any())
            />
        </section>
    }
}

fn known_cas(ledger: Ledger) -> Signal<Vec<HttpsUrl>> {
    Signal::derive(move || {
        let all = ledger.accounts.get().unwrap_or_default();
        all.into_iter()
            .map(|account| account.directory_url)
            .collect()
    })
}

#[component]
fn Import() -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let files = RwSignal::new(Vec::<BroughtFile>::new());
    let recognised = RwSignal::new(None::<Recognised>);
    let refused = RwSignal::new(None::<Refusal>);
    let adding = Attempt::new();
    let pasted = RwSignal::new(String::new());
    let choice = CaChoice::new();
    let known = known_cas(ledger);

    let look = move |brought: Vec<BroughtFile>| {
        files.set(brought.clone());
        recognised.set(None);
        refused.set(None);
        adding.done.set(None);
        adding.failed.set(None);
        let asked = AboutAccounts {
            wish: Wish::Recognise(brought),
            edge_available: false,
        };
        task::spawn(async move {
            match ledger.store.ask(asked).await {
                Ok(Answer::Recognised(found)) => {
                    propose(choice, &known.get_untracked(), found.url.as_ref());
                    recognised.set(Some(found));
                }
                Ok(_) => {}
                Err(error) => {
                    refused.set(Some(Refusal::from(error)));
                }
            }
        });
    };
    let chosen = move |read: Vec<(String, Zeroizing<Vec<u8>>)>| {
        let brought = read.into_iter();
        look(
            brought
                .map(|(name, bytes)| BroughtFile::new(name, bytes))
                .collect(),
        );
    };
    let take_pasted = move |_| {
        let text = pasted.get_untracked();
        look(vec![BroughtFile::new(
            "What you pasted".to_owned(),
            Zeroizing::new(text.into_bytes()),
        )]);
    };
    let add = move |_| {
        let Some(directory_url) = choice.directory_url(ledger.store) else {
            return;
        };
        let wish = Wish::Import {
            files: files.get_untracked(),
            directory_url,
        };
        ledger.attempt(adding, wish, "", move |answer| {
            let says = match answer {
                Answer::Known { .. } => "This account is here already.",
                _ => "The CA knows it, and it is here now.",
            };
            adding.done.set(Some(says));
            // Keys stay on the screen no longer than they have to.
            pasted.set(String::new());
            files.set(Vec::new());
            recognised.set(None);
        });
    };
    view! {
        <div class="part">
            <FilePicker
                id="account-files"
                label="All files of one account"
                hint="A key in PEM or as a JWK; or of certbot private_key.json and regr.json, of acme.sh account.key, of lego and Caddy the account’s .key and .json. Choose several together, or drag them here."
                max_bytes=MAX_BYTES
                on_files=chosen
            />
            <div class="field">
                <label for="account-paste">"Or paste a key"</label>
                <textarea
                    id="account-paste"
                    rows="3"
                    spellcheck="false"
                    autocomplete="off"
                    placeholder="What is in a .pem or .json file"
                    bind:value=pasted
                ></textarea>
            </div>
            <div class="actions">
                <button
                    type="button"
                    class="secondary"
                    data-testid="take-pasted"
                    disabled=move || pasted.with(|pasted| pasted.trim().is_empty())
                    on:click=take_pasted
                >
                    "Read what I pasted"
                </button>
            </div>
            <RefusalText id="account-refused" testid="account-refused" refusal=refused />
            {move || {
                recognised.get().map(|found| {
                    view! {
                        <p class="standing reached" role="status" data-testid="recognised">{describe(&found)}</p>
                        <NotReadList not_read=found.not_read />
                        <CaSelect id="import-ca" label="The CA that it is at" choice=choice known=known />
                        <div class="actions">
                            <button
                                type="button"
                                class="primary"
                                data-testid="import"
                                disabled=adding.busy
                                on:click=add
                            >
                                {move || if adding.busy.get() { "Asking the CA…" } else { "Add this account" }}
                            </button>
                            <span class="hint">"The CA is asked first whether it knows the key."</span>
                        </div>
                    }
                })
            }}
            <Outcome attempt=adding />
        </div>
    }
}

fn describe(found: &Recognised) -> String {
    let by = found.client.as_ref();
    let by = by.map(|client| format!(" of {client}")).unwrap_or_default();
    let contact = addresses(&found.contact).join(", ");
    let contact = if contact.is_empty() {
        String::new()
    } else {
        format!(", contact {contact}")
    };
    format!(
        "Recognised: an account key{by}, {}{contact}, thumbprint {}.",
        found.key, found.thumbprint
    )
}

/// The CA whose server the account's URL is on, where one is known.
fn propose(choice: CaChoice, known: &[HttpsUrl], account: Option<&HttpsUrl>) {
    let Some(account) = account else {
        return;
    };
    let public = tabcert_issuance::catalogue::PUBLIC.iter();
    let public = public.filter_map(|ca| HttpsUrl::parse(ca.directory_url).ok());
    let at = known
        .iter()
        .cloned()
        .chain(public)
        .find(|url| url.authority() == account.authority());
    if let Some(at) = at {
        choice.propose(&at);
    }
}

#[component]
fn Make() -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let attempt = Attempt::new();
    let choice = CaChoice::new();
    let make = move |_| {
        if let Some(directory_url) = choice.directory_url(ledger.store) {
            let wish = Wish::Make { directory_url };
            let says = "A new key is here, for the next order at this CA.";
            ledger.attempt(attempt, wish, says, |_| {});
        }
    };
    view! {
        <div class="part">
            <p>
                "The next order at the CA makes an account with it. You rarely need this: one account can order for any number of names."
            </p>
            <CaSelect id="make-ca" label="The CA" choice=choice known=known_cas(ledger) />
            <div class="actions">
                <button
                    type="button"
                    class="secondary"
                    data-testid="make-account"
                    disabled=attempt.busy
                    on:click=make
                >
                    "Make a key"
                </button>
            </div>
            <Outcome attempt=attempt />
        </div>
    }
}
