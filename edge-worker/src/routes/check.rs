//! `POST …/check/http01`: looks at a challenge as a CA would, and says what every hop answered.
//!
//! Where the walk leads is decided in [`tabcert_edge_api::check::walk`]; here it is walked. Names are
//! looked up first, and those that lead into private networks are not fetched from. The runtime
//! looks them up once more by itself, so a resolver that gives two different answers in a row is not
//! noticed here: Cloudflare reaches the internet only, and a workerd of one's own has to be told so
//! (`network` with `allow = ["public"]`).

use js_sys::Date;
use tabcert_edge_api::check::walk::{self, Answer, Fault as WalkFault, Step};
use tabcert_edge_api::check::{CheckReport, CheckRequest, MAX_REQUEST_BYTES};
use worker::worker_sys::Fetcher;

use super::{health, json};
use crate::Call;
use crate::error::{EdgeError, Fault};
use crate::outbound::{self, Excess, Outbound, Says};
use crate::reply::Reply;

/// Answers with a [`CheckReport`], whatever was found.
pub(crate) async fn answer(call: &Call<'_>) -> Result<Reply, EdgeError> {
    if call.method != "POST" {
        return Err(EdgeError::MethodNotAllowed { allowed: "POST" });
    }
    call.require_content_type("application/json")?;
    let body = call.read_body(MAX_REQUEST_BYTES).await?.to_vec();
    let request = CheckRequest::parse(&body).ok_or(EdgeError::Malformed(
        "The body must name a host, as lower-case A-labels, and a challenge token with a thumbprint, or neither.",
    ))?;
    json(&look(call, &request).await?)
}

async fn look(call: &Call<'_>, request: &CheckRequest) -> Result<CheckReport, EdgeError> {
    let resolver = call.config.resolver()?;
    let service = call.config.check_service();
    let mark = health::mark(&call.config)?;
    let mut step = walk::start(request, &mark, call.config.check_network()?, now_ms());
    loop {
        step = match step {
            Step::Resolve(walk) => {
                let time_left = walk.time_left_ms(now_ms());
                let addresses = outbound::addresses(resolver, walk.host(), time_left).await;
                walk.resolved(addresses.map_err(|error| error.to_string()), now_ms())
            }
            Step::Fetch(walk) => {
                let time_left = walk.time_left_ms(now_ms());
                let answer = fetch(walk.url(), time_left, walk.reading_limit(), service).await;
                walk.answered(answer, now_ms())
            }
            Step::Done(report) => return Ok(report),
        };
    }
}

async fn fetch(
    url: &str,
    time_left_ms: u64,
    limit: usize,
    service: Option<&Fetcher>,
) -> Result<Answer, WalkFault> {
    let request = Outbound {
        url,
        method: "GET",
        says: Says::Nothing,
        body: None,
        // The limit of the whole walk is far below.
        timeout_ms: time_left_ms as u32,
        limit,
        excess: Excess::Cut,
        service,
    };
    let answer = outbound::send(request).await.map_err(walk_fault)?;
    Ok(Answer {
        status: answer.status(),
        location: answer.location(),
        body: answer
            .bytes()
            .map(|bytes| bytes.to_vec())
            .unwrap_or_default(),
        truncated: answer.more(),
    })
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
