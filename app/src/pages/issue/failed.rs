//! A failure, and the ways on.

use leptos::prelude::*;
use tabcert_engine_api::files::PemFile;
use tabcert_issuance::Intent;
use tabcert_issuance::view::{Cause, Failed, NameFailure, OrderStanding};

use super::journey::Journey;
use super::result::{FileDownload, Kind};
use super::work::Requests;
use crate::components::ExplanationText;
use crate::present::{self, files};

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
        && failed.order != OrderStanding::Issued
        && journey.is_ordered();
    let (cause, order) = (failed.cause, failed.order);
    // What the CA does not know any more cannot be gone on with.
    let is_gone = cause == Cause::OrderUnknown;
    view! {
        <div
            class="failure"
            role="alert"
            data-testid="failure"
            data-cause=cause.as_str()
            data-order=standing(order)
        >
            <ExplanationText explanation=failed.explanation />
            <ul class="name-failures">
                {failed.names.into_iter().map(name_failure).collect_view()}
            </ul>
        </div>
        {failed
            .misfit
            .as_ref()
            .map(|misfit| {
                view! { <Misdelivery kind=misfit.kind() has_key=!failed.names_are_fixed /> }
            })}
        <div class="actions">
            {failed
                .can_try_again
                .then(|| {
                    view! {
                        <TryAgain
                            label=again(cause, order)
                            is_primary=!is_gone
                            not_before_ms=failed.not_before_ms
                        />
                    }
                })}
            {(order != OrderStanding::None)
                .then(|| view! { <OrderAnew standing=order is_primary=is_gone /> })}
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

/// What the CA sent instead of the certificate, and the key: both are the visitor's. `kind` says what is
/// wrong with it.
#[component]
fn Misdelivery(kind: &'static str, has_key: bool) -> impl IntoView {
    let error = RwSignal::new(None::<String>);
    view! {
        <section class="downloads" data-testid="misdelivery" data-misfit=kind>
            <h3>"What came"</h3>
            <ul class="files">
                <FileDownload
                    kind=Kind::Answer
                    name=files::answer_name(None)
                    about="What the CA sent, as it came."
                    error=error
                />
                {has_key
                    .then(|| {
                        view! {
                            <FileDownload
                                kind=Kind::Pem(PemFile::PrivateKey)
                                name=files::name(PemFile::PrivateKey)
                                about="The private key that was made for this order."
                                error=error
                            />
                        }
                    })}
            </ul>
            <p class="error" role="alert" data-testid="download-error">{error}</p>
        </section>
    }
}

fn name_failure(failure: NameFailure) -> impl IntoView {
    let NameFailure {
        name, explanation, ..
    } = failure;
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

/// As an attribute.
fn standing(order: OrderStanding) -> &'static str {
    match order {
        OrderStanding::None => "none",
        OrderStanding::Open => "open",
        OrderStanding::Issued => "issued",
    }
}

/// What trying again means.
fn again(cause: Cause, order: OrderStanding) -> &'static str {
    match (cause, order) {
        (_, OrderStanding::Issued) => "Download again",
        (Cause::TookTooLong | Cause::SilentAboutProofs, _) => "Keep waiting",
        (Cause::Stopped, _) => "Go on",
        _ => "Try again",
    }
}

fn class(is_primary: bool) -> &'static str {
    if is_primary { "primary" } else { "secondary" }
}

/// Leaves the order for a new one.
#[component]
fn OrderAnew(standing: OrderStanding, is_primary: bool) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let what_it_does = match standing {
        OrderStanding::Issued => {
            "A new order gets another certificate for the same names; the one that was issued stays at the CA, and counts towards its limits."
        }
        OrderStanding::None | OrderStanding::Open => {
            "A new order is for the same names, with the same key; the present one is left as it is, and ends by itself."
        }
    };
    view! {
        <button
            type="button"
            id="order-anew"
            class=class(is_primary)
            aria-describedby="order-anew-hint"
            on:click=move |_| journey.store.dispatch(Intent::OrderAnew)
        >
            "Start a new order"
        </button>
        <p class="hint wait" id="order-anew-hint">{what_it_does}</p>
    }
}

/// Try again; where the CA wants to be left alone for a while, the visitor may know better.
#[component]
fn TryAgain(label: &'static str, is_primary: bool, not_before_ms: Option<u64>) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let clock = journey.store.clock();
    let left = Memo::new(move |_| {
        let left = not_before_ms?.saturating_sub(clock.get());
        (left > 0).then(|| present::time::span(left))
    });
    let is_early = Memo::new(move |_| left.with(Option::is_some));
    view! {
        <button
            type="button"
            id="try-again"
            class=move || class(is_primary && !is_early.get())
            data-early=move || is_early.get().then_some("true")
            on:click=move |_| journey.store.dispatch(Intent::TryAgain)
        >
            {move || if is_early.get() { "Try anyway" } else { label }}
        </button>
        {move || {
            left.get()
                .zip(not_before_ms)
                .map(|(left, at)| {
                    view! {
                        <p class="hint wait" data-testid="not-before">
                            "The CA asks to wait until " {present::time::date_time(at)} " (" {left}
                            ")."
                        </p>
                    }
                })
        }}
    }
}
