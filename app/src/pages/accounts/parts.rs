//! Smaller things to do with an account.

use leptos::prelude::*;
use tabcert_engine_api::accounts::{AccountStatus, AccountView, Answer, Wish};

use super::card::Outcome;
use super::ledger::{Attempt, Ledger};
use crate::components::{Disclosure, Field};

/// Says that a change of the key has not ended, and ends it.
#[component]
pub(super) fn Unsettled(id: String, account: Memo<Option<AccountView>>) -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let attempt = Attempt::new();
    let is_open =
        Memo::new(move |_| account.with(|it| it.as_ref().is_some_and(|it| it.is_changing_key)));
    let finish = StoredValue::new(move || {
        let wish = Wish::ChangeKey {
            account: id.clone(),
        };
        ledger.attempt(attempt, wish, "", |_| {});
    });
    move || {
        is_open.get().then(|| {
            view! {
                <div class="notice" data-testid="key-unsettled">
                    <p>
                        "A change of this account’s key was begun, and it is not known whether the CA took the new key. Both are kept; the next order finds out by itself."
                    </p>
                    <button
                        type="button"
                        class="secondary"
                        data-testid="settle-key"
                        disabled=attempt.busy
                        on:click=move |_| finish.with_value(|finish| finish())
                    >
                        "Ask the CA and finish the change"
                    </button>
                    <Outcome attempt=attempt />
                </div>
            }
        })
    }
}

/// Chooses the account for new orders, where there are several.
#[component]
pub(super) fn Use(id: String, account: Memo<Option<AccountView>>) -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let attempt = Attempt::new();
    let is_spare = Memo::new(move |_| {
        account.with(|it| {
            it.as_ref()
                .is_some_and(|it| it.status == AccountStatus::Valid && !it.is_used)
        })
    });
    let prefer = StoredValue::new(move || {
        let wish = Wish::Prefer {
            account: id.clone(),
        };
        ledger.attempt(attempt, wish, "", |_| {});
    });
    move || {
        is_spare.get().then(|| {
            view! {
                <div class="actions">
                    <button
                        type="button"
                        class="secondary"
                        data-testid="prefer"
                        disabled=attempt.busy
                        on:click=move |_| prefer.with_value(|prefer| prefer())
                    >
                        "Use this one for new orders"
                    </button>
                </div>
                <Outcome attempt=attempt />
            }
        })
    }
}

/// The account object, as the CA tells it.
#[component]
pub(super) fn Seen(id: String) -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let attempt = Attempt::new();
    let object = RwSignal::new(None::<String>);
    let part = format!("seen-{id}");
    let read = StoredValue::new(move || {
        let wish = Wish::Read {
            account: id.clone(),
        };
        ledger.attempt(attempt, wish, "", move |answer| {
            if let Answer::Object(json) = answer {
                object.set(Some(json));
                ledger.read();
            }
        });
    });
    let content = move || {
        view! {
            <div class="part">
                <div class="actions">
                    <button
                        type="button"
                        class="secondary"
                        data-testid="read-account"
                        disabled=attempt.busy
                        on:click=move |_| read.with_value(|read| read())
                    >
                        "Ask the CA"
                    </button>
                    <span class="hint">"The account object, as RFC 8555 calls it."</span>
                </div>
                {move || object.get().map(|json| view! { <pre data-testid="account-object">{json}</pre> })}
                <Outcome attempt=attempt />
            </div>
        }
        .into_any()
    };
    view! { <Disclosure id=part summary="What the CA has on file" content=Box::new(content) /> }
}

/// The visitor's own name for it.
#[component]
pub(super) fn Rename(id: String, account: Memo<Option<AccountView>>) -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let attempt = Attempt::new();
    let label = account.with_untracked(|it| it.as_ref().map(|it| it.label.clone()));
    let label = RwSignal::new(label.unwrap_or_default());
    let part = format!("rename-{id}");
    let field = format!("label-{id}");
    let id = StoredValue::new(id);
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let wish = Wish::SetLabel {
            account: id.get_value(),
            label: label.get_untracked(),
        };
        ledger.attempt(attempt, wish, "Renamed.", |_| {});
    };
    let content = move || {
        view! {
            <form class="part" on:submit=save novalidate>
                <Field
                    id=field.clone()
                    label="What you call it"
                    value=label
                    kind="text"
                    error=Signal::stored(None::<String>)
                    hint="For you alone: the CA does not see it."
                />
                <div class="actions">
                    <button type="submit" class="secondary" data-testid="rename" disabled=attempt.busy>
                        "Save the name"
                    </button>
                </div>
                <Outcome attempt=attempt />
            </form>
        }
        .into_any()
    };
    view! { <Disclosure id=part summary="Give it a name" content=Box::new(content) /> }
}
