//! A term and a value to copy, as a line of a `<dl>`.

use leptos::prelude::*;

use super::CopyButton;

/// Shows `text` under `term`, with a button that copies it.
#[component]
pub(crate) fn Copyable(
    /// What it is, before the value.
    #[prop(into)]
    term: String,
    /// What is shown and copied.
    text: String,
    /// What it is, in "Copy …".
    what: &'static str,
    /// More about it.
    #[prop(optional, into)]
    note: String,
    /// For tests.
    #[prop(optional)]
    testid: &'static str,
) -> impl IntoView {
    let shown = text.clone();
    view! {
        <div class="line">
            <dt>{term}</dt>
            <dd>
                <code data-testid=testid>{shown}</code>
                <CopyButton text=text what=what />
                {(!note.is_empty()).then(|| view! { <span class="note">{note}</span> })}
            </dd>
        </div>
    }
}
