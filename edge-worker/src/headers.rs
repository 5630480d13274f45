//! The headers that every answer has, so that a browser refuses what the page does not need.

use std::cell::OnceCell;

use worker::wasm_bindgen::{self, JsValue, prelude::wasm_bindgen};
use worker::web_sys::{Headers, Response, ResponseInit};

/// What is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The page and its files.
    Page,
    /// Data: never cached, never rendered.
    Api,
    /// Data for a CA that validates http-01.
    KeyAuthorization,
}

/// `connect-src https:` because the visitor may name any CA; the page's own code is the only code.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' data:; connect-src 'self' https:; worker-src 'self'; \
    manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const DATA_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; sandbox";

const COMMON: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
];

const PAGE: [(&str, &str); 2] = [
    ("content-security-policy", PAGE_POLICY),
    (
        "permissions-policy",
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), \
         gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), \
         usb=()",
    ),
];

const API: [(&str, &str); 2] = [
    ("content-security-policy", DATA_POLICY),
    ("cache-control", "no-store"),
];

/// RFC 8555 §8.3: "The server SHOULD provide it with the content type application/octet-stream".
const KEY_AUTHORIZATION: (&str, &str) = ("content-type", "application/octet-stream");

/// Two years, as browsers' preload lists ask for.
const HSTS: (&str, &str) = ("strict-transport-security", "max-age=63072000");

thread_local! {
    // Made once: for each request they are copied inside the runtime, which is far cheaper than
    // handing over every name and value again.
    static PREPARED: [OnceCell<Headers>; 6] = const { [const { OnceCell::new() }; 6] };
}

/// A fresh copy of the headers for a kind of answer. HSTS is for https only (RFC 6797 §7.2).
pub(crate) fn of(kind: Kind, https: bool) -> Result<Headers, JsValue> {
    with_prepared(kind, https, Headers::new_with_headers)
}

/// A response that has the headers for its kind and no others.
pub(crate) fn plain_response(
    body: &JsValue,
    status: u16,
    kind: Kind,
    https: bool,
) -> Result<Response, JsValue> {
    with_prepared(kind, https, |headers| response(body, status, headers))
}

fn with_prepared<T>(
    kind: Kind,
    https: bool,
    work: impl FnOnce(&Headers) -> Result<T, JsValue>,
) -> Result<T, JsValue> {
    let index = kind as usize * 2 + usize::from(https);
    PREPARED.with(|prepared| {
        let headers = match prepared[index].get() {
            Some(headers) => headers,
            None => {
                let headers = prepare(kind, https)?;
                prepared[index].get_or_init(|| headers)
            }
        };
        work(headers)
    })
}

fn prepare(kind: Kind, https: bool) -> Result<Headers, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in list(kind, https) {
        headers.set(name, value)?;
    }
    Ok(headers)
}

fn list(kind: Kind, https: bool) -> impl Iterator<Item = (&'static str, &'static str)> {
    let special = match kind {
        Kind::Page => PAGE,
        Kind::Api | Kind::KeyAuthorization => API,
    };
    let content_type = (kind == Kind::KeyAuthorization).then_some(KEY_AUTHORIZATION);
    COMMON
        .into_iter()
        .chain(special)
        .chain(content_type)
        .chain(https.then_some(HSTS))
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Response)]
    type AnyBodyResponse;

    #[wasm_bindgen(constructor, js_class = "Response", catch)]
    fn new(body: &JsValue, init: &ResponseInit) -> Result<AnyBodyResponse, JsValue>;
}

/// A response with a body of any type that the runtime takes: `null`, text, bytes or a stream.
pub(crate) fn response(
    body: &JsValue,
    status: u16,
    headers: &Headers,
) -> Result<Response, JsValue> {
    let init = ResponseInit::new();
    init.set_status(status);
    init.set_headers(headers);
    let response: JsValue = AnyBodyResponse::new(body, &init)?.into();
    Ok(response.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(kind: Kind, https: bool, name: &str) -> Option<&'static str> {
        list(kind, https).find_map(|(n, value)| (n == name).then_some(value))
    }

    #[test]
    fn the_page_runs_its_own_code_only() {
        let policy = value(Kind::Page, true, "content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
        assert!(!policy.contains("  ") && !policy.contains('\n'));
    }

    #[test]
    fn data_is_neither_stored_nor_rendered() {
        assert_eq!(value(Kind::Api, true, "cache-control"), Some("no-store"));
        let policy = value(Kind::Api, true, "content-security-policy").expect("a policy");
        assert!(policy.contains("sandbox"));
    }

    #[test]
    fn hsts_is_for_https() {
        for kind in [Kind::Page, Kind::Api, Kind::KeyAuthorization] {
            assert!(value(kind, true, HSTS.0).is_some());
            assert!(value(kind, false, HSTS.0).is_none());
            assert_eq!(
                value(kind, false, "x-content-type-options"),
                Some("nosniff")
            );
        }
    }
}
