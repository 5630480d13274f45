//! Step 1: the names.

mod chip;
mod suggestions;

use leptos::html;
use leptos::prelude::*;
use tabcert_issuance::names::{Added, Listed, MAX_NAMES, is_separator};
use wasm_bindgen::JsCast;
use web_sys::{InputEvent, KeyboardEvent};

use super::journey::Journey;
use crate::present;
use crate::shell::idna;
use chip::NameChip;
use suggestions::Suggestions;

/// A field that turns text into chips as it comes.
#[component]
pub(super) fn NamesStep() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let draft = journey.draft;
    let input: NodeRef<html::Textarea> = NodeRef::new();
    let tried = RwSignal::new(false);
    let lacks = Memo::new(move |_| draft.names.with(|names| names.names().err()));
    let error = move || {
        lacks
            .get()
            .filter(|_| tried.get())
            .map(|lacks| lacks.to_string())
    };

    // Whoever gives a name means it.
    let begun = Memo::new(move |_| draft.names.with(|names| !names.entries().is_empty()));
    Effect::new(move |_| {
        if begun.get() {
            journey.warm_up();
        }
    });

    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        draft.commit_pending();
        if draft.names_fit() {
            journey.advance();
        } else {
            tried.set(true);
            focus_first_error(input);
        }
    };
    view! {
        <form on:submit=submit novalidate id="names-form">
            <label for="names-input">"Which names shall the certificate be for?"</label>
            <p class="hint" id="names-hint">
                "Type or paste anything: names, a list, URLs. "
                <code>"*.example.org"</code> " stands for every name one level below."
            </p>
            <NamesField input=input />
            <p class="error" id="names-error" role="alert">{error}</p>
            <Suggestions />
            <div class="actions">
                // Keeps the focus in the field: leaving it would move the button away from the pointer.
                <button
                    type="submit"
                    id="names-continue"
                    class="primary"
                    on:mousedown=|event| event.prevent_default()
                >
                    "Continue"
                </button>
                <NamesCount />
            </div>
        </form>
    }
}

#[component]
fn NamesField(input: NodeRef<html::Textarea>) -> impl IntoView {
    let draft = expect_context::<Journey>().draft;
    let added = RwSignal::new(Added::default());
    let commit = move |text: &str| {
        let mut outcome = Added::default();
        draft
            .names
            .update(|names| outcome = names.add(text, idna::to_ascii));
        added.set(outcome);
    };
    let on_input = move |event: web_sys::Event| {
        let text = event_target_value(&event);
        let input_event = event.dyn_ref::<InputEvent>();
        let composing = input_event.is_some_and(InputEvent::is_composing);
        let pasted = input_event.is_some_and(|event| event.input_type() == "insertFromPaste");
        let rest = match text.rfind(is_separator) {
            _ if composing => None,
            _ if pasted => Some(text.len()),
            Some(at) => Some(at),
            None => None,
        };
        match rest {
            Some(at) => {
                commit(&text[..at]);
                draft
                    .pending
                    .set(text[at..].trim_start_matches(is_separator).to_owned());
            }
            None => draft.pending.set(text),
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let nothing_pending = draft.pending.with_untracked(String::is_empty);
        match event.key().as_str() {
            "Enter" if !event.is_composing() && !event.shift_key() => {
                event.prevent_default();
                let text = draft.pending.get_untracked();
                match input.get_untracked().and_then(|input| input.form()) {
                    Some(form) if nothing_pending => {
                        let _ = form.request_submit();
                    }
                    _ => commit(&text),
                }
                draft.pending.set(String::new());
            }
            "Backspace" if nothing_pending => {
                // Takes the last chip back into the field, as its text.
                let last = draft
                    .names
                    .with_untracked(|names| names.entries().last().cloned());
                if let Some(Listed { id, entry, .. }) = last {
                    event.prevent_default();
                    draft.names.update(|names| names.remove(id));
                    draft.pending.set(entry.written);
                }
            }
            _ => {}
        }
    };
    let says = move || says_of(added.get());
    let back_to_input = move || {
        if let Some(input) = input.get_untracked() {
            let _ = input.focus();
        }
    };
    view! {
        <div class="chip-field">
            <ul class="chips" aria-label="Names of the certificate">
                <For
                    each=move || draft.names.with(|names| names.entries().to_vec())
                    key=|listed| listed.id
                    children=move |listed| view! { <NameChip listed=listed on_done=back_to_input /> }
                />
            </ul>
            <textarea
                id="names-input"
                node_ref=input
                rows="1"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                placeholder="example.org, www.example.org"
                aria-describedby="names-error names-hint"
                prop:value=draft.pending
                on:input=on_input
                on:keydown=on_key
                on:blur=move |_| draft.commit_pending()
            ></textarea>
        </div>
        <p class="hint" role="status" data-testid="names-added">{says}</p>
    }
}

#[component]
fn NamesCount() -> impl IntoView {
    let names = expect_context::<Journey>().draft.names;
    let says = move || {
        names.with(|names| {
            let all = names.entries().len();
            let bad = names
                .entries()
                .iter()
                .filter(|listed| listed.entry.name.is_err())
                .count();
            match (all, bad) {
                (0, _) => format!("up to {MAX_NAMES} names"),
                (_, 0) => present::names::count(all, "name"),
                _ => format!(
                    "{}, {bad} to mend",
                    present::names::count(all - bad, "name")
                ),
            }
        })
    };
    view! {
        <span class="hint" role="status" data-testid="names-count">
            {says}
        </span>
    }
}

fn says_of(added: Added) -> String {
    let Added {
        duplicates,
        left_out,
        ..
    } = added;
    let mut says = String::new();
    if duplicates > 0 {
        says = format!(
            "{} already there.",
            present::names::count(duplicates, "name")
        );
    }
    if left_out {
        says += " The rest was left out: it is more than one certificate can hold.";
    }
    says
}

/// Moves the focus to the first entry that has to be mended, or to the empty field.
fn focus_first_error(input: NodeRef<html::Textarea>) {
    let first = document()
        .query_selector("#names-form .chip-input[aria-invalid]")
        .ok()
        .flatten();
    match first.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        Some(element) => drop(element.focus()),
        None => {
            if let Some(input) = input.get_untracked() {
                let _ = input.focus();
            }
        }
    }
}
