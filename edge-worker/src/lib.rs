//! The edge: a Cloudflare Worker that serves the page, relays ACME calls to CAs that browsers cannot
//! reach, and answers http-01 challenges.
//!
//! Start at [`begin`], which `runtime.js` calls, and [`handle`], the route table; [`routes`] has one
//! file for each. What may be done is decided in `tabcert-edge-api`, which is pure; this crate has what
//! touches the Workers runtime: [`bindings`] reads what the operator configured, through the crate
//! `worker`, and [`runtime`] names the functions of `runtime.js`. Everything is refused unless a rule
//! allows it.

mod bindings;
mod call;
mod config;
mod cors;
mod error;
mod executor;
mod headers;
mod limits;
mod log;
mod outbound;
mod reply;
mod routes;
mod runtime;
mod target;
mod tokens;

use std::cell::OnceCell;
use std::sync::Once;

use js_sys::Date;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Request;
use worker::Env;

use crate::bindings::Bindings;
pub(crate) use crate::call::Call;
use crate::config::Config;
use crate::error::EdgeError;
use crate::reply::Reply;
use crate::routes::{Api, Route};
use crate::target::Target;

/// Tabcert's version.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

static PANIC_HOOK: Once = Once::new();

/// Begins with a request, which `runtime.js` knows by a number; [`Reply::send`] ends it.
#[wasm_bindgen]
pub fn begin(number: u32, request: Request, method: String, url: String, env: Env, now_ms: f64) {
    PANIC_HOOK.call_once(set_panic_hook);
    let bindings = Bindings::of(&env);
    executor::start(number, async move {
        let call = Call {
            request: &request,
            method,
            target: Target::parse(&url),
            config: Config::new(&bindings),
            now_ms: now_ms as u64,
            cause: OnceCell::new(),
        };
        let route = Route::of(call.target.path);
        let reply = answer(&call, route).await;
        if let Err(error) = end(number, &call, route, &reply) {
            // What the runtime takes no response of, such as a status that HTTP does not have.
            let problem = problem(&call, &error);
            let _ = end(number, &call, route, &problem);
        }
    });
}

/// Goes on with what waited for a promise.
#[wasm_bindgen]
pub fn settle(wait: u32, value: JsValue, fulfilled: bool) {
    executor::settle(wait, if fulfilled { Ok(value) } else { Err(value) });
}

/// Drops a request that nobody waits for any more.
#[wasm_bindgen]
pub fn forget(number: u32) {
    executor::forget(number);
}

/// Has panics say where they are. What they say may be the visitor's, and stays unsaid: the hook of
/// the crate `worker`, set when the instance starts, would say it.
fn set_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or(("", 0), |place| (place.file(), place.line()));
        let file = place.0.rsplit('/').next().unwrap_or_default();
        worker::console_error!(r#"{{"panic":"{file}:{}"}}"#, place.1);
    }));
}

fn end(number: u32, call: &Call<'_>, route: Route<'_>, reply: &Reply) -> Result<(), EdgeError> {
    let elapsed_ms = Date::now() - call.now_ms as f64;
    let cause = call.cause.get().map(String::as_str);
    let line = log::line(route.name(), &call.method, reply.status, elapsed_ms, cause);
    // Settings that cannot be used pin nothing; the routes that need them say so.
    let edge_origin = call.config.edge_origin().ok().flatten();
    let pinned = headers::pins(&call.target, edge_origin);
    reply.send(number, pinned, &line, cause.is_some())
}

fn problem(call: &Call<'_>, error: &EdgeError) -> Reply {
    if let Some(cause) = error.cause() {
        call.note(cause);
    }
    error.reply()
}

/// Judges the page that asks, asks the route, and makes problem documents of errors.
async fn answer(call: &Call<'_>, route: Route<'_>) -> Reply {
    let listed = match route {
        Route::Api(_) => cors::check(call),
        Route::Challenge { .. } | Route::Stateless(_) | Route::Page => Ok(None),
    };
    let listed = match listed {
        Ok(listed) => listed,
        Err(error) => return problem(call, &error),
    };
    let reply = match handle(call, route, listed.as_ref()).await {
        Ok(reply) => reply,
        Err(error) => problem(call, &error),
    };
    match listed {
        Some(origin) => origin.admit(reply),
        None => reply,
    }
}

/// The route table.
async fn handle(
    call: &Call<'_>,
    route: Route<'_>,
    listed: Option<&cors::ListedOrigin>,
) -> Result<Reply, EdgeError> {
    limits::check(call, route).await?;
    match route {
        Route::Challenge { token } => routes::challenge::answer(call, token).await,
        Route::Stateless(rest) => routes::stateless::answer(call, rest),
        Route::Page => routes::assets::answer(call).await,
        Route::Api(_) if call.method == "OPTIONS" => Ok(cors::preflight(listed)),
        Route::Api(Api::Proxy) => routes::proxy::answer(call).await,
        Route::Api(Api::Token(rest)) => routes::token::answer(call, rest).await,
        Route::Api(Api::Check) => routes::check::answer(call).await,
        Route::Api(Api::Health) => routes::health::answer(call),
        Route::Api(Api::Unknown) => Err(EdgeError::NotFound),
    }
}
