//! Requests that the edge makes itself: to CAs, to the resolver, and to hosts that are checked.

use std::cell::OnceCell;
use std::net::IpAddr;

use futures::future::join;
use js_sys::{Date, Uint8Array};
use serde_json::json;
use tabcert_acme::jws;
use tabcert_edge_api::dns_json::{
    ACCEPT, address_urls, either_family, parse_addresses, parse_txt, txt_url,
};
use tabcert_edge_api::limits::{MAX_DNS_ANSWER_BYTES, RESOLVER_TIMEOUT_MS};
use wasm_bindgen::{JsCast, JsValue};
use worker::worker_sys::Fetcher;

use crate::error::{EdgeError, Fault, ResolverError, describe, exception_name};
use crate::executor::settled_by;
use crate::runtime::{self, Exchange};

/// CAs ask clients to say who they are (RFC 8555 §6.1), and the runtime sends nothing by itself.
const USER_AGENT: &str = concat!("tabcert/", env!("CARGO_PKG_VERSION"));

/// One request. Nothing of the visitor's own request goes into it but what is named here.
pub(crate) struct Outbound<'a> {
    pub(crate) url: &'a str,
    pub(crate) method: &'a str,
    pub(crate) says: Says,
    pub(crate) body: Option<&'a Uint8Array>,
    /// For the whole exchange.
    pub(crate) timeout_ms: u32,
    /// For the answer.
    pub(crate) limit: usize,
    /// What to do about an answer that is larger.
    pub(crate) excess: Excess,
    /// Where it goes in place of the internet.
    pub(crate) service: Option<&'a Fetcher>,
}

/// What a request says of itself in its headers, beside `User-Agent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// Nothing.
    Nothing,
    /// That its body is a JWS.
    Jws,
    /// That it wants DNS in JSON.
    WantsDns,
}

/// The methods of the edge's own requests.
const METHODS: [&str; 3] = ["GET", "HEAD", "POST"];

/// The number that `runtime.js` knows this method with these headers by: they cross once.
fn number(method: &str, says: Says) -> u32 {
    thread_local! {
        static DEFINED: [OnceCell<()>; 9] = const { [const { OnceCell::new() }; 9] };
    }
    let place = METHODS.iter().position(|known| *known == method);
    let index = place.unwrap_or_default() * 3 + says as usize;
    DEFINED.with(|defined| {
        defined[index].get_or_init(|| {
            let headers = match says {
                Says::Nothing => json!({ "user-agent": USER_AGENT }),
                Says::Jws => json!({ "user-agent": USER_AGENT, "content-type": jws::CONTENT_TYPE }),
                Says::WantsDns => json!({ "user-agent": USER_AGENT, "accept": ACCEPT }),
            };
            runtime::define_outbound(index as u32, METHODS[index / 3], &headers.to_string());
        });
    });
    index as u32
}

/// What to do about an answer that is larger than its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Excess {
    /// To take none of it.
    Refuse,
    /// To take its start.
    Cut,
}

/// Sends a request and reads the answer. Redirects are not followed: they would lead past the list of
/// hosts.
///
/// The runtime keeps connections, and notices that the other side has closed one only when it is used
/// again: what is only read is then asked for once more (RFC 9110 §9.2.2).
pub(crate) async fn send(request: Outbound<'_>) -> Result<Exchange, Fault> {
    let started = Date::now();
    let mut outcome = attempt(&request, request.timeout_ms).await;
    if matches!(request.method, "GET" | "HEAD") && outcome.as_ref().is_err_and(is_lost) {
        let elapsed_ms = (Date::now() - started) as u32;
        let time_left_ms = request.timeout_ms.saturating_sub(elapsed_ms);
        outcome = attempt(&request, time_left_ms).await;
    }
    let exchange = outcome.map_err(|exception| fault(&exception, request.timeout_ms))?;
    let status = exchange.status();
    if let Some(reason) = gateway_failure(status) {
        return Err(Fault::Gateway { status, reason });
    }
    let failure = exchange.failure();
    if !failure.is_undefined() {
        return Err(fault(&failure, request.timeout_ms));
    }
    if exchange.more() && request.excess == Excess::Refuse {
        return Err(Fault::TooLarge {
            limit: request.limit,
        });
    }
    Ok(exchange)
}

/// Sends it once; the exception is the runtime's, where there is no answer.
async fn attempt(request: &Outbound<'_>, timeout_ms: u32) -> Result<Exchange, JsValue> {
    let exchange = settled_by(|wait| {
        runtime::exchange(
            request.service,
            request.url,
            number(request.method, request.says),
            request.body,
            timeout_ms,
            // The limits are far below 4 GiB.
            request.limit as u32,
            request.excess == Excess::Cut,
            wait,
        );
    });
    exchange.await.map(JsCast::unchecked_into)
}

/// The addresses that a name leads to, from a resolver.
pub(crate) async fn addresses(
    resolver: &str,
    name: &str,
    time_left_ms: u64,
) -> Result<Vec<IpAddr>, ResolverError> {
    let timeout_ms = time_left_ms.min(RESOLVER_TIMEOUT_MS.into()) as u32;
    let [a, aaaa] = address_urls(resolver, name);
    let (a, aaaa) = join(ask(&a, timeout_ms), ask(&aaaa, timeout_ms)).await;
    let parse = |answer: Result<Vec<u8>, ResolverError>| Ok(parse_addresses(&answer?)?);
    either_family(parse(a), parse(aaaa))
}

/// The texts of the TXT records at a name, from a resolver.
pub(crate) async fn txt_records(resolver: &str, name: &str) -> Result<Vec<String>, EdgeError> {
    let body = ask(&txt_url(resolver, name), RESOLVER_TIMEOUT_MS).await?;
    Ok(parse_txt(&body).map_err(ResolverError::Answer)?)
}

/// Asks a resolver.
async fn ask(url: &str, timeout_ms: u32) -> Result<Vec<u8>, ResolverError> {
    let answer = send(Outbound {
        url,
        method: "GET",
        says: Says::WantsDns,
        body: None,
        timeout_ms,
        limit: MAX_DNS_ANSWER_BYTES,
        excess: Excess::Refuse,
        service: None,
    });
    let answer = answer.await.map_err(ResolverError::Unreachable)?;
    match answer.status() {
        200 => Ok(answer
            .bytes()
            .map(|bytes| bytes.to_vec())
            .unwrap_or_default()),
        status => Err(ResolverError::Status(status)),
    }
}

/// Whether the connection broke before there was an answer.
fn is_lost(exception: &JsValue) -> bool {
    describe(exception) == "Network connection lost"
}

/// What an exception says about the other side.
fn fault(exception: &JsValue, timeout_ms: u32) -> Fault {
    match exception_name(exception).as_deref() {
        Some("TimeoutError" | "AbortError") => Fault::Timeout {
            seconds: timeout_ms / 1000,
        },
        _ => Fault::Network(describe(exception)),
    }
}

/// What Cloudflare's own statuses for unreachable servers mean.
fn gateway_failure(status: u16) -> Option<&'static str> {
    Some(match status {
        520 => "Cloudflare got an answer from it that makes no sense",
        521 => "it refused Cloudflare's connection",
        522 => "it did not answer Cloudflare's connection",
        523 => "Cloudflare has no route to it",
        524 => "it took longer than Cloudflare waits",
        525 => "the TLS handshake between Cloudflare and it failed",
        526 => "its TLS certificate is not valid for Cloudflare",
        527 | 530 => "Cloudflare could not resolve or reach it",
        _ => return None,
    })
}
