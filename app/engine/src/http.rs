//! HTTP by `fetch`: without cookies, caches, referrers, redirects or headers of our own.

use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::Uint8Array;
use std::pin::pin;
use tabcert_acme::http::{MAX_RESPONSE_BYTES, Request, Response};
use tabcert_acme::jws;
use tabcert_edge_api::limits::CA_TIMEOUT_MS;
use tabcert_edge_api::problem::{EDGE_HEADER, EdgeProblem, ProblemKind};
use tabcert_edge_api::proxy::{self, RELAY_HEADER};
use tabcert_issuance::effect::Route;
use tabcert_issuance::event::TransportError;
use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    AbortController, Headers, ReadableStreamDefaultReader, ReadableStreamReadResult,
    ReferrerPolicy, RequestCache, RequestCredentials, RequestInit, RequestMode, RequestRedirect,
    ResponseType,
};

use crate::{exception, scope};

/// How long an answer may take. A little more than the edge gives a CA, so that the edge's own
/// words about a slow CA still arrive.
const TIMEOUT_MS: u32 = CA_TIMEOUT_MS + 3_000;

/// Sends a request to a CA. Dropping the future aborts the request.
///
/// # Errors
/// [`TransportError`] where the CA gave no answer; whatever it answers is a [`Response`].
pub(crate) async fn send(route: Route, request: &Request) -> Result<Response, TransportError> {
    let relayed;
    let url = match route {
        Route::Direct => request.url.as_str(),
        Route::Edge => {
            relayed = proxy::path_for(&request.url);
            &relayed
        }
    };
    let exchange = exchange(request.method.as_str(), url, request.body.as_deref()).await?;
    if route == Route::Edge && exchange.header(RELAY_HEADER).is_none() {
        return Err(exchange.edge_error());
    }
    Ok(Response {
        status: exchange.status,
        replay_nonce: exchange.header("Replay-Nonce"),
        location: exchange.header("Location"),
        link: exchange.header("Link"),
        retry_after: exchange.header("Retry-After"),
        body: exchange.body,
        ..Response::default()
    })
}

/// An answer, of whomever.
pub(super) struct Exchange {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
    headers: Headers,
}

impl Exchange {
    /// A header's value; `None` where it is absent, or hidden from browsers by the other side.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        // Fails for invalid names only.
        self.headers.get(name).ok().flatten()
    }

    /// Whether an edge answered by itself: a server that is none may answer anything with 200.
    pub(super) fn is_of_edge(&self) -> bool {
        self.header(EDGE_HEADER).is_some()
    }

    /// What the edge reports about itself.
    pub(super) fn edge_problem(&self) -> Option<EdgeProblem> {
        EdgeProblem::parse(self.header(EDGE_HEADER).as_deref(), &self.body)
    }

    /// Why there is no answer of the CA's: in the edge's words, or since there is no edge. A server that is
    /// none may answer every path with the page.
    fn edge_error(&self) -> TransportError {
        match self.edge_problem() {
            Some(problem) if problem.kind == ProblemKind::CaAnswerTooLarge => {
                TransportError::TooLarge
            }
            Some(problem) if !problem.kind.is_passing() => {
                TransportError::EdgeRefused(problem.detail)
            }
            Some(problem) => TransportError::Edge(problem.detail),
            None => TransportError::Edge(format!(
                "the server of this page answered with status {}, and not as an edge does",
                self.status
            )),
        }
    }
}

/// Sends a request; a body is sent as [`jws::CONTENT_TYPE`]. Dropping the future aborts the request.
///
/// # Errors
/// [`FetchError`] where there is no answer.
pub(super) async fn exchange(
    method: &str,
    url: &str,
    body: Option<&str>,
) -> Result<Exchange, FetchError> {
    match select(
        pin!(fetch(method, url, body)),
        TimeoutFuture::new(TIMEOUT_MS),
    )
    .await
    {
        Either::Left((result, _timer)) => result,
        Either::Right(((), _fetch)) => Err(FetchError::TimedOut),
    }
}

async fn fetch(method: &str, url: &str, body: Option<&str>) -> Result<Exchange, FetchError> {
    let abort = AbortOnDrop::new()?;

    let init = RequestInit::new();
    init.set_method(method);
    init.set_mode(RequestMode::Cors);
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    // An ACME request is signed for one URL: it means nothing anywhere else.
    init.set_redirect(RequestRedirect::Manual);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_signal(Some(&abort.controller.signal()));
    if let Some(body) = body {
        // The only header that a CA's CORS policy has to allow.
        let headers = Headers::new()?;
        headers.set("Content-Type", jws::CONTENT_TYPE)?;
        init.set_headers(&headers);
        init.set_body(&JsValue::from_str(body));
    }

    let response: web_sys::Response = scope::get()
        .fetch_with_str_and_init(url, &init)
        .await?
        .unchecked_into();
    if response.type_() == ResponseType::Opaqueredirect {
        return Err(FetchError::Redirected);
    }
    let body = read_body(&response).await?;
    abort.disarm();
    Ok(Exchange {
        status: response.status(),
        headers: response.headers(),
        body,
    })
}

/// Reads piece by piece: how much is coming shows only as it comes, for it may be compressed.
async fn read_body(response: &web_sys::Response) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    let Some(stream) = response.body() else {
        return Ok(body);
    };
    let reader = ReadableStreamDefaultReader::new(&stream)?;
    loop {
        let piece: ReadableStreamReadResult = reader.read().await?.unchecked_into();
        if piece.get_done() != Some(false) {
            return Ok(body);
        }
        let piece: Uint8Array = piece.get_value().unchecked_into();
        let filled = body.len();
        let length = filled + piece.length() as usize;
        if length > MAX_RESPONSE_BYTES {
            return Err(FetchError::TooLarge);
        }
        body.resize(length, 0);
        piece.copy_to(&mut body[filled..]);
    }
}

/// Ends a request whose answer nobody waits for any more.
struct AbortOnDrop {
    controller: AbortController,
    armed: bool,
}

impl AbortOnDrop {
    fn new() -> Result<Self, JsValue> {
        let controller = AbortController::new()?;
        Ok(Self {
            controller,
            armed: true,
        })
    }

    /// Leaves the request alone: it is complete. Aborting it even then would make Chromium close
    /// the connection that the next request could use.
    fn disarm(mut self) {
        self.armed = false;
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if self.armed {
            self.controller.abort();
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum FetchError {
    /// `fetch` failed, and browsers keep the reason from the page.
    #[error("{0}")]
    Failed(String),
    /// A redirect.
    #[error("the server answered with a redirect, which a signed request must not follow")]
    Redirected,
    /// Nothing in time.
    #[error("no answer in time")]
    TimedOut,
    /// More than [`MAX_RESPONSE_BYTES`].
    #[error("the answer is too large")]
    TooLarge,
}

impl From<JsValue> for FetchError {
    fn from(exception: JsValue) -> Self {
        Self::Failed(exception::text(&exception))
    }
}

impl From<FetchError> for TransportError {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::TimedOut => Self::TimedOut,
            FetchError::TooLarge => Self::TooLarge,
            FetchError::Failed(_) | FetchError::Redirected => Self::Network(error.to_string()),
        }
    }
}
