//! One of several choices, as a card.

use leptos::prelude::*;

/// A radio button with a title and a line about it; the whole card can be clicked.
#[component]
pub(crate) fn RadioCard(
    /// The input's id.
    #[prop(into)]
    id: String,
    /// What the choices of one group have in common.
    #[prop(into)]
    group: String,
    /// What is chosen.
    #[prop(into)]
    title: String,
    /// When to choose it.
    #[prop(into)]
    hint: String,
    /// Whether it is chosen.
    #[prop(into)]
    checked: Signal<bool>,
    /// It was chosen.
    on_choose: impl Fn() + 'static,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let label_for = id.clone();
    let described_by = hint_id.clone();
    view! {
        <label class="card" for=label_for>
            <input
                id=id
                type="radio"
                name=group
                aria-describedby=described_by
                prop:checked=checked
                on:change=move |_| on_choose()
            />
            <span class="card-title">{title}</span>
            <span class="card-hint" id=hint_id>{hint}</span>
        </label>
    }
}
