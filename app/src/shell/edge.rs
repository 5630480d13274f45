//! Whether the server of this page is an edge.

use tabcert_edge_api::health::Health;
use tabcert_edge_api::path::{API_VERSION, HEALTH};
use tabcert_edge_api::problem::EDGE_HEADER;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, RequestCache, RequestInit, RequestRedirect, Response};

/// How long it may take to answer.
const TIMEOUT_MS: u32 = 10_000;

/// What is behind the page.
pub(crate) enum Probe {
    /// An edge that speaks this page's version of the API.
    Edge(Box<Health>),
    /// An edge of another major version.
    Foreign,
    /// Nothing that says it is an edge.
    Nothing,
}

/// Asks.
pub(crate) async fn probe() -> Probe {
    ask().await.unwrap_or(Probe::Nothing)
}

async fn ask() -> Result<Probe, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let init = RequestInit::new();
    init.set_cache(RequestCache::NoStore);
    init.set_redirect(RequestRedirect::Error);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
    let answer: Response = window
        .fetch_with_str_and_init(HEALTH, &init)
        .await?
        .unchecked_into();
    // Edges of other versions may not know this path, but all say which version they are. Servers that
    // answer every path with the page do not.
    let Some(version) = answer.headers().get(EDGE_HEADER)? else {
        return Ok(Probe::Nothing);
    };
    if version != API_VERSION.to_string() {
        return Ok(Probe::Foreign);
    }
    if !answer.ok() {
        return Ok(Probe::Nothing);
    }
    let said = answer.json()?.await?;
    let health: Health = serde_wasm_bindgen::from_value(said)?;
    Ok(match health.api {
        API_VERSION => Probe::Edge(Box::new(health)),
        _ => Probe::Foreign,
    })
}
