//! The machine at work: what it does, what comes next, and what it asked of the CA.

use leptos::prelude::*;
use tabcert_issuance::Intent;
use tabcert_issuance::view::{Stage, Work};

use super::journey::Journey;
use super::waits::Waits;
use crate::components::{Progress, Transcript};
use crate::present;

/// From here on, a bar that moves by itself is a comfort; before, it only takes the processor from the
/// work.
const LONG_MS: u64 = 1_000;

/// Live progress.
#[component]
pub(super) fn Working() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let clock = journey.store.clock();
    let of_work =
        move |pick: fn(&Work) -> u64| move || journey.work.with(|work| work.as_ref().map(pick));
    let since = of_work(|work| work.since_ms);
    let stage = Memo::new(move |_| {
        journey
            .work
            .with(|work| work.as_ref().map_or(Stage::Registering, |work| work.stage))
    });
    let parts = Memo::new(move |_| journey.work.with(|work| work.as_ref()?.progress));
    let elapsed = move || {
        let since = since().unwrap_or_else(|| clock.get());
        present::time::span(clock.get().saturating_sub(since))
    };
    let is_brief = move || {
        let since = since().unwrap_or_default();
        clock.get().saturating_sub(since) < LONG_MS
    };
    view! {
        <Progress
            doing=Signal::derive(move || present::stage::doing(stage.get()))
            next=Signal::derive(move || present::stage::next(stage.get()))
            elapsed=Signal::derive(elapsed)
            parts=parts
            brief=Signal::derive(is_brief)
            part=Signal::derive(move || present::stage::part(stage.get()))
        />
        <Waits />
        <NextPoll />
        <Requests />
    }
}

/// When the CA is asked next, and the ways to ask it now, or not at all.
#[component]
fn NextPoll() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let clock = journey.store.clock();
    let next_at = Memo::new(move |_| journey.work.with(|work| work.as_ref()?.next_at_ms));
    // Less than a second is not worth a button that comes and goes.
    let far = Memo::new(move |_| next_at.get().is_some_and(|at| at > clock.get() + 1000));
    let is_told = Memo::new(move |_| {
        journey.work.with(|work| {
            work.as_ref()
                .is_some_and(|work| work.hold.is_some() || work.undecided.is_some())
        })
    });
    let left = move || {
        let left = next_at
            .get()
            .unwrap_or_default()
            .saturating_sub(clock.get());
        present::time::span(left + 999)
    };
    view! {
        <div class="next-poll">
            <Show when=move || far.get()>
                // Seconds are not announced.
                <span aria-hidden="true">"The CA is asked again in " {left} "."</span>
                <button
                    type="button"
                    id="ask-now"
                    class="link"
                    on:click=move |_| journey.store.dispatch(Intent::AskNow)
                >
                    "Ask now"
                </button>
            </Show>
            <Show when=move || is_told.get()>
                <button
                    type="button"
                    id="stop"
                    class="link"
                    on:click=move |_| journey.store.dispatch(Intent::Stop)
                >
                    "Stop waiting"
                </button>
            </Show>
        </div>
    }
}

/// The requests so far.
#[component]
pub(super) fn Requests() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let view = journey.store.view();
    let exchanges = Signal::derive(move || {
        view.with(|view| {
            view.as_ref()
                .map(|view| view.transcript.clone())
                .unwrap_or_default()
        })
    });
    view! { <Transcript exchanges=exchanges open=journey.requests_open /> }
}
