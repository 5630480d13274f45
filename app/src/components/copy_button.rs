//! A button that puts text on the clipboard and says so.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlElement;

use crate::shell::clipboard;

/// How long the button says what it did.
const SAYS_SO: Duration = Duration::from_secs(2);

/// Copies `text`. `what` completes "Copy …" for those who do not see what stands beside it.
///
/// A page may have a hundred of these: what one says changes without a signal of its own.
#[component]
pub(crate) fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: String,
    /// What it is: "the record's name".
    #[prop(into)]
    what: String,
    /// What the button says.
    #[prop(default = "Copy")]
    label: &'static str,
) -> impl IntoView {
    let span: NodeRef<html::Span> = NodeRef::new();
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            let (says, copied) = match clipboard::copy(&text).await {
                Ok(()) => ("Copied", "true"),
                Err(_) => ("Mark and copy it", "false"),
            };
            // The button may be gone by now.
            let Some(span) = span.try_get_untracked().flatten() else {
                return;
            };
            say(&span, says, copied);
            set_timeout(move || say(&span, label, "false"), SAYS_SO);
        });
    };
    view! {
        <button
            type="button"
            class="copy"
            data-testid="copy"
            aria-label=format!("{label} {what}")
            on:click=copy
        >
            <span aria-live="polite" node_ref=span>
                {label}
            </span>
        </button>
    }
}

fn say(span: &HtmlElement, says: &str, copied: &str) {
    span.set_text_content(Some(says));
    if let Some(button) = span.parent_element() {
        // Fails for invalid names only.
        let _ = button.set_attribute("data-copied", copied);
    }
}
