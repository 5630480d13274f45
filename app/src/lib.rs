//! The page: Leptos in the browser.
//!
//! `app/js/boot.js` calls [`mount`] as soon as the module has arrived. Start with [`pages::frame`]
//! for what is on the screen, with [`store`] for what is behind it, and with [`shell`] for what only
//! a browser can do. What the first visit can do without is loaded later, as a [`part`]; what runs later than its caller is begun
//! in [`task`]. In scope: showing, and asking. Out of scope: keys and requests, which are the engine's
//! (`app/engine`), and what to ask of a CA (`shared/`).
#![forbid(unsafe_code)]

#[allow(unreachable_pub, reason = "`#[component]` generates public items")]
mod components;
#[allow(unreachable_pub, reason = "`#[component]` generates public items")]
mod pages;
mod part;
mod present;
mod shell;
mod store;
mod task;

use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{HtmlElement, HtmlTextAreaElement};

use pages::frame::Frame;
use store::Store;

/// Puts the program in the place of what `index.html` shows until it has arrived.
#[wasm_bindgen]
pub fn mount() {
    shell::panics::tell();
    let Some(place) = by_id::<HtmlElement>("app") else {
        return;
    };
    // Somebody may have begun to write already.
    let field = by_id::<HtmlTextAreaElement>("names-input");
    let typed = field
        .as_ref()
        .map(HtmlTextAreaElement::value)
        .unwrap_or_default();
    let had_focus = field.is_some_and(|field| {
        document()
            .active_element()
            .is_some_and(|active| active == *field.unchecked_ref())
    });

    place.set_text_content(None);
    mount_to(place, move || page(typed)).forget();
    if had_focus && let Some(field) = by_id::<HtmlElement>("names-input") {
        // What does not take the focus is still there to be clicked.
        let _ = field.focus();
    }
}

fn page(typed: String) -> AnyView {
    if !window().is_secure_context() {
        return unusable();
    }
    let store = Store::new(engine_url());
    view! { <Frame store=store typed=typed /> }.into_any()
}

fn unusable() -> AnyView {
    view! {
        <p class="notice" role="alert" data-testid="unusable">
            "This page needs HTTPS or localhost: over plain http, browsers withhold what keys are made with."
        </p>
    }
    .into_any()
}

/// Where the engine's script is: the page's build writes it into `index.html`.
fn engine_url() -> String {
    let meta = document()
        .query_selector("meta[name=tabcert-engine]")
        .ok()
        .flatten();
    meta.and_then(|meta| meta.get_attribute("content"))
        .unwrap_or_default()
}

fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}
