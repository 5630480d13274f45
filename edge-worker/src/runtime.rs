//! The functions of `runtime.js`, and what they give.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Headers, Request};
use worker::worker_sys::Fetcher;

/// A header of a request, by its place in the list of `runtime.js`: its name need not cross then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Header {
    Origin,
    ContentType,
    SecFetchDest,
    SecFetchMode,
    CfConnectingIp,
}

#[wasm_bindgen(raw_module = "./runtime.js")]
extern "C" {
    /// Has the wait of this number settled when the promise is.
    pub(crate) fn wait(promise: &Promise, number: u32);

    /// Says which headers a kind of answer has, and which it passes on: a list of pairs and a list of
    /// names, in JSON. Where there is a list of media types, others are not passed on.
    #[wasm_bindgen(js_name = defineKind)]
    pub(crate) fn define_kind(kind: u32, headers: &str, passed: &str, types: Option<&str>);

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

    /// The value of a [`Header`].
    pub(crate) fn header(request: &Request, header: u32) -> Option<String>;

    /// Says what a number stands for that requests to other servers are begun with: a method and a
    /// table of headers, in JSON.
    #[wasm_bindgen(js_name = defineOutbound)]
    pub(crate) fn define_outbound(number: u32, method: &str, headers: &str);

    /// Reads the body of a request, of at most `limit` bytes; the wait gives a [`Body`].
    #[wasm_bindgen(js_name = readBody)]
    pub(crate) fn read_body(request: &Request, limit: u32, wait: u32);

    /// Makes a request with a defined method and headers; the wait gives an [`Exchange`].
    pub(crate) fn exchange(
        service: Option<&Fetcher>,
        url: &str,
        outbound: u32,
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
}
