//! The requests to the CA, for those who want to see them.

use leptos::prelude::*;
use tabcert_issuance::transcript::Exchange;

use crate::present;

/// A closed list that opens on demand; it is not rendered before.
#[component]
pub(crate) fn Transcript(
    /// Oldest first.
    #[prop(into)]
    exchanges: Signal<Vec<Exchange>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let rows = move || {
        let exchanges = exchanges.get();
        exchanges.iter().map(row).collect_view()
    };
    view! {
        <details
            class="transcript"
            data-testid="transcript"
            on:toggle=move |_| open.update(|open| *open = !*open)
        >
            <summary>"What is asked of the CA"</summary>
            <Show when=move || open.get()>
                <ol>{rows}</ol>
            </Show>
        </details>
    }
}

fn row(exchange: &Exchange) -> impl IntoView + use<> {
    let under_way = exchange.outcome.is_none();
    view! {
        <li data-kind=exchange.kind.as_str() data-state=under_way.then_some("busy")>
            <time datetime=present::time::iso(exchange.sent_ms)>
                {present::time::clock_time(exchange.sent_ms)}
            </time>
            <span>{present::transcript::what(exchange.kind)}</span>
            <span class="outcome">{present::transcript::outcome(exchange)}</span>
        </li>
    }
}
