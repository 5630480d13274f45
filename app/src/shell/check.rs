//! Having the edge look at an http-01 challenge, as a CA would.

use js_sys::{Array, Reflect};
use tabcert_edge_api::check::{CheckRequest, MAX_REDIRECTS, TIMEOUT_MS};
use tabcert_edge_api::path::CHECK_HTTP01;
use tabcert_edge_api::problem::EDGE_HEADER;
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

/// What the page shows of a [`tabcert_edge_api::check::CheckReport`]. Read by hand: deserializers of
/// its many kinds of breaks would be a tenth of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) works: bool,
    /// The key authorization.
    pub(crate) expected: String,
    pub(crate) detail: String,
    pub(crate) next_step: String,
    pub(crate) hops: Vec<Hop>,
}

/// An address that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hop {
    pub(crate) url: String,
    /// Empty where there was no answer.
    pub(crate) status: String,
    pub(crate) location: Option<String>,
    pub(crate) received: Option<String>,
    pub(crate) is_broken: bool,
}

/// Has a challenge looked at.
///
/// # Errors
/// [`CheckError`], in words for the visitor.
pub(crate) async fn http01(request: &CheckRequest) -> Result<Report, CheckError> {
    let asked = ask(request).await;
    let (ok, said) =
        asked.map_err(|exception| CheckError::Unreached(exception_text(&exception)))?;
    let report = if ok { read(&said) } else { None };
    report.ok_or_else(|| CheckError::Refused(text(&said, "detail").unwrap_or_default()))
}

fn read(said: &JsValue) -> Option<Report> {
    let hops: Array = get(said, "hops")?.dyn_into().ok()?;
    let hop = |hop: JsValue| {
        Some(Hop {
            url: text(&hop, "url")?,
            status: get(&hop, "status")
                .and_then(|status| status.as_f64())
                .map(|status| (status as u16).to_string())
                .unwrap_or_default(),
            location: text(&hop, "location"),
            received: text(&hop, "received"),
            is_broken: get(&hop, "broken").is_some_and(|broken| broken.is_object()),
        })
    };
    Some(Report {
        works: get(said, "works")?.as_bool()?,
        expected: text(said, "expected")?,
        detail: text(said, "detail").unwrap_or_default(),
        next_step: text(said, "next_step").unwrap_or_default(),
        hops: hops
            .iter()
            .take(MAX_REDIRECTS + 1)
            .map(hop)
            .collect::<Option<_>>()?,
    })
}

fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok()
}

fn text(object: &JsValue, name: &str) -> Option<String> {
    get(object, name)?.as_string()
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
    if answer.headers().get(EDGE_HEADER)?.is_none() {
        return Err(js_sys::Error::new("the server of this page is no edge").into());
    }
    Ok((answer.ok(), answer.json()?.await?))
}
