//! `GET …/r/<thumbprint>/<token>`: the key authorization of any token for an account (RFC 8555 §8.1).
//!
//! Nothing is stored and nothing is secret here. Whoever may redirect a host's challenge path
//! controls the host's web server, so the redirect itself is the authorisation.

use tabcert_acme::key_authorization::key_authorization;
use tabcert_edge_api::path::parse_stateless;
use worker::wasm_bindgen::JsValue;
use worker::web_sys::Response;

use super::require_read;
use crate::Call;
use crate::error::EdgeError;
use crate::headers::{self, Kind};

/// Answers `token.thumbprint`, or 404 with an empty body where either is none.
pub(crate) fn answer(call: &Call<'_>, rest: &str) -> Result<Response, EdgeError> {
    require_read(call)?;
    let https = call.target.is_https();
    let Some((thumbprint, token)) = parse_stateless(rest) else {
        return Ok(headers::plain_response(
            &JsValue::NULL,
            404,
            Kind::Api,
            https,
        )?);
    };
    let value = JsValue::from_str(&key_authorization(&token, &thumbprint));
    // Never text: a browser that is lured here must not render what the address says.
    let kind = Kind::KeyAuthorization;
    Ok(headers::plain_response(&value, 200, kind, https)?)
}
