//! What the operator binds to the worker (see `wrangler.toml`), as the runtime hands it over, and the
//! functions of `runtime.js`.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Headers, Request};

#[wasm_bindgen]
extern "C" {
    /// The `env` object. A binding that is not configured is `undefined`.
    pub(crate) type Bindings;

    #[wasm_bindgen(method, getter, js_name = TOKENS)]
    pub(crate) fn tokens(this: &Bindings) -> Option<KvNamespace>;

    #[wasm_bindgen(method, getter, js_name = ASSETS)]
    pub(crate) fn assets(this: &Bindings) -> Option<Fetcher>;

    #[wasm_bindgen(method, getter, js_name = CHECK_VIA)]
    pub(crate) fn check_via(this: &Bindings) -> Option<Fetcher>;

    #[wasm_bindgen(method, getter, js_name = API_LIMIT)]
    pub(crate) fn api_limit(this: &Bindings) -> Option<RateLimiter>;

    #[wasm_bindgen(method, getter, js_name = CHECK_LIMIT)]
    pub(crate) fn check_limit(this: &Bindings) -> Option<RateLimiter>;

    #[wasm_bindgen(method, getter, js_name = CHECK_NETWORK)]
    pub(crate) fn check_network(this: &Bindings) -> JsValue;

    #[wasm_bindgen(method, getter, js_name = CA_HOSTS)]
    pub(crate) fn ca_hosts(this: &Bindings) -> JsValue;

    #[wasm_bindgen(method, getter, js_name = TIES)]
    pub(crate) fn ties(this: &Bindings) -> JsValue;

    #[wasm_bindgen(method, getter, js_name = DOH_URL)]
    pub(crate) fn doh_url(this: &Bindings) -> JsValue;

    #[wasm_bindgen(method, getter, js_name = EDGE_ORIGIN)]
    pub(crate) fn edge_origin(this: &Bindings) -> JsValue;

    #[wasm_bindgen(method, getter, js_name = LOCAL_CA)]
    pub(crate) fn local_ca(this: &Bindings) -> JsValue;

    #[wasm_bindgen(method, getter, js_name = PAGE_ORIGINS)]
    pub(crate) fn page_origins(this: &Bindings) -> JsValue;

    #[wasm_bindgen(method, getter, js_name = TOKEN_TTL_SECONDS)]
    pub(crate) fn token_ttl_seconds(this: &Bindings) -> JsValue;

    /// A namespace of Workers KV.
    pub(crate) type KvNamespace;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn get(this: &KvNamespace, key: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn put(
        this: &KvNamespace,
        key: &str,
        value: &str,
        options: &JsValue,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn delete(this: &KvNamespace, key: &str) -> Result<Promise, JsValue>;

    /// A counter of the platform's that says when a client asks too often.
    pub(crate) type RateLimiter;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn limit(this: &RateLimiter, options: &JsValue) -> Result<Promise, JsValue>;

    /// Another service, such as the one that has the page's files.
    pub(crate) type Fetcher;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn fetch(this: &Fetcher, request: &Request) -> Result<Promise, JsValue>;
}

#[wasm_bindgen(raw_module = "./runtime.js")]
extern "C" {
    /// Has the wait of this number settled when the promise is.
    pub(crate) fn wait(promise: &Promise, number: u32);

    /// Says which headers a kind of answer has, and which it passes on: a list of pairs and a list of
    /// names, in JSON.
    #[wasm_bindgen(js_name = defineKind)]
    pub(crate) fn define_kind(kind: u32, headers: &str, passed: &str);

    /// Answers a request; fails, and does nothing, where the runtime does not make a response of it.
    #[wasm_bindgen(catch)]
    pub(crate) fn respond(
        number: u32,
        kind: u32,
        status: u16,
        extra: Option<&str>,
        source: Option<&Headers>,
        body: &JsValue,
        line: &str,
        failed: bool,
    ) -> Result<(), JsValue>;

    /// A header of a request.
    pub(crate) fn header(request: &Request, name: &str) -> Option<String>;

    /// Reads the body of a request, of at most `limit` bytes; the wait gives a [`Body`].
    #[wasm_bindgen(js_name = readBody)]
    pub(crate) fn read_body(request: &Request, limit: u32, wait: u32);

    /// Makes a request; the wait gives an [`Exchange`].
    pub(crate) fn exchange(
        service: Option<&Fetcher>,
        url: &str,
        method: &str,
        headers: &str,
        body: Option<&Uint8Array>,
        timeout_ms: u32,
        limit: u32,
        want_start: bool,
        wait: u32,
    );
}

#[wasm_bindgen]
extern "C" {
    /// What was read of a body.
    pub(crate) type Body;

    /// The bytes, unless there are more than were wanted.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn bytes(this: &Body) -> Option<Uint8Array>;

    /// Whether there are more.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn more(this: &Body) -> bool;

    /// What another server answered; its body is as far as it was read.
    #[wasm_bindgen(extends = Body)]
    pub(crate) type Exchange;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn status(this: &Exchange) -> u16;

    #[wasm_bindgen(method, getter)]
    pub(crate) fn headers(this: &Exchange) -> Headers;

    /// Where a redirect leads.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn location(this: &Exchange) -> Option<String>;

    /// Why the body could not be read.
    #[wasm_bindgen(method, getter)]
    pub(crate) fn failure(this: &Exchange) -> JsValue;

    #[wasm_bindgen(js_namespace = console, js_name = error)]
    pub(crate) fn log_error(line: &str);
}
