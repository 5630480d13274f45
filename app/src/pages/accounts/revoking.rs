//! Revoking certificates: those that are kept, and those that were made elsewhere.

use leptos::prelude::*;
use tabcert_acme::url::HttpsUrl;

use super::ledger::Ledger;
use crate::components::Disclosure;
use crate::pages::revoke::{Revoke, RevokeBrought};
use crate::present;

/// At the end of the screen, as it is seldom needed.
#[component]
pub(super) fn Revoking() -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let known: Signal<Vec<HttpsUrl>> = Signal::derive(move || {
        let all = ledger.accounts.get().unwrap_or_default();
        all.into_iter()
            .map(|account| account.directory_url)
            .collect()
    });
    view! {
        <section class="account" aria-labelledby="revoking">
            <h3 id="revoking">"Revoke a certificate"</h3>
            <Disclosure
                id="revoke-kept"
                summary="One that this browser keeps"
                content=Box::new(|| view! { <Kept /> }.into_any())
            />
            <Disclosure
                id="revoke-brought"
                summary="One made elsewhere, with its key as a file"
                content=Box::new(move || view! { <RevokeBrought known=known /> }.into_any())
            />
        </section>
    }
}

/// Which of those that are kept.
#[component]
fn Kept() -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let vault = ledger.store.vault();
    let chosen = RwSignal::new(String::new());
    let all = Memo::new(move |_| {
        vault.with(|vault| {
            let kept = vault.iter().flat_map(|vault| &vault.certificates);
            kept.map(|it| {
                let names = present::names::summary(&it.asked.names);
                let until = present::time::date_time(it.not_after.saturating_mul(1000));
                (it.id.clone(), names, until)
            })
            .collect::<Vec<_>>()
        })
    });
    let options = move || {
        let option = |(id, names, until): (String, String, String)| {
            let is_chosen = id.clone();
            view! {
                <option value=id selected=move || chosen.with(|chosen| *chosen == is_chosen)>
                    {format!("{names}, until {until}")}
                </option>
            }
        };
        all.get().into_iter().map(option).collect_view()
    };
    let form = move || {
        let chosen = chosen.get();
        let names = all.with_untracked(|all| {
            let found = all.iter().find(|(id, ..)| *id == chosen);
            found.map(|(_, names, _)| names.clone())
        })?;
        Some(view! { <Revoke certificate_id=chosen names=names /> })
    };
    view! {
        <div class="part">
            <div class="field">
                <label for="revoke-which">"The certificate"</label>
                <select id="revoke-which" on:change=move |event| chosen.set(event_target_value(&event))>
                    <option value="">"Choose one"</option>
                    {options}
                </select>
            </div>
            {form}
        </div>
    }
}
