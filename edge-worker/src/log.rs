//! One line of JSON per request. Never tokens, hosts, addresses, bodies or account URLs: routes have
//! fixed names, and causes come from the runtime.

use serde_json::json;
use worker::wasm_bindgen::JsValue;
use worker::web_sys::{Response, console};

use crate::error::EdgeError;

/// Says how a request ended.
pub(crate) fn request(route: &'static str, method: &str, response: &Response, elapsed_ms: f64) {
    // Methods are the visitor's text; those that no route takes are not worth a line of their own.
    let method = match method {
        "GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "OPTIONS" => method,
        _ => "other",
    };
    let status = response.status();
    let line = format!(
        r#"{{"route":"{route}","method":"{method}","status":{status},"ms":{elapsed_ms:.0}}}"#
    );
    console::log_1(&JsValue::from_str(&line));
}

/// Says why, where the answer does not.
pub(crate) fn failure(error: &EdgeError) {
    if let Some(cause) = error.cause() {
        let line = json!({ "error": error.to_string(), "cause": cause });
        console::error_1(&JsValue::from_str(&line.to_string()));
    }
}
