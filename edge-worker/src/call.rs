//! One request, with what its handling needs to know.

use std::cell::OnceCell;

use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use web_sys::Request;

use crate::config::Config;
use crate::error::EdgeError;
use crate::executor::settled_by;
use crate::runtime::{self, Body, Header};
use crate::target::Target;

/// A request in the works.
pub(crate) struct Call<'a> {
    /// As the runtime gave it.
    pub(crate) request: &'a Request,
    /// Its method, upper case where it is a known one.
    pub(crate) method: String,
    /// Its URL.
    pub(crate) target: Target<'a>,
    /// The operator's settings.
    pub(crate) config: Config<'a>,
    /// When it came, in milliseconds since 1970.
    pub(crate) now_ms: u64,
    /// For the log: what went wrong that the answer does not say.
    pub(crate) cause: OnceCell<String>,
}

impl Call<'_> {
    /// Keeps what went wrong for the log; the first cause, of which others may follow.
    pub(crate) fn note(&self, cause: &str) {
        self.cause.get_or_init(|| cause.to_owned());
    }

    /// The origin that pages see the edge at, as browsers write it.
    pub(crate) fn own_origin(&self) -> Result<String, EdgeError> {
        let configured = self.config.edge_origin()?;
        Ok(configured.map_or_else(|| self.target.normalised_origin(), str::to_owned))
    }

    /// A header of the request.
    pub(crate) fn header(&self, name: Header) -> Option<String> {
        runtime::header(self.request, name as u32)
    }

    /// Refuses bodies of any other media type; parameters are not part of ours.
    pub(crate) fn require_content_type(&self, expected: &'static str) -> Result<(), EdgeError> {
        let given = self.header(Header::ContentType);
        if given.is_some_and(|given| given.eq_ignore_ascii_case(expected)) {
            Ok(())
        } else {
            Err(EdgeError::UnsupportedMediaType { expected })
        }
    }

    /// Reads the body, of at most `limit` bytes. They stay in JavaScript's memory: most are only
    /// passed on.
    pub(crate) async fn read_body(&self, limit: usize) -> Result<Uint8Array, EdgeError> {
        // The limits are far below 4 GiB.
        let body = settled_by(|wait| runtime::read_body(self.request, limit as u32, wait)).await?;
        let body: Body = body.unchecked_into();
        match body.bytes() {
            Some(bytes) if !body.more() => Ok(bytes),
            _ => Err(EdgeError::TooLarge { limit }),
        }
    }
}
