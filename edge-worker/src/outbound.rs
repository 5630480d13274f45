//! Requests that the edge makes itself: to CAs, to the resolver, and to hosts that are checked.

use std::net::IpAddr;

use futures::future::join;
use tabcert_edge_api::dns_json::{ACCEPT, address_urls, parse_addresses, parse_txt, txt_url};
use tabcert_edge_api::limits::{MAX_DNS_ANSWER_BYTES, RESOLVER_TIMEOUT_MS};
use worker::js_sys::{Uint8Array, global};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::web_sys::{
    AbortSignal, Headers, RequestCache, RequestInit, RequestRedirect, Response, WorkerGlobalScope,
};

use crate::bindings::Fetcher;
use crate::body::{self, BodyError};
use crate::error::{EdgeError, Fault, ResolverError, describe, exception_name};
use crate::promise::settled;

/// CAs ask clients to say who they are (RFC 8555 §6.1), and the runtime sends nothing by itself.
const USER_AGENT: &str = concat!("tabcert/", env!("CARGO_PKG_VERSION"));

/// One request. Nothing of the visitor's own request goes into it but what is named here.
pub(crate) struct Outbound<'a> {
    pub(crate) url: &'a str,
    pub(crate) method: &'a str,
    /// A header beside `User-Agent`, and its value.
    pub(crate) header: Option<(&'a str, &'a str)>,
    pub(crate) body: Option<&'a Uint8Array>,
    /// For the whole exchange.
    pub(crate) timeout_ms: u32,
    /// For the answer.
    pub(crate) limit: usize,
}

/// What came back, with its body complete.
pub(crate) struct Inbound {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Uint8Array,
}

/// Sends a request. Redirects are not followed: they would lead past the list of hosts.
///
/// The outer error is the edge's own fault.
pub(crate) async fn send(request: Outbound<'_>) -> Result<Result<Inbound, Fault>, EdgeError> {
    let response = match open(&request, None).await? {
        Ok(response) => response,
        Err(fault) => return Ok(Err(fault)),
    };
    // What the answer to a HEAD announces does not come (RFC 9110 §9.3.2).
    let body = if request.method == "HEAD" {
        Ok(Uint8Array::new_with_length(0))
    } else {
        body::read(&response, request.limit).await
    };
    Ok(match body {
        Ok(body) => Ok(Inbound {
            status: response.status(),
            headers: response.headers(),
            body,
        }),
        Err(BodyError::TooLarge) => Err(Fault::TooLarge {
            limit: request.limit,
        }),
        Err(BodyError::Broken(exception)) => Err(fault(&exception, request.timeout_ms)),
    })
}

/// Sends a request, to a service in place of the internet where there is one, and gives the answer
/// with its body still to come.
pub(crate) async fn open(
    request: &Outbound<'_>,
    service: Option<&Fetcher>,
) -> Result<Result<Response, Fault>, EdgeError> {
    let init = init(request)?;
    let answer = match service {
        Some(service) => service.fetch_url(request.url, &init)?,
        None => {
            let scope: WorkerGlobalScope = global().unchecked_into();
            scope.fetch_with_str_and_init(request.url, &init)
        }
    };
    let response: Response = match settled(&answer).await {
        Ok(response) => response.unchecked_into(),
        Err(exception) => return Ok(Err(fault(&exception, request.timeout_ms))),
    };
    let status = response.status();
    Ok(match gateway_failure(status) {
        Some(reason) => Err(Fault::Gateway { status, reason }),
        None => Ok(response),
    })
}

/// The addresses that a name leads to, from a resolver.
pub(crate) async fn addresses(
    resolver: &str,
    name: &str,
    time_left_ms: u64,
) -> Result<Result<Vec<IpAddr>, ResolverError>, EdgeError> {
    let timeout_ms = time_left_ms.min(RESOLVER_TIMEOUT_MS.into()) as u32;
    let [a, aaaa] = address_urls(resolver, name);
    let (a, aaaa) = join(ask(&a, timeout_ms), ask(&aaaa, timeout_ms)).await;
    let mut found = Vec::new();
    for answer in [a?, aaaa?] {
        match answer.and_then(|body| Ok(parse_addresses(&body)?)) {
            Ok(addresses) => found.extend(addresses),
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(found))
}

/// The texts of the TXT records at a name, from a resolver.
pub(crate) async fn txt_records(resolver: &str, name: &str) -> Result<Vec<String>, EdgeError> {
    let body = ask(&txt_url(resolver, name), RESOLVER_TIMEOUT_MS).await??;
    Ok(parse_txt(&body).map_err(ResolverError::Answer)?)
}

/// Asks a resolver.
async fn ask(url: &str, timeout_ms: u32) -> Result<Result<Vec<u8>, ResolverError>, EdgeError> {
    let answer = send(Outbound {
        url,
        method: "GET",
        header: Some(("accept", ACCEPT)),
        body: None,
        timeout_ms,
        limit: MAX_DNS_ANSWER_BYTES,
    })
    .await?;
    Ok(match answer {
        Ok(answer) if answer.status == 200 => Ok(answer.body.to_vec()),
        Ok(answer) => Err(ResolverError::Status(answer.status)),
        Err(fault) => Err(ResolverError::Unreachable(fault)),
    })
}

fn init(request: &Outbound<'_>) -> Result<RequestInit, JsValue> {
    let headers = Headers::new()?;
    headers.set("user-agent", USER_AGENT)?;
    if let Some((name, value)) = request.header {
        headers.set(name, value)?;
    }
    let init = RequestInit::new();
    init.set_method(request.method);
    init.set_headers(&headers);
    init.set_redirect(RequestRedirect::Manual);
    init.set_cache(RequestCache::NoStore);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(request.timeout_ms)));
    if let Some(body) = request.body {
        init.set_body(body);
    }
    Ok(init)
}

/// What an exception says about the other side.
pub(crate) fn fault(exception: &JsValue, timeout_ms: u32) -> Fault {
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
