//! Who may use the API from a browser: pages of the edge itself and of the origins that the operator
//! lists. Requests without `Origin` are no pages of others, and are judged by their route.

use worker::wasm_bindgen::JsValue;
use worker::web_sys::Response;

use crate::Call;
use crate::error::EdgeError;
use crate::headers::{self, Kind};

/// What a page may read of an answer.
const EXPOSED: &str = "link, location, replay-nonce, retry-after, tabcert-edge";

/// Browsers keep a preflight for a day at most.
const MAX_AGE_SECONDS: &str = "86400";

/// A foreign origin that the operator listed.
pub(crate) struct ListedOrigin(String);

/// Whether the page that sends this may. `None` is the edge's own page, or no page at all.
pub(crate) fn check(call: &Call<'_>) -> Result<Option<ListedOrigin>, EdgeError> {
    let Some(origin) = call.request.headers().get("origin")? else {
        return Ok(None);
    };
    if origin == call.own_origin()? {
        return Ok(None);
    }
    if call.config.page_origins()?.contains(&origin) {
        return Ok(Some(ListedOrigin(origin)));
    }
    Err(EdgeError::OriginNotAllowed(
        origin.chars().take(100).collect(),
    ))
}

/// Answers a preflight. Which methods a route takes, it says itself when it is asked.
pub(crate) fn preflight(
    call: &Call<'_>,
    origin: Option<&ListedOrigin>,
) -> Result<Response, EdgeError> {
    let headers = headers::of(Kind::Api, call.target.is_https())?;
    if origin.is_some() {
        headers.set(
            "access-control-allow-methods",
            "GET, HEAD, POST, PUT, DELETE",
        )?;
        headers.set("access-control-allow-headers", "content-type")?;
        headers.set("access-control-max-age", MAX_AGE_SECONDS)?;
    }
    Ok(headers::response(&JsValue::NULL, 204, &headers)?)
}

impl ListedOrigin {
    /// Lets the page read the answer.
    pub(crate) fn admit(&self, response: &Response) -> Result<(), JsValue> {
        let headers = response.headers();
        headers.set("access-control-allow-origin", &self.0)?;
        headers.set("access-control-expose-headers", EXPOSED)?;
        headers.append("vary", "origin")
    }
}
