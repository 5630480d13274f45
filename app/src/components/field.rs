//! A labelled line of text with a hint and an error.

use leptos::html;
use leptos::prelude::*;

/// Label, input, hint and error, tied together for screen readers.
#[component]
pub(crate) fn Field(
    /// The input's id; hint and error derive theirs from it.
    #[prop(into)]
    id: String,
    /// What it is.
    label: &'static str,
    /// What is typed.
    value: RwSignal<String>,
    /// `text`, `url`, `email` or `password`.
    #[prop(into)]
    kind: Signal<&'static str>,
    /// More about it.
    #[prop(optional)]
    hint: &'static str,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// What the browser may fill in, as the `autocomplete` attribute names it.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// An example.
    #[prop(optional)]
    placeholder: &'static str,
    /// The input, to move the focus to it.
    #[prop(optional)]
    input: NodeRef<html::Input>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described_by = format!("{error_id} {hint_id}");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id.clone()
                node_ref=input
                type=kind
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                placeholder=placeholder
                aria-describedby=described_by
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                bind:value=value
            />
            <p class="error" id=error_id role="alert">{error}</p>
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
}
