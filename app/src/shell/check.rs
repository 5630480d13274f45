//! Having the edge look at an http-01 challenge, as a CA would.

use tabcert_edge_api::check::{CheckReport, CheckRequest, TIMEOUT_MS};
use tabcert_edge_api::path::CHECK_HTTP01;
use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, Headers, RequestInit, RequestRedirect, Response};

use super::exception_text;

/// What the edge may take beyond its own limit for the walk.
const GRACE_MS: u32 = 5_000;

/// Why there is no report.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum CheckError {
    /// In its own words.
    #[error("The edge did not check it: {0}")]
    Refused(String),
    /// What the browser says.
    #[error("The edge was not reached: {0}. Try again.")]
    Unreached(String),
}

/// Has a challenge looked at.
///
/// # Errors
/// [`CheckError`], in words for the visitor.
pub(crate) async fn http01(request: &CheckRequest) -> Result<CheckReport, CheckError> {
    let unreached = |exception: JsValue| CheckError::Unreached(exception_text(&exception));
    let (ok, said) = ask(request).await.map_err(unreached)?;
    if ok {
        return serde_wasm_bindgen::from_value(said)
            .map_err(|error| CheckError::Refused(error.to_string()));
    }
    let detail = js_sys::Reflect::get(&said, &"detail".into()).map_err(unreached)?;
    Err(CheckError::Refused(detail.as_string().unwrap_or_default()))
}

/// Whether it was done, and the JSON of the answer.
async fn ask(request: &CheckRequest) -> Result<(bool, JsValue), JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let headers = Headers::new()?;
    headers.set("content-type", "application/json")?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&request.to_json().into());
    init.set_redirect(RequestRedirect::Error);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(
        TIMEOUT_MS as u32 + GRACE_MS,
    )));
    let answer: Response = window
        .fetch_with_str_and_init(CHECK_HTTP01, &init)
        .await?
        .unchecked_into();
    Ok((answer.ok(), answer.json()?.await?))
}
