//! An answer, as plain values: `runtime.js` makes a response of it in one call.

use std::borrow::Cow;

use serde_json::json;
use wasm_bindgen::JsValue;
use web_sys::Headers;

use crate::error::EdgeError;
use crate::headers::{self, Kind};
use crate::runtime;

/// An answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    kind: Kind,
    /// Beside those of the kind.
    extra: Vec<(&'static str, Cow<'static, str>)>,
    /// What the headers that the kind passes on are taken from.
    source: Option<Headers>,
    body: JsValue,
}

impl Reply {
    /// An answer with the headers of its kind and without a body.
    pub(crate) fn new(status: u16, kind: Kind) -> Self {
        Self {
            status,
            kind,
            extra: Vec::new(),
            source: None,
            body: JsValue::NULL,
        }
    }

    /// Another header, in place of one of the same name.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.extra.push((name, value.to_owned().into()));
        self
    }

    /// Passes on what its kind does of these.
    pub(crate) fn passing(mut self, source: Headers) -> Self {
        self.source = Some(source);
        self
    }

    /// A body of any type that the runtime takes: `null`, text, bytes or a stream.
    pub(crate) fn body(mut self, body: JsValue) -> Self {
        self.body = body;
        self
    }

    /// Text as the body.
    pub(crate) fn text(self, text: &str) -> Self {
        self.body(JsValue::from_str(text))
    }

    /// Answers the request of this number, and writes the line to the log; see [`headers::pins`].
    pub(crate) fn send(
        &self,
        request: u32,
        pinned: bool,
        line: &str,
        failed: bool,
    ) -> Result<(), EdgeError> {
        let extra = (!self.extra.is_empty()).then(|| json!(self.extra).to_string());
        runtime::respond(
            request,
            headers::number(self.kind, pinned),
            self.status,
            extra.as_deref(),
            self.source.as_ref(),
            &self.body,
            line,
            failed,
        )?;
        Ok(())
    }
}
