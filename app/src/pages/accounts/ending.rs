//! Parting from an account: at the CA for good, or here alone.

use leptos::prelude::*;
use tabcert_engine_api::accounts::{AccountStatus, AccountView, Wish};

use super::card::Outcome;
use super::ledger::{Attempt, Ledger};
use crate::components::{Disclosure, Field};

/// What has to be typed before an account is ended.
const WORD: &str = "end it";

/// Both ways.
#[component]
pub(super) fn Ending(id: String, account: Memo<Option<AccountView>>) -> impl IntoView {
    let part = format!("ending-{id}");
    let can_end = Memo::new(move |_| {
        account.with(|it| {
            it.as_ref()
                .is_some_and(|it| it.status == AccountStatus::Valid && it.url.is_some())
        })
    });
    let content = move || {
        let of_it = id.clone();
        view! {
            <div class="part">
                {move || can_end.get().then(|| view! { <Deactivate id=of_it.clone() /> })}
                <Forget id=id.clone() />
            </div>
        }
        .into_any()
    };
    view! { <Disclosure id=part summary="End it, or forget it" content=Box::new(content) /> }
}

#[component]
fn Deactivate(id: String) -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let attempt = Attempt::new();
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None);
    let field = format!("end-{id}");
    let id = StoredValue::new(id);
    let end = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !typed.with_untracked(|typed| typed.trim().eq_ignore_ascii_case(WORD)) {
            error.set(Some(format!("Type “{WORD}” to end the account.")));
            return;
        }
        error.set(None);
        let wish = Wish::Deactivate {
            account: id.get_value(),
        };
        ledger.attempt(attempt, wish, "The account has ended.", |_| {});
    };
    view! {
        <form class="part" on:submit=end novalidate>
            <p>
                <strong>"End it at the CA (deactivate)."</strong>
                " The CA takes nothing from this account any more, and nobody can undo that. Certificates stay valid, but can be revoked only by their own keys then. Right when the key has leaked and you do not need the account."
            </p>
            <Field
                id=field
                label="To go on, type: end it"
                value=typed
                kind="text"
                error=error
            />
            <div class="actions">
                <button type="submit" class="secondary danger" data-testid="deactivate" disabled=attempt.busy>
                    {move || if attempt.busy.get() { "Ending…" } else { "End the account for good" }}
                </button>
            </div>
            <Outcome attempt=attempt />
        </form>
    }
}

#[component]
fn Forget(id: String) -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let attempt = Attempt::new();
    let forget = move |_| {
        let question = "Forget this account and its key in this browser? Unless you have the key elsewhere, it cannot be used any more.";
        if window().confirm_with_message(question).unwrap_or(false) {
            let wish = Wish::Forget {
                account: id.clone(),
            };
            ledger.attempt(attempt, wish, "", |_| {});
        }
    };
    view! {
        <p>
            <strong>"Forget it here."</strong>
            " The CA is not told: the account goes on, for whoever has its key. Without a copy of the key it is out of reach, certificates of it can be revoked by their own keys alone, and its unfinished orders cannot be gone on with."
        </p>
        <div class="actions">
            <button
                type="button"
                class="secondary danger"
                data-testid="forget-account"
                disabled=attempt.busy
                on:click=forget
            >
                "Forget it in this browser"
            </button>
        </div>
        <Outcome attempt=attempt />
    }
}
