//! Search, filters and order.

use leptos::prelude::*;
use tabcert_engine_api::certificates::{Sort, Status};

use super::list::Wanted;
use crate::present::status;

/// What the list can be sorted by: an id, words, the field, and whether the last comes first.
const SORTS: [(&str, &str, Sort, bool); 5] = [
    ("expiry", "what ends first", Sort::Expiry, false),
    ("latest", "what came last", Sort::Issued, true),
    ("name", "name", Sort::Name, false),
    ("ca", "CA", Sort::Ca, false),
    ("longest", "what ends last", Sort::Expiry, true),
];

/// Above the list.
#[component]
pub(super) fn Tools() -> impl IntoView {
    let wanted = expect_context::<Wanted>();
    let listed = wanted.listed;
    let groups = Memo::new(move |_| {
        listed.with(|listed| {
            listed
                .as_ref()
                .map(|it| it.groups.clone())
                .unwrap_or_default()
        })
    });
    let counts = Memo::new(move |_| {
        listed.with(|listed| {
            listed
                .as_ref()
                .map(|it| it.counts.clone())
                .unwrap_or_default()
        })
    });
    let sort = move |event| {
        let chosen = event_target_value(&event);
        if let Some((_, _, sort, descending)) = SORTS.iter().find(|(id, ..)| *id == chosen) {
            wanted.query.update(|query| {
                query.sort = *sort;
                query.descending = *descending;
            });
        }
    };
    let choose_group = move |event| {
        let chosen = event_target_value(&event);
        wanted.query.update(|query| {
            // The first character keeps "no group" apart from "all".
            query.group = chosen.strip_prefix('=').map(ToOwned::to_owned);
        });
    };
    view! {
        <form class="list-tools" role="search" on:submit=|event| event.prevent_default()>
            <div class="field">
                <label for="certificates-search">"Search"</label>
                <input
                    id="certificates-search"
                    type="search"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="name, CA, group, use"
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        wanted.query.update(|query| query.text = text);
                    }
                />
            </div>
            <div class="field">
                <label for="certificates-group">"Group"</label>
                <select id="certificates-group" on:change=choose_group>
                    <option value="">"all"</option>
                    {move || {
                        let groups = groups.get().into_iter();
                        groups
                            .map(|group| {
                                let value = format!("={group}");
                                view! { <option value=value>{group}</option> }
                            })
                            .collect_view()
                    }}
                    <option value="=">"without a group"</option>
                </select>
            </div>
            <div class="field">
                <label for="certificates-sort">"Sort by"</label>
                <select id="certificates-sort" on:change=sort>
                    {SORTS.map(|(id, words, ..)| view! { <option value=id>{words}</option> })}
                </select>
            </div>
        </form>
        <fieldset class="statuses">
            <legend class="unseen">"Show"</legend>
            <StatusChoice status=None count=Signal::derive(move || counts.with(|all| {
                all.iter().map(|(_, count)| count).sum()
            })) />
            {move || {
                // Each stays where it is as long as there is any.
                let there = counts.get().into_iter().filter(|(status, count)| {
                    *count > 0 || wanted.status.get() == Some(*status)
                });
                there
                    .map(|(status, count)| {
                        view! { <StatusChoice status=Some(status) count=Signal::stored(count) /> }
                    })
                    .collect_view()
            }}
        </fieldset>
    }
}

#[component]
fn StatusChoice(status: Option<Status>, count: Signal<usize>) -> impl IntoView {
    let wanted = expect_context::<Wanted>();
    let id = status.map_or("all", status::id);
    let (word, sign) = status.map_or(("All", ""), status::word);
    view! {
        <label class="status-choice" data-status=id>
            <input
                type="radio"
                name="certificates-status"
                value=id
                prop:checked=move || wanted.status.get() == status
                on:change=move |_| wanted.status.set(status)
            />
            <span class="sign" aria-hidden="true">{sign}</span>
            {word}
            " "
            <span class="count">{move || count.get().to_string()}</span>
        </label>
    }
}
