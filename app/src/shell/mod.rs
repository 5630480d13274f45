//! What only a browser can do, one file per capability. Nothing else in the app talks to the
//! browser beyond rendering.
//!
//! - [`engine`]: the worker that has the keys and makes the requests, so that this thread stays free
//! - [`edge`]: whether the server of this page is an edge
//! - [`check`]: having the edge look at a challenge
//! - [`returning`]: whether the visitor has been here before
//! - [`location`]: the address, which says what screen is on
//! - [`storage`]: what the browser promises about what is kept
//! - [`passphrase`], [`passkey`]: what opens it
//! - [`clock`], [`timer`], [`random`], [`idna`]
//! - [`notification`]: what is shown outside of the page
//! - [`panics`]: where they were
//! - [`brought`], [`clipboard`], [`download`], [`leave_guard`]: what the visitor's hands do

pub(crate) mod brought;
pub(crate) mod check;
pub(crate) mod clipboard;
pub(crate) mod clock;
pub(crate) mod download;
pub(crate) mod edge;
pub(crate) mod engine;
pub(crate) mod idna;
pub(crate) mod leave_guard;
pub(crate) mod location;
pub(crate) mod notification;
pub(crate) mod panics;
pub(crate) mod passkey;
pub(crate) mod passphrase;
pub(crate) mod random;
pub(crate) mod returning;
pub(crate) mod storage;
pub(crate) mod timer;

use wasm_bindgen::{JsCast, JsValue};

/// What a JavaScript exception says; every browser puts it differently.
pub(crate) fn exception_text(exception: &JsValue) -> String {
    match exception.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => exception
            .as_string()
            .unwrap_or_else(|| "no reason was given".to_owned()),
    }
}
