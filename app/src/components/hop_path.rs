//! The way of a check from address to address.

use leptos::prelude::*;
use tabcert_issuance::explain::Explanation;

use super::{Copyable, ExplanationText};
use crate::present;
use crate::shell::check::Report;

/// Every address that was asked with what it answered; where the path breaks, why, and what to do.
#[component]
pub(crate) fn HopPath(report: Report) -> impl IntoView {
    let Report {
        expected,
        hops,
        detail,
        next_step,
        ..
    } = report;
    let why = |received: Option<String>| {
        let explanation = Explanation {
            sentence: detail.clone(),
            detail: None,
            next_step: next_step.clone(),
            link: None,
        };
        let line = |term, text| view! { <Copyable term=term text=text what="the content" /> };
        let compared = received.map(|received| {
            view! { <dl>{vec![line("Expected", expected.clone()), line("Received", present::check::received(&received))]}</dl> }
        });
        view! {
            <div class="failure" data-testid="hop-broken">
                <ExplanationText explanation=explanation />
                {compared}
            </div>
        }
        .into_any()
    };
    let hops: Vec<AnyView> = hops
        .into_iter()
        .map(|hop| {
            let answer = present::check::answer(&hop);
            view! {
                <li data-testid="hop">
                    <code>{hop.url}</code>
                    <p class="hint">{answer}</p>
                    {hop.is_broken.then(|| why(hop.received))}
                </li>
            }
            .into_any()
        })
        .collect();
    view! { <ol class="hops">{hops}</ol> }
}
