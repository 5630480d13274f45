//! `…/proxy/<CA authority>/<path>`: one ACME request to a CA that is on the list. What passes in each
//! direction is named; nothing else does.

use js_sys::Uint8Array;
use tabcert_acme::jws;
use tabcert_acme::url::HttpsUrl;
use tabcert_edge_api::limits::{CA_TIMEOUT_MS, MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES};
use tabcert_edge_api::path::PROXY_PREFIX;
use tabcert_edge_api::proxy::{is_for_programs, is_jws, parse};

use crate::Call;
use crate::error::EdgeError;
use crate::headers::Kind;
use crate::outbound::{self, Excess, Outbound, Says};
use crate::reply::Reply;
use crate::runtime::{Exchange, Header};

/// Statuses that cannot have a body (Fetch standard, "null body status").
const NULL_BODY_STATUSES: [u16; 2] = [204, 205];

/// Relays the request, and answers with the CA's status, body and listed headers.
pub(crate) async fn answer(call: &Call<'_>) -> Result<Reply, EdgeError> {
    let destination = call.header(Header::SecFetchDest);
    let mode = call.header(Header::SecFetchMode);
    if !is_for_programs(destination.as_deref(), mode.as_deref()) {
        return Err(EdgeError::NotForBrowsing);
    }
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
    let hosts = call.config.ca_hosts()?;
    let url = parse(rest.unwrap_or_default(), &hosts).map_err(EdgeError::Proxy)?;
    let body = match body {
        Some(()) => Some(read_jws(call).await?),
        None => None,
    };
    let answer = relay(call, &url, body.as_ref()).await?;
    respond(call, &url, &answer)
}

/// What is passed on to a CA is at least in the shape of ACME.
async fn read_jws(call: &Call<'_>) -> Result<Uint8Array, EdgeError> {
    let body = call.read_body(MAX_REQUEST_BYTES).await?;
    if is_jws(&body.to_vec()) {
        Ok(body)
    } else {
        Err(EdgeError::Malformed(
            "The body must be a JWS in the flattened JSON serialization.",
        ))
    }
}

async fn relay(
    call: &Call<'_>,
    url: &HttpsUrl,
    body: Option<&Uint8Array>,
) -> Result<Exchange, EdgeError> {
    outbound::send(Outbound {
        url: url.as_str(),
        method: &call.method,
        says: if body.is_some() {
            Says::Jws
        } else {
            Says::Nothing
        },
        body,
        timeout_ms: CA_TIMEOUT_MS,
        limit: MAX_RESPONSE_BYTES,
        excess: Excess::Refuse,
        service: None,
    })
    .await
    .map_err(|fault| EdgeError::Ca {
        authority: url.authority().to_owned(),
        fault,
    })
}

fn respond(call: &Call<'_>, url: &HttpsUrl, answer: &Exchange) -> Result<Reply, EdgeError> {
    let status = answer.status();
    if (300..400).contains(&status) {
        let location = answer.location().unwrap_or_default();
        return Err(EdgeError::CaRedirects {
            authority: url.authority().to_owned(),
            location: location.chars().take(200).collect(),
        });
    }
    let reply = Reply::new(status, Kind::Relay).passing(answer.headers());
    if NULL_BODY_STATUSES.contains(&status) || call.method == "HEAD" {
        return Ok(reply);
    }
    Ok(reply.body(answer.bytes().into()))
}
