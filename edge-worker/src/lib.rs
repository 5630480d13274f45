//! The edge: a Cloudflare Worker that serves the page, relays ACME calls to CAs that browsers cannot
//! reach, and answers http-01 challenges.
//!
//! Start at [`handle`], the route table; [`routes`] has one file for each. What may be done is
//! decided in `tabcert-edge-api`, which is pure; this crate has what touches the Workers runtime:
//! [`bindings`] names all of it that is used. Everything is refused unless a rule allows it.

mod bindings;
mod body;
mod call;
mod config;
mod cors;
mod error;
mod headers;
mod limits;
mod log;
mod outbound;
mod promise;
mod routes;
mod target;
mod tokens;

use std::cell::OnceCell;

use worker::js_sys::Date;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::web_sys::{Request, Response};
use worker::{Context, Env, event};

use crate::bindings::Bindings;
pub(crate) use crate::call::Call;
use crate::config::Config;
use crate::error::EdgeError;
use crate::routes::{Api, Route};
use crate::target::Target;

/// Tabcert's version.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    let started = Date::now();
    let url = request.url();
    let bindings: Bindings = env.unchecked_into();
    let call = Call {
        request: &request,
        method: request.method(),
        target: Target::parse(&url),
        config: Config::new(&bindings),
        now_ms: started as u64,
        cause: OnceCell::new(),
    };
    let route = Route::of(call.target.path);
    let response = answer(&call, route).await?;
    let elapsed_ms = Date::now() - started;
    let cause = call.cause.get().map(String::as_str);
    log::request(route.name(), &call.method, &response, elapsed_ms, cause);
    Ok(response)
}

/// Judges the page that asks, asks the route, and makes problem documents of errors.
async fn answer(call: &Call<'_>, route: Route<'_>) -> Result<Response, JsValue> {
    let listed = match route {
        Route::Api(_) => cors::check(call),
        Route::Challenge { .. } | Route::Stateless(_) | Route::Page => Ok(None),
    };
    let listed = match listed {
        Ok(listed) => listed,
        Err(error) => return error.response(call),
    };
    let response = match handle(call, route, listed.as_ref()).await {
        Ok(response) => response,
        Err(error) => {
            if let Some(cause) = error.cause() {
                call.note(cause);
            }
            error.response(call)?
        }
    };
    if let Some(origin) = listed {
        origin.admit(&response)?;
    }
    Ok(response)
}

/// The route table.
async fn handle(
    call: &Call<'_>,
    route: Route<'_>,
    listed: Option<&cors::ListedOrigin>,
) -> Result<Response, EdgeError> {
    limits::check(call, route).await?;
    match route {
        Route::Challenge { token } => routes::challenge::answer(call, token).await,
        Route::Stateless(rest) => routes::stateless::answer(call, rest),
        Route::Page => routes::assets::answer(call).await,
        Route::Api(_) if call.method == "OPTIONS" => cors::preflight(call, listed),
        Route::Api(Api::Proxy) => routes::proxy::answer(call).await,
        Route::Api(Api::Token(rest)) => routes::token::answer(call, rest).await,
        Route::Api(Api::Check) => routes::check::answer(call).await,
        Route::Api(Api::Health) => routes::health::answer(call),
        Route::Api(Api::Unknown) => Err(EdgeError::NotFound),
    }
}
