//! `…/proxy/<CA authority>/<path>`: one ACME request to a CA that is on the list. What passes in each
//! direction is named; nothing else does.

use tabcert_acme::{jws, url::HttpsUrl};
use tabcert_edge_api::limits::{CA_TIMEOUT_MS, MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES};
use tabcert_edge_api::path::PROXY_PREFIX;
use tabcert_edge_api::proxy::{RESPONSE_HEADERS, parse};
use worker::js_sys::Uint8Array;
use worker::wasm_bindgen::JsValue;
use worker::web_sys::Response;

use crate::Call;
use crate::error::EdgeError;
use crate::headers::{self, Kind};
use crate::outbound::{self, Inbound, Outbound};

/// Statuses that cannot have a body (Fetch standard, "null body status").
const NULL_BODY_STATUSES: [u16; 2] = [204, 205];

/// Relays the request, and answers with the CA's status, body and listed headers.
pub(crate) async fn answer(call: &Call<'_>) -> Result<Response, EdgeError> {
    let body = match call.method.as_str() {
        "GET" | "HEAD" => None,
        "POST" => {
            call.require_content_type(jws::CONTENT_TYPE)?;
            Some(())
        }
        _ => {
            return Err(EdgeError::MethodNotAllowed {
                allowed: "GET, HEAD, POST",
            });
        }
    };
    let rest = call.target.path_and_query.strip_prefix(PROXY_PREFIX);
    let url =
        parse(rest.unwrap_or_default(), &call.config.ca_hosts()?).map_err(EdgeError::Proxy)?;
    let body = match body {
        Some(()) => Some(call.read_body(MAX_REQUEST_BYTES).await?),
        None => None,
    };
    let answer = relay(call, &url, body.as_ref()).await?;
    respond(call, &url, &answer)
}

async fn relay(
    call: &Call<'_>,
    url: &HttpsUrl,
    body: Option<&Uint8Array>,
) -> Result<Inbound, EdgeError> {
    outbound::send(Outbound {
        url: url.as_str(),
        method: &call.method,
        header: body.map(|_| ("content-type", jws::CONTENT_TYPE)),
        body,
        timeout_ms: CA_TIMEOUT_MS,
        limit: MAX_RESPONSE_BYTES,
    })
    .await?
    .map_err(|fault| EdgeError::Ca {
        authority: url.authority().to_owned(),
        fault,
    })
}

fn respond(call: &Call<'_>, url: &HttpsUrl, answer: &Inbound) -> Result<Response, EdgeError> {
    if (300..400).contains(&answer.status) {
        return Err(EdgeError::CaRedirects {
            authority: url.authority().to_owned(),
            location: answer
                .headers
                .get("location")?
                .unwrap_or_default()
                .chars()
                .take(200)
                .collect(),
        });
    }
    let headers = headers::of(Kind::Api, call.target.is_https())?;
    for name in RESPONSE_HEADERS {
        // Several values of one name arrive joined by commas, which `Link` allows (RFC 9110 §5.3).
        if let Some(value) = answer.headers.get(name)? {
            headers.set(name, &value)?;
        }
    }
    let body: &JsValue = if NULL_BODY_STATUSES.contains(&answer.status) || call.method == "HEAD" {
        &JsValue::NULL
    } else {
        &answer.body
    };
    Ok(headers::response(body, answer.status, &headers)?)
}
