//! A failure, and the ways on.

use leptos::prelude::*;
use tabcert_issuance::Intent;
use tabcert_issuance::view::{Failed, NameFailure};

use super::journey::Journey;
use super::work::Requests;
use crate::components::ExplanationText;
use crate::present;

/// What went wrong, in human words and the CA's own, for the whole and for single names.
#[component]
pub(super) fn Failure(failed: Failed) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let refused: Vec<String> = failed
        .names
        .iter()
        .map(|failure| failure.name.clone())
        .collect();
    let ordered = journey
        .draft
        .names
        .with_untracked(|names| names.entries().len());
    let some_are_left = !failed.names_are_fixed
        && !refused.is_empty()
        && refused.len() < ordered
        && journey.is_ordered();
    view! {
        <div class="failure" role="alert" data-testid="failure">
            <ExplanationText explanation=failed.explanation />
            <ul class="name-failures">
                {failed.names.into_iter().map(name_failure).collect_view()}
            </ul>
        </div>
        <div class="actions">
            {failed.can_try_again.then(|| view! { <TryAgain not_before_ms=failed.not_before_ms /> })}
            {some_are_left.then(|| without(journey, refused))}
            {journey
                .is_ordered()
                .then(|| {
                    view! {
                        <button
                            type="button"
                            id="start-over"
                            class="secondary"
                            on:click=move |_| journey.start_over()
                        >
                            "Change names, CA or key"
                        </button>
                    }
                })}
        </div>
        <Requests />
    }
}

fn name_failure(failure: NameFailure) -> impl IntoView {
    let NameFailure { name, explanation } = failure;
    let heading = name.clone();
    view! {
        <li data-testid="name-failure" data-name=name>
            <h3>{heading}</h3>
            <ExplanationText explanation=explanation />
        </li>
    }
}

fn without(journey: Journey, refused: Vec<String>) -> impl IntoView {
    let label = match refused.as_slice() {
        [one] => format!("Try again without {one}"),
        many => format!("Try again without these {}", many.len()),
    };
    view! {
        <button
            type="button"
            id="try-again-without"
            class="secondary"
            on:click=move |_| journey.try_again_without(refused.clone())
        >
            {label}
        </button>
    }
}

/// Try again, but not before the CA allows it.
#[component]
fn TryAgain(not_before_ms: Option<u64>) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let clock = journey.store.clock();
    let left = Memo::new(move |_| {
        let left = not_before_ms?.saturating_sub(clock.get());
        (left > 0).then(|| present::time::span(left))
    });
    view! {
        <button
            type="button"
            id="try-again"
            class="primary"
            disabled=move || left.with(Option::is_some)
            on:click=move |_| journey.store.dispatch(Intent::TryAgain)
        >
            "Try again"
        </button>
        {move || {
            left.get()
                .zip(not_before_ms)
                .map(|(left, at)| {
                    view! {
                        <p class="hint wait">
                            "The CA asks to wait until " {present::time::date_time(at)} " (" {left}
                            ")."
                        </p>
                    }
                })
        }}
    }
}
