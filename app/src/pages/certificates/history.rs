//! What was tried with a certificate.

use leptos::prelude::*;
use tabcert_engine_api::certificates::{Attempt, Details};

use crate::present::{status, time};

/// Past attempts, the latest first.
#[component]
pub(super) fn History(details: Memo<Option<Details>>) -> impl IntoView {
    let attempts = Memo::new(move |_| {
        details.with(|it| {
            it.as_ref()
                .map(|it| it.summary.history.clone())
                .unwrap_or_default()
        })
    });
    let rows = move || {
        let attempts = attempts.get().into_iter().rev();
        attempts.map(row).collect::<Vec<_>>()
    };
    view! {
        <Show when=move || attempts.with(|attempts| !attempts.is_empty())>
            <section class="history" aria-labelledby="history">
                <h3 id="history">"History"</h3>
                <ol class="plain">{rows}</ol>
            </section>
        </Show>
    }
}

fn row(attempt: Attempt) -> AnyView {
    let Attempt {
        at_ms,
        outcome,
        reason,
    } = attempt;
    view! {
        <li data-testid="attempt">
            <time datetime=time::iso(at_ms)>{time::date_time(at_ms)}</time>
            <strong>{status::outcome(outcome)}</strong>
            {reason.map(|reason| view! { <p>{reason}</p> })}
        </li>
    }
    .into_any()
}
