//! `GET …/health`: what the page asks first, and what operators watch.

use tabcert_edge_api::health::{Health, Limits};
use tabcert_edge_api::path::API_VERSION;
use tabcert_edge_api::problem::EDGE_HEADER;
use worker::wasm_bindgen::JsValue;
use worker::web_sys::Response;

use super::require_read;
use crate::error::EdgeError;
use crate::headers::{self, Kind};
use crate::{Call, VERSION};

/// Answers with [`Health`]; settings that cannot be used make it fail.
pub(crate) fn answer(call: &Call<'_>) -> Result<Response, EdgeError> {
    require_read(call)?;
    let config = &call.config;
    config.ties()?;
    config.resolver()?;
    config.page_origins()?;
    config.edge_origin()?;
    config.check_network()?;
    let health = Health {
        version: VERSION.to_owned(),
        api: API_VERSION,
        ca_hosts: config.ca_hosts()?.iter().map(str::to_owned).collect(),
        token_storage: config.tokens().is_some(),
        local_ca: config.local_ca()?,
        limits: Limits::with_token_ttl(config.token_ttl_seconds()?),
    };
    let json = serde_json::to_string(&health).map_err(|error| EdgeError::Internal {
        cause: error.to_string(),
    })?;
    let headers = headers::of(Kind::Api, call.target.is_https())?;
    headers.set("content-type", "application/json")?;
    headers.set(EDGE_HEADER, &API_VERSION.to_string())?;
    Ok(headers::response(&JsValue::from_str(&json), 200, &headers)?)
}
