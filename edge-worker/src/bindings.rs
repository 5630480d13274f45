//! What the operator binds to the worker (see `wrangler.toml`), as the runtime hands it over.

use std::cell::OnceCell;
use std::rc::Rc;

use js_sys::{JSON, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::worker_sys::{Fetcher, RateLimiter};
use worker::{Env, EnvBinding};

thread_local! {
    static BINDINGS: OnceCell<Rc<Bindings>> = const { OnceCell::new() };
}

/// The bindings and variables, untouched. What is not configured is `None`.
pub(crate) struct Bindings {
    pub(crate) tokens: Option<KvNamespace>,
    pub(crate) assets: Option<Fetcher>,
    pub(crate) check_via: Option<Fetcher>,
    pub(crate) api_limit: Option<RateLimiter>,
    pub(crate) check_limit: Option<RateLimiter>,
    pub(crate) ca_hosts: Option<String>,
    pub(crate) check_network: Option<String>,
    pub(crate) doh_url: Option<String>,
    pub(crate) edge_origin: Option<String>,
    pub(crate) local_ca: Option<String>,
    pub(crate) page_origins: Option<String>,
    pub(crate) ties: Option<String>,
    pub(crate) token_ttl_seconds: Option<String>,
}

impl Bindings {
    /// Those of this environment, read once: they change with the isolate only, and each name is a
    /// text that goes to JavaScript.
    pub(crate) fn of(env: &Env) -> Rc<Self> {
        BINDINGS.with(|bindings| Rc::clone(bindings.get_or_init(|| Rc::new(Self::read(env)))))
    }

    fn read(env: &Env) -> Self {
        Self {
            tokens: binding(env, "TOKENS"),
            assets: binding(env, "ASSETS"),
            check_via: binding(env, "CHECK_VIA"),
            api_limit: binding(env, "API_LIMIT"),
            check_limit: binding(env, "CHECK_LIMIT"),
            ca_hosts: variable(env, "CA_HOSTS"),
            check_network: variable(env, "CHECK_NETWORK"),
            doh_url: variable(env, "DOH_URL"),
            edge_origin: variable(env, "EDGE_ORIGIN"),
            local_ca: variable(env, "LOCAL_CA"),
            page_origins: variable(env, "PAGE_ORIGINS"),
            ties: variable(env, "TIES"),
            token_ttl_seconds: variable(env, "TOKEN_TTL_SECONDS"),
        }
    }
}

#[wasm_bindgen]
extern "C" {
    /// Anything that is in the environment.
    type Anything;

    /// A namespace of Workers KV. [`worker::KvStore`] gives futures only, which go on where
    /// `runtime.js` does not notice a trap; these are promises for [`crate::executor`].
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
}

impl EnvBinding for Anything {
    const TYPE_NAME: &'static str = "Object";

    /// Without a look at the name of its constructor: variables may be texts, tables and lists, and
    /// a self-hosted runtime may bind a service of its own as KV.
    fn get(value: JsValue) -> worker::Result<Self> {
        Ok(value.unchecked_into())
    }
}

/// What is bound by this name. Runtimes say `null` for what their own environment does not have.
fn binding<T: JsCast>(env: &Env, name: &str) -> Option<T> {
    let value: JsValue = env.get_binding::<Anything>(name).ok()?.into();
    (!value.is_null()).then(|| value.unchecked_into())
}

/// A variable as text. Variables may be strings with JSON in them as well as JSON itself, which is
/// what a table in `wrangler.toml` becomes.
fn variable(env: &Env, name: &str) -> Option<String> {
    let value: JsValue = binding(env, name)?;
    let text = value.as_string().or_else(|| {
        let json = JSON::stringify(&value).ok()?;
        json.as_string()
    });
    text.filter(|text| !text.is_empty())
}
