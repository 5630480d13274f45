//! What the operator binds to the worker (see `wrangler.toml`), as the runtime hands it over.

use worker::js_sys::Promise;
use worker::wasm_bindgen::{self, JsValue, prelude::wasm_bindgen};
use worker::web_sys::{Request, RequestInit};

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

    /// A namespace of Workers KV. `worker`'s own type looks up every method by name for each
    /// request; these are plain calls.
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

    #[wasm_bindgen(method, catch, js_name = fetch)]
    pub(crate) fn fetch_url(
        this: &Fetcher,
        url: &str,
        init: &RequestInit,
    ) -> Result<Promise, JsValue>;
}
