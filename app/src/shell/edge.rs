//! Whether the server of this page is an edge.

use tabcert_edge_api::health::Health;
use tabcert_edge_api::path::{API_VERSION, HEALTH};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, RequestCache, RequestInit, RequestRedirect, Response};

/// How long it may take to answer.
const TIMEOUT_MS: u32 = 10_000;

/// Asks whether it is one that speaks this page's version of the API.
pub(crate) async fn probe() -> Option<Health> {
    let health = ask().await.ok()?;
    (health.api == API_VERSION).then_some(health)
}

async fn ask() -> Result<Health, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let init = RequestInit::new();
    init.set_cache(RequestCache::NoStore);
    init.set_redirect(RequestRedirect::Error);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
    let answer: Response = window
        .fetch_with_str_and_init(HEALTH, &init)
        .await?
        .unchecked_into();
    if !answer.ok() {
        return Err(JsValue::NULL);
    }
    let said = answer.json()?.await?;
    Ok(serde_wasm_bindgen::from_value(said)?)
}
