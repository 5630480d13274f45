//! A name or what was meant to be one.

use leptos::html;
use leptos::prelude::*;
use tabcert_acme::domain::DomainName;
use tabcert_issuance::names::{EntryId, Listed, NameList};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};

use super::super::journey::Journey;
use crate::shell::idna;

/// A name is mended after a click on it; what is no name waits for being mended from the start.
#[component]
pub(super) fn NameChip(
    listed: Listed,
    /// The visitor is done with it: where the focus goes then.
    on_done: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let names = expect_context::<Journey>().draft.names;
    let Listed { id, entry, .. } = listed;
    let (text, error) = match &entry.name {
        Ok(name) => (name.to_string(), None),
        Err(error) => (entry.written.clone(), Some(error.to_string())),
    };
    let state = if error.is_none() { "valid" } else { "invalid" };
    let note = Memo::new(move |_| {
        error
            .clone()
            .or_else(|| names.with(|names| note_on(names, id)))
    });
    let editing = RwSignal::new(entry.name.is_err());
    let remove = move |_| {
        names.update(|names| names.remove(id));
        on_done();
    };
    let remove_label = format!("Remove {text}");
    let data_name = text.clone();
    let entry = StoredValue::new(entry);
    let face = move || {
        let text = text.clone();
        match (editing.get(), entry.get_value().name) {
            (false, Ok(name)) => view! { <NameButton name=name editing=editing /> }.into_any(),
            (_, name) => {
                let written = name.is_err().then(|| entry.get_value().written);
                view! {
                    <NameInput
                        id=id
                        text=written.unwrap_or(text)
                        is_name=name.is_ok()
                        editing=editing
                        on_done=on_done
                    />
                }
                .into_any()
            }
        }
    };
    view! {
        <li
            class="chip"
            data-testid="name-chip"
            data-name=data_name
            data-state=state
            data-noted=move || note.with(Option::is_some).then_some("true")
        >
            {face}
            // Keeps the focus, so that a text being mended does not turn into a chip first.
            <button
                type="button"
                class="chip-remove"
                aria-label=remove_label
                on:mousedown=|event| event.prevent_default()
                on:click=remove
            >
                "×"
            </button>
            <p class="chip-note" id=note_id(id) data-testid="name-note">
                {note}
            </p>
        </li>
    }
}

/// A name in both forms, marked where it is a wildcard.
#[component]
fn NameButton(name: DomainName, editing: RwSignal<bool>) -> impl IntoView {
    let ascii = name.to_string();
    let (shown, ascii) = match name.unicode() {
        Some(unicode) => (unicode, Some(ascii)),
        None => (ascii, None),
    };
    view! {
        <button type="button" class="chip-text" title="Edit" on:click=move |_| editing.set(true)>
            <span class="name">{shown}</span>
            {ascii
                .map(|ascii| {
                    view! {
                        <span class="ascii" data-testid="name-ascii">
                            {ascii}
                        </span>
                    }
                })}
            {name.is_wildcard().then(|| view! { <span class="tag">"wildcard"</span> })}
        </button>
    }
}

#[component]
fn NameInput(
    id: EntryId,
    text: String,
    is_name: bool,
    editing: RwSignal<bool>,
    on_done: impl Fn() + 'static,
) -> impl IntoView {
    let names = expect_context::<Journey>().draft.names;
    let input: NodeRef<html::Input> = NodeRef::new();
    if is_name {
        // Opened by the visitor, who wants to write now.
        Effect::new(move |_| {
            if let Some(input) = input.get() {
                // What does not take the focus is still there to be clicked.
                let _ = input.focus();
            }
        });
    }
    let before = text.clone();
    let finish = move |event: &web_sys::Event| {
        let now = event_target_value(event);
        if now == before {
            editing.set(!is_name);
        } else {
            names.update(|names| {
                names.replace(id, &now, idna::to_ascii);
            });
        }
    };
    let on_key = {
        let (finish, before) = (finish.clone(), text.clone());
        move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => {
                event.prevent_default();
                finish(&event);
                on_done();
            }
            "Escape" => {
                event_target::<HtmlInputElement>(&event).set_value(&before);
                on_done();
            }
            _ => {}
        }
    };
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
            aria-describedby=note_id(id)
            aria-invalid=(!is_name).then_some("true")
            value=text
            on:keydown=on_key
            on:blur=move |event| finish(event.unchecked_ref())
        />
    }
}

fn note_id(id: EntryId) -> String {
    format!("name-note-{}", id.0)
}

fn note_on(names: &NameList, id: EntryId) -> Option<String> {
    let listed = names.entries().iter().find(|listed| listed.id == id)?;
    listed.note.as_ref().map(ToString::to_string)
}
