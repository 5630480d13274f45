//! The way of a check from address to address.

use leptos::prelude::*;
use tabcert_edge_api::check::{Break, CheckReport, Hop};

use crate::present;

/// Every address that was asked with what it answered; where the path breaks, why, and what to do.
#[component]
pub(crate) fn HopPath(report: CheckReport) -> impl IntoView {
    let CheckReport { expected, hops, .. } = report;
    let hops: Vec<AnyView> = hops.into_iter().map(|it| hop(it, &expected)).collect();
    view! {
        <ol class="hops" aria-label="The path">
            {hops}
        </ol>
    }
}

fn hop(hop: Hop, expected: &str) -> AnyView {
    let answer = present::check::answer(&hop);
    let why = hop.broken.map(|broken| {
        let differs = match broken {
            Break::WrongAnswer | Break::TooLong { .. } | Break::Status { .. } => hop.received,
            _ => None,
        };
        let compared = differs.map(|received| {
            [("Expected", expected.to_owned()), ("Received", received)].map(|(term, text)| {
                view! {
                    <div>
                        <dt>{term}</dt>
                        <dd>
                            <code>{text}</code>
                        </dd>
                    </div>
                }
            })
        });
        view! {
            <p class="error" data-testid="hop-broken">
                <strong>"It breaks here: "</strong>
                {format!("{broken}. {}", broken.next_step())}
            </p>
            {compared.map(|lines| view! { <dl class="compared">{lines}</dl> })}
        }
    });
    view! {
        <li data-testid="hop">
            <code>{hop.url}</code>
            <p class="hint">{answer}</p>
            {why}
        </li>
    }
    .into_any()
}
