//! `POST …/check/http01`: looks at a challenge as a CA would, and says what every hop answered.
//!
//! Where the walk leads is decided in [`tabcert_edge_api::check::walk`]; here it is walked. Names are
//! looked up first, and those that lead into private networks are not fetched from. The runtime
//! looks them up once more by itself, so a resolver that gives two different answers in a row is not
//! noticed here: Cloudflare reaches the internet only, and a workerd of one's own has to be told so
//! (`network` with `allow = ["public"]`).

use tabcert_edge_api::check::walk::{self, Answer, Fault as WalkFault, Step};
use tabcert_edge_api::check::{CheckReport, CheckRequest, MAX_BODY_BYTES, MAX_REQUEST_BYTES};
use tabcert_edge_api::path::API_VERSION;
use tabcert_edge_api::problem::EDGE_HEADER;
use worker::js_sys::Date;
use worker::wasm_bindgen::JsValue;
use worker::web_sys::Response;

use crate::Call;
use crate::bindings::Fetcher;
use crate::body;
use crate::error::{EdgeError, Fault};
use crate::headers::{self, Kind};
use crate::outbound::{self, Outbound};

/// Answers with a [`CheckReport`], whatever was found.
pub(crate) async fn answer(call: &Call<'_>) -> Result<Response, EdgeError> {
    if call.method != "POST" {
        return Err(EdgeError::MethodNotAllowed { allowed: "POST" });
    }
    call.require_content_type("application/json")?;
    let body = call.read_body(MAX_REQUEST_BYTES).await?.to_vec();
    let request = CheckRequest::parse(&body).ok_or(EdgeError::Malformed(
        "The body must name a host, as lower-case A-labels, a challenge token and a thumbprint.",
    ))?;
    let report = look(call, &request).await?;
    let json = serde_json::to_string(&report).map_err(|error| EdgeError::Internal {
        cause: error.to_string(),
    })?;
    let headers = headers::of(Kind::Api, call.target.is_https())?;
    headers.set("content-type", "application/json")?;
    headers.set(EDGE_HEADER, &API_VERSION.to_string())?;
    Ok(headers::response(&JsValue::from_str(&json), 200, &headers)?)
}

async fn look(call: &Call<'_>, request: &CheckRequest) -> Result<CheckReport, EdgeError> {
    let resolver = call.config.resolver()?;
    let service = call.config.check_service();
    let mut step = walk::start(request, call.config.check_network()?, now_ms());
    loop {
        step = match step {
            Step::Resolve(walk) => {
                let time_left = walk.time_left_ms(now_ms());
                let addresses = outbound::addresses(&resolver, walk.host(), time_left).await?;
                walk.resolved(addresses.map_err(|error| error.to_string()), now_ms())
            }
            Step::Fetch(walk) => {
                let time_left = walk.time_left_ms(now_ms());
                let answer = fetch(walk.url(), time_left, service.as_ref()).await?;
                walk.answered(answer, now_ms())
            }
            Step::Done(report) => return Ok(report),
        };
    }
}

async fn fetch(
    url: &str,
    time_left_ms: u64,
    service: Option<&Fetcher>,
) -> Result<Result<Answer, WalkFault>, EdgeError> {
    let request = Outbound {
        url,
        method: "GET",
        header: None,
        body: None,
        // The limit of the whole walk is far below.
        timeout_ms: time_left_ms as u32,
        limit: MAX_BODY_BYTES,
    };
    let response = match outbound::open(&request, service).await? {
        Ok(response) => response,
        Err(fault) => return Ok(Err(walk_fault(fault))),
    };
    let location = response.headers().get("location")?;
    Ok(
        match body::read_start(response.body(), request.limit).await {
            Ok((body, truncated)) => Ok(Answer {
                status: response.status(),
                location,
                body,
                truncated,
            }),
            Err(exception) => Err(walk_fault(outbound::fault(&exception, request.timeout_ms))),
        },
    )
}

fn walk_fault(fault: Fault) -> WalkFault {
    match fault {
        Fault::Timeout { .. } => WalkFault::Timeout,
        Fault::Gateway {
            status: 525 | 526, ..
        } => WalkFault::Tls(fault.to_string()),
        Fault::Network(ref words) if words.contains("TLS") || words.contains("certificate") => {
            WalkFault::Tls(fault.to_string())
        }
        Fault::Gateway { .. } | Fault::Network(_) | Fault::TooLarge { .. } => {
            WalkFault::NoAnswer(fault.to_string())
        }
    }
}

fn now_ms() -> u64 {
    Date::now() as u64
}
