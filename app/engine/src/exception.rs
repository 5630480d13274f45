//! What JavaScript throws.

use wasm_bindgen::{JsCast, JsValue};

/// What an exception says; every browser puts it differently.
pub(crate) fn text(exception: &JsValue) -> String {
    match exception.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => exception
            .as_string()
            .unwrap_or_else(|| "no reason was given".to_owned()),
    }
}
