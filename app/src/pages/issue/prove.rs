//! Step 4: showing the CA that the names are the visitor's.

mod check;
mod edge;
mod files;
mod methods;
mod records;
mod redirect;

use leptos::prelude::*;
use tabcert_issuance::Intent;

use super::failed::Failure;
use super::journey::{Face, Journey};
use super::work::Working;
use check::Checks;
use edge::EdgeHosts;
use files::Files;
use methods::{Methods, NotOffered};
use records::Records;
use redirect::Redirects;

/// What has to be put in place, or the work around it.
#[component]
pub(super) fn ProveStep() -> impl IntoView {
    let journey = expect_context::<Journey>();
    move || match journey.face.get() {
        Face::Proving => view! { <Proofs /> }.into_any(),
        Face::Failed => journey
            .failed
            .get()
            .map(|failed| view! { <Failure failed=failed /> })
            .into_any(),
        _ => view! { <Working /> }.into_any(),
    }
}

#[component]
fn Proofs() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let ready = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        journey.store.dispatch(Intent::Ready);
    };
    let is_chosen = Memo::new(move |_| {
        journey.proving.with(|proving| {
            let names = proving.as_ref().map(|proving| proving.names.as_slice());
            let mut names = names.unwrap_or_default().iter();
            names.all(|proof| proof.not_offered.is_none())
        })
    });
    view! {
        <form on:submit=ready>
            <p>
                "The CA wants to see that these names are yours. Put the following in place; nothing is asked of the CA before you say so."
            </p>
            <AlreadyValid />
            <NotOffered />
            <Methods />
            <Records />
            <Files />
            <EdgeHosts />
            <Redirects />
            <Checks />
            <div class="actions">
                <button
                    type="submit"
                    id="ready"
                    class="primary"
                    disabled=move || !is_chosen.get()
                >
                    "Everything is in place – ask the CA to check"
                </button>
                <span class="hint">
                    "CAs allow only a few failed checks per hour: have a look yourself first."
                </span>
            </div>
        </form>
    }
}

/// Names whose proof the CA still has.
#[component]
fn AlreadyValid() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let names = Memo::new(move |_| {
        journey.proving.with(|proving| {
            proving
                .as_ref()
                .map(|proving| proving.already_valid.clone())
                .unwrap_or_default()
        })
    });
    view! {
        <Show when=move || names.with(|names| !names.is_empty())>
            <p class="standing reached" data-testid="already-valid">
                "Nothing to do for " <strong>{move || names.with(|names| names.join(", "))}</strong>
                ": the CA still has a proof from before."
            </p>
        </Show>
    }
}
