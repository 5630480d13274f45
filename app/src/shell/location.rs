//! The part of the address behind `#`, which says what screen is on: links, the browser's own buttons
//! and bookmarks work as everywhere.

use gloo::events::EventListener;
use web_sys::window;

/// What is behind `#`; empty where there is nothing.
pub(crate) fn fragment() -> String {
    let hash = window().and_then(|window| window.location().hash().ok());
    hash.unwrap_or_default().trim_start_matches('#').to_owned()
}

/// Goes there, as if a link had been followed.
pub(crate) fn go(fragment: &str) {
    if let Some(window) = window() {
        // What browsers refuse here, a visitor's own click would do.
        let _ = window.location().set_hash(fragment);
    }
}

/// Calls back whenever another fragment is in the address, for as long as the page lives.
pub(crate) fn watch(changed: impl Fn(String) + 'static) {
    if let Some(window) = window() {
        EventListener::new(&window, "hashchange", move |_| changed(fragment())).forget();
    }
}
