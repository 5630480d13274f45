//! A button that puts text on the clipboard and says so.

use leptos::html;
use leptos::prelude::*;
use web_sys::HtmlElement;

use crate::shell::{clipboard, timer};
use crate::task;

/// How long the button says what it did.
const SAYS_SO_MS: u64 = 2_000;

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
        task::spawn(async move {
            let (says, copied) = match clipboard::copy(&text).await {
                Ok(()) => ("Copied", "true"),
                Err(_) => ("Mark and copy it", "false"),
            };
            let Some(span) = span.get_untracked() else {
                return;
            };
            say(&span, says, copied);
            timer::sleep(SAYS_SO_MS).await;
            say(&span, label, "false");
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
