//! The requests to the CA, for those who want to see them.

use leptos::prelude::*;
use tabcert_issuance::transcript::Exchange;
use web_sys::HtmlDetailsElement;

use crate::present;

/// A closed list that opens on demand; it is not rendered before.
#[component]
pub(crate) fn Transcript(
    /// Oldest first.
    #[prop(into)]
    exchanges: Signal<Vec<Exchange>>,
    /// Whether the visitor opened it.
    open: RwSignal<bool>,
) -> impl IntoView {
    let toggled = move |event: web_sys::Event| {
        open.set(event_target::<HtmlDetailsElement>(&event).open());
    };
    let rows = move || {
        let exchanges = exchanges.get();
        exchanges.iter().map(row).collect_view()
    };
    view! {
        <details
            class="transcript"
            data-testid="transcript"
            prop:open=open
            on:toggle=toggled
        >
            <summary>"What is asked of the CA"</summary>
            <Show when=move || open.get()>
                <ol>{rows}</ol>
            </Show>
        </details>
    }
}

fn row(exchange: &Exchange) -> impl IntoView + use<> {
    let status = exchange.outcome.map(|outcome| outcome.status);
    view! {
        <li data-kind=exchange.kind.as_str() data-status=status.flatten()>
            <time datetime=present::time::iso(exchange.sent_ms)>
                {present::time::clock_time(exchange.sent_ms)}
            </time>
            <span>{present::transcript::what(exchange.kind)}</span>
            <span class="outcome">{present::transcript::outcome(exchange)}</span>
        </li>
    }
}
