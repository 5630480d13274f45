//! A button that puts text on the clipboard and says so.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::shell::clipboard;

/// How long the button says what it did.
const SAYS_SO: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Copied,
    Refused,
}

/// Copies `text`. `what` completes "Copy …" for those who do not see what stands beside it.
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
    let outcome = RwSignal::new(None);
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            let copied = match clipboard::copy(&text).await {
                Ok(()) => Outcome::Copied,
                Err(_) => Outcome::Refused,
            };
            // The button may be gone by now.
            outcome.try_set(Some(copied));
            set_timeout(
                move || {
                    outcome.try_set(None);
                },
                SAYS_SO,
            );
        });
    };
    let says = move || match outcome.get() {
        None => label,
        Some(Outcome::Copied) => "Copied",
        Some(Outcome::Refused) => "Mark and copy it",
    };
    view! {
        <button
            type="button"
            class="copy"
            data-testid="copy"
            data-copied=move || (outcome.get() == Some(Outcome::Copied)).then_some("true")
            aria-label=format!("{label} {what}")
            on:click=copy
        >
            <span aria-live="polite">{says}</span>
        </button>
    }
}
