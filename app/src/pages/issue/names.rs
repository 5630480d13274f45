//! Step 1: the names.

use leptos::html;
use leptos::prelude::*;
use tabcert_acme::domain::DomainName;
use tabcert_issuance::names::{
    Added, Listed, MAX_NAMES, NameList, Suggestion, SuggestionReason, is_separator,
};
use wasm_bindgen::JsCast;
use web_sys::{InputEvent, KeyboardEvent};

use super::journey::Journey;
use crate::present;

/// Most suggestions that are shown at a time.
const SUGGESTIONS: usize = 6;

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
        draft.names.update(|names| outcome = names.add(text));
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

/// A name or what was meant to be one. What is no name is open for mending at once.
#[component]
fn NameChip(listed: Listed, on_done: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let names = expect_context::<Journey>().draft.names;
    let Listed { id, entry, .. } = listed;
    let note_id = format!("name-note-{}", id.0);
    let editing = RwSignal::new(entry.name.is_err());
    let note = {
        let error = entry.name.as_ref().err().map(ToString::to_string);
        Memo::new(move |_| {
            error.clone().or_else(|| {
                names.with(|names| {
                    let listed = names.entries().iter().find(|listed| listed.id == id)?;
                    listed.note.as_ref().map(ToString::to_string)
                })
            })
        })
    };
    let written = StoredValue::new(entry.written.clone());
    let finish = move |text: String| {
        if written.with_value(|written| *written == text) {
            editing.set(names.with_untracked(|names| is_invalid(names, &text)));
        } else {
            names.update(|names| {
                names.replace(id, &text);
            });
        }
    };
    let remove = move |_| {
        names.update(|names| names.remove(id));
        on_done();
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            finish(event_target_value(&event));
            on_done();
        }
        "Escape" => {
            editing.set(false);
            on_done();
        }
        _ => {}
    };
    let label = entry
        .name
        .as_ref()
        .map_or_else(|_| entry.written.clone(), ToString::to_string);
    let name = StoredValue::new(entry.name.clone().ok());
    let state = if entry.name.is_ok() {
        "valid"
    } else {
        "invalid"
    };
    view! {
        <li
            class="chip"
            data-testid="name-chip"
            data-name=label.clone()
            data-state=state
            data-noted=move || note.with(Option::is_some).then_some("true")
        >
            <Show
                when=move || editing.get()
                fallback=move || {
                    view! {
                        <button
                            type="button"
                            class="chip-text"
                            title="Edit"
                            on:click=move |_| editing.set(true)
                        >
                            {name.get_value().map(|name| view! { <NameText name=name /> })}
                        </button>
                    }
                }
            >
                <ChipInput
                    text=written.get_value()
                    note_id=format!("name-note-{}", id.0)
                    invalid=state == "invalid"
                    on_finish=finish
                    on_key=on_key
                />
            </Show>
            <button
                type="button"
                class="chip-remove"
                aria-label=format!("Remove {label}")
                on:click=remove
            >
                "×"
            </button>
            <p class="chip-note" id=note_id data-testid="name-note">{note}</p>
        </li>
    }
}

#[component]
fn ChipInput(
    text: String,
    note_id: String,
    invalid: bool,
    on_finish: impl Fn(String) + 'static,
    on_key: impl Fn(KeyboardEvent) + 'static,
) -> impl IntoView {
    let input: NodeRef<html::Input> = NodeRef::new();
    if !invalid {
        // The visitor asked for it. A piece that is no name waits for its turn.
        Effect::new(move |_| {
            if let Some(input) = input.get() {
                let _ = input.focus();
            }
        });
    }
    let width = text.chars().count().clamp(8, 40).to_string();
    view! {
        <input
            class="chip-input"
            node_ref=input
            type="text"
            size=width
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            aria-label="Name"
            aria-describedby=note_id
            aria-invalid=invalid.then_some("true")
            value=text
            on:keydown=on_key
            on:blur=move |event| on_finish(event_target_value(&event))
        />
    }
}

/// A name in both forms, marked where it is a wildcard.
#[component]
fn NameText(name: DomainName) -> impl IntoView {
    let unicode = name.unicode();
    let ascii = name.to_string();
    let differs = unicode.is_some();
    view! {
        <span class="name">{unicode.unwrap_or_else(|| ascii.clone())}</span>
        {differs.then(|| view! { <span class="ascii" data-testid="name-ascii">{ascii}</span> })}
        {name.is_wildcard().then(|| view! { <span class="tag">"wildcard"</span> })}
    }
}

#[component]
fn Suggestions() -> impl IntoView {
    let names = expect_context::<Journey>().draft.names;
    let suggestions = Memo::new(move |_| {
        let mut all = names.with(NameList::suggestions);
        all.truncate(SUGGESTIONS);
        all.into_iter()
            .map(|Suggestion { name, reason }| (name, reason))
            .collect::<Vec<_>>()
    });
    let button = move |(name, reason): (DomainName, SuggestionReason)| {
        let label = present::names::readable(&name);
        let why = match reason {
            SuggestionReason::Www => "people type www",
            SuggestionReason::Wildcard => "every name one level below",
            SuggestionReason::Bare => "the bare name is not covered",
        };
        let add = move |_| {
            names.update(|names| {
                names.add(name.as_str());
            });
        };
        view! {
            <li>
                <button
                    type="button"
                    class="suggestion"
                    data-testid="suggestion"
                    on:mousedown=|event| event.prevent_default()
                    on:click=add
                >
                    <span aria-hidden="true">"+ "</span>
                    <span class="unseen">"Add "</span>
                    {label}
                </button>
                <span class="hint">{why}</span>
            </li>
        }
    };
    view! {
        <Show when=move || suggestions.with(|all| !all.is_empty())>
            <ul class="suggestions" aria-label="Often wanted too">
                <For each=move || suggestions.get() key=|(name, _)| name.clone() children=button />
            </ul>
        </Show>
    }
}

#[component]
fn NamesCount() -> impl IntoView {
    let names = expect_context::<Journey>().draft.names;
    let says = move || match names.with(|names| names.entries().len()) {
        0 => format!("up to {MAX_NAMES} names"),
        count => present::names::count(count, "name"),
    };
    view! { <span class="hint" data-testid="names-count">{says}</span> }
}

fn is_invalid(names: &NameList, written: &str) -> bool {
    names
        .entries()
        .iter()
        .any(|listed| listed.entry.written == written && listed.entry.name.is_err())
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
