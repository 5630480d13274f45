//! A passphrase that is chosen: typed twice, with an opinion of it.

use leptos::prelude::*;
use tabcert_engine_api::backup::{Strength, check_choice, strength};
use tabcert_engine_api::protection::Passphrase;

use crate::components::{CopyButton, Field};
use crate::shell::{passphrase, random};

/// What was typed.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    text: RwSignal<String>,
    again: RwSignal<String>,
    shown: RwSignal<bool>,
    error: RwSignal<Option<String>>,
    error_again: RwSignal<Option<String>>,
}

impl Typed {
    pub(super) fn new() -> Self {
        Self {
            text: RwSignal::default(),
            again: RwSignal::default(),
            shown: RwSignal::new(false),
            error: RwSignal::new(None),
            error_again: RwSignal::new(None),
        }
    }

    /// The passphrase, where both are the same; otherwise says what is wrong.
    pub(super) fn passphrase(&self) -> Option<Passphrase> {
        let (text, again) = (self.text.get_untracked(), self.again.get_untracked());
        let unfit = check_choice(&text).err().map(|error| error.to_string());
        let differs = (!text.is_empty() && text != again)
            .then(|| "This is not the same. Type the passphrase once more.".to_owned());
        let fits = unfit.is_none() && differs.is_none();
        self.error.set(unfit);
        self.error_again.set(differs);
        fits.then(|| passphrase::of(&text))
    }

    /// Says what is wrong with it.
    pub(super) fn refuse(&self, why: String) {
        self.error.set(Some(why));
    }

    /// Forgets it.
    pub(super) fn clear(&self) {
        self.text.set(String::new());
        self.again.set(String::new());
        self.shown.set(false);
    }
}

/// Both fields.
#[component]
pub(super) fn NewPassphrase(
    typed: Typed,
    /// The first field's id, and the second's.
    ids: [&'static str; 2],
    label: &'static str,
) -> impl IntoView {
    let kind = Signal::derive(move || {
        if typed.shown.get() {
            "text"
        } else {
            "password"
        }
    });
    let suggest = move |_| match random::password() {
        Ok(suggestion) => {
            typed.text.set(suggestion.clone());
            typed.again.set(suggestion);
            typed.shown.set(true);
        }
        Err(none) => typed.error.set(Some(none.to_owned())),
    };
    let opinion = move || {
        typed.text.with(|text| {
            (!text.is_empty()).then(|| match strength(text) {
                Strength::Weak => ("weak", "Weak: a computer finds this soon. Take four or more words that have nothing to do with each other, or 15 characters."),
                Strength::Fair => ("fair", "Fair. A word more makes it strong."),
                Strength::Strong => ("strong", "Strong."),
            })
        })
    };
    view! {
        <div class="with-button">
            <Field
                id=ids[0]
                label=label
                value=typed.text
                kind=kind
                autocomplete="new-password"
                hint="Four or more words, or 15 characters and more. Nobody can reset it: write it down."
                error=typed.error
            />
            <button
                type="button"
                class="secondary"
                aria-pressed=move || if typed.shown.get() { "true" } else { "false" }
                on:click=move |_| typed.shown.update(|shown| *shown = !*shown)
            >
                "Show"
            </button>
            <button type="button" class="secondary" on:click=suggest>
                "Suggest one"
            </button>
            <Show when=move || typed.shown.get() && typed.text.with(|text| !text.is_empty())>
                {move || view! { <CopyButton text=typed.text.get() what="the passphrase" /> }}
            </Show>
        </div>
        <p
            class="strength"
            role="status"
            data-strength=move || opinion().map(|(name, _)| name)
        >
            {move || opinion().map(|(_, says)| says)}
        </p>
        <Field
            id=ids[1]
            label="The same once more"
            value=typed.again
            kind=kind
            autocomplete="new-password"
            error=typed.error_again
        />
    }
    .into_any()
}
