//! The worker's global scope, and the page beyond it.

use tabcert_engine_api::Notice;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DedicatedWorkerGlobalScope;

/// `self` of the worker.
pub(crate) fn get() -> DedicatedWorkerGlobalScope {
    // Engines are made by `engine.js` only, which is a dedicated worker.
    js_sys::global().unchecked_into()
}

/// Tells the page.
pub(crate) fn tell(notice: &Notice) {
    let told = serde_wasm_bindgen::to_value(notice)
        .map_err(JsValue::from)
        .and_then(|notice| get().post_message(&notice));
    if let Err(exception) = told {
        // The page hears of it as of any uncaught error, and says that the engine has stopped.
        wasm_bindgen::throw_val(exception);
    }
}
