//! Names that are often wanted too.

use leptos::prelude::*;
use tabcert_acme::domain::DomainName;
use tabcert_issuance::names::{NameList, Suggestion, SuggestionReason};

use super::super::journey::Journey;
use crate::present;
use crate::shell::idna;

/// Most suggestions that are shown at a time.
const SUGGESTIONS: usize = 6;

#[component]
pub(super) fn Suggestions() -> impl IntoView {
    let names = expect_context::<Journey>().draft.names;
    let suggestions = Memo::new(move |_| {
        let mut all = names.with(NameList::suggestions);
        all.truncate(SUGGESTIONS);
        all.into_iter()
            .map(|Suggestion { name, reason }| (name, reason))
            .collect::<Vec<_>>()
    });
    let button = move |(name, reason): (DomainName, SuggestionReason)| {
        let label = present::names::readable(&name);
        let why = match reason {
            SuggestionReason::Www => "people type www",
            SuggestionReason::Wildcard => "every name one level below",
            SuggestionReason::Bare => "the bare name is not covered",
        };
        let add = move |_| {
            names.update(|names| {
                names.add(name.as_str(), idna::to_ascii);
            });
        };
        view! {
            <li>
                <button
                    type="button"
                    class="suggestion"
                    data-testid="suggestion"
                    on:mousedown=|event| event.prevent_default()
                    on:click=add
                >
                    <span aria-hidden="true">"+ "</span>
                    <span class="unseen">"Add "</span>
                    {label}
                </button>
                <span class="hint">{why}</span>
            </li>
        }
    };
    view! {
        <Show when=move || suggestions.with(|all| !all.is_empty())>
            <ul class="suggestions" aria-label="Often wanted too">
                <For each=move || suggestions.get() key=|(name, _)| name.clone() children=button />
            </ul>
        </Show>
    }
}
