//! What a backup would do, and what the visitor decides about it.

use std::collections::HashMap;

use leptos::prelude::*;
use tabcert_engine_api::backup::{self, ChangesView, Choice, ConflictView, Difference, Kind, Side};

use crate::components::RadioCard;
use crate::present;

/// What is chosen of what differs.
type Chosen = RwSignal<HashMap<(Kind, String), Side>>;

/// The preview.
#[component]
pub(super) fn Preview(
    preview: backup::Preview,
    busy: RwSignal<bool>,
    on_apply: impl Fn(Vec<Choice>) + 'static,
    on_cancel: impl Fn() + 'static,
) -> impl IntoView {
    let chosen: Chosen = RwSignal::default();
    let total: usize = preview.changes.iter().map(|it| it.conflicts.len()).sum();
    let left = move || total - chosen.with(HashMap::len);
    let made = present::time::date_time(preview.made_at_ms);
    let is_empty = preview.changes.is_empty();
    let kinds: Vec<_> = preview
        .changes
        .into_iter()
        .map(|changes| kind(changes, chosen))
        .collect();
    let apply = move |_| {
        let choices = chosen.with_untracked(|chosen| {
            let chosen = chosen.iter();
            chosen
                .map(|((kind, id), side)| Choice {
                    kind: *kind,
                    id: id.clone(),
                    side: *side,
                })
                .collect()
        });
        on_apply(choices);
    };
    view! {
        <div class="preview" data-testid="import-preview">
            <p role="status">
                <strong>"The backup of " {made}</strong>
                {is_empty.then_some(" is empty.")}
            </p>
            {kinds}
            <div class="actions">
                <button
                    type="button"
                    class="primary"
                    id="import-apply"
                    disabled=move || busy.get() || left() != 0
                    on:click=apply
                >
                    "Take it over"
                </button>
                <button
                    type="button"
                    class="secondary"
                    id="import-cancel"
                    disabled=busy
                    on:click=move |_| on_cancel()
                >
                    "Leave it"
                </button>
                <span class="hint" role="status">
                    {move || match left() {
                        0 => String::new(),
                        1 => "Decide which version to keep first.".to_owned(),
                        left => format!("Decide first which versions to keep: {left} are left."),
                    }}
                </span>
            </div>
        </div>
    }
    .into_any()
}

fn kind(changes: ChangesView, chosen: Chosen) -> AnyView {
    let ChangesView {
        kind,
        added,
        named,
        same,
        conflicts,
    } = changes;
    let title = match kind {
        Kind::Certificate => "Certificates",
        Kind::Order => "Unfinished orders",
        Kind::Account => "Accounts",
        Kind::Settings => "Settings",
    };
    let counts = [
        (added, "new"),
        (same, "here already"),
        (conflicts.len(), "different here"),
    ];
    let counts: Vec<_> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let others = added - named.len();
    let named: Vec<_> = named
        .into_iter()
        .map(|title| view! { <li>{title}</li> })
        .collect();
    let conflicts: Vec<_> = conflicts
        .into_iter()
        .map(|it| conflict(kind, it, chosen))
        .collect();
    view! {
        <section data-testid="import-kind" data-kind=kind.to_string()>
            <h4>{title} ": " {counts.join(", ")}</h4>
            {(!named.is_empty()).then(|| view! { <ul class="added">{named}</ul> })}
            {(others > 0).then(|| view! { <p class="hint">{format!("and {others} more")}</p> })}
            {conflicts}
        </section>
    }
    .into_any()
}

fn conflict(kind: Kind, conflict: ConflictView, chosen: Chosen) -> AnyView {
    let ConflictView {
        id,
        title,
        differences,
        mine_ms,
        theirs_ms,
        only_key,
        newer,
    } = conflict;
    let words: Vec<_> = differences.into_iter().map(word).collect();
    let card = |side: Side| {
        let (name, title, changed_ms) = match side {
            Side::Mine => ("mine", "Keep the one here", mine_ms),
            Side::Theirs => ("theirs", "Take the one from the file", theirs_ms),
        };
        let mut hint = format!("Changed {}", present::time::date_time(changed_ms));
        if newer == side && mine_ms != theirs_ms {
            hint.push_str(", the newer one");
        }
        hint.push('.');
        if only_key.is_some_and(|has| has != side) {
            hint.push_str(" It has no private key: the other one's would be lost.");
        }
        let key = (kind, id.clone());
        let known = key.clone();
        view! {
            <RadioCard
                id=format!("conflict-{id}-{name}")
                group=format!("conflict-{id}")
                title=title
                hint=hint
                checked=Signal::derive(move || {
                    chosen.with(|chosen| chosen.get(&known) == Some(&side))
                })
                on_choose=move || chosen.update(|chosen| {
                    chosen.insert(key.clone(), side);
                })
            />
        }
    };
    view! {
        <fieldset class="cards" data-testid="conflict">
            <legend>
                <strong>{title}</strong>
                <span class="hint">" differs in " {words.join(", ")}</span>
            </legend>
            {card(Side::Mine)}
            {card(Side::Theirs)}
        </fieldset>
    }
    .into_any()
}

fn word(difference: Difference) -> &'static str {
    match difference {
        Difference::Labels => "name or notes",
        Difference::PrivateKey => "private key",
        Difference::Certificate => "the certificate itself",
        Difference::Replacement => "what replaced it",
        Difference::Revocation => "revocation",
        Difference::Renewal => "renewal date",
        Difference::History => "history",
        Difference::PendingKey => "a key change that has not ended",
        Difference::Preference => "whether new orders are its",
        Difference::Contact => "contact",
        Difference::Standing => "standing at the CA",
        Difference::Progress => "progress",
        Difference::Proofs => "how names are proven",
        Difference::Settings => "what is set",
        Difference::Other => "other details",
    }
}
