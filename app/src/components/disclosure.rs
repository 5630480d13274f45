//! More, for those who want to see it.

use leptos::prelude::*;

/// A `<details>` whose content is made when it is opened first.
#[component]
pub(crate) fn Disclosure(
    #[prop(into)] id: String,
    summary: &'static str,
    /// Whether it is open from the beginning.
    #[prop(optional)]
    open: bool,
    content: Box<dyn Fn() -> AnyView + Send>,
) -> impl IntoView {
    let opened = RwSignal::new(open);
    let toggled = move |_| {
        if !opened.get_untracked() {
            opened.set(true);
        }
    };
    view! {
        <details class="once" id=id open=open on:toggle=toggled>
            <summary>{summary}</summary>
            {move || opened.get().then(&content)}
        </details>
    }
    .into_any()
}
