//! What is sent, what it is about, and how it ends.

use tabcert_acme::http::{Method, Response};
use tabcert_acme::problem::Problem;
use tabcert_acme::url::HttpsUrl;

use crate::effect::Route;
use crate::failure::Failure;
use crate::patience::Patience;
use crate::transcript::RequestKind;

/// What a call is about: the request's kind, and which of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Purpose {
    /// The kind.
    pub(crate) kind: RequestKind,
    /// Which authorization or challenge; 0 for single calls.
    pub(crate) index: usize,
}

/// The end of a call.
#[derive(Debug)]
pub(crate) struct Reply {
    /// What the call was about.
    pub(crate) purpose: Purpose,
    /// A 2xx answer, or why there is none.
    pub(crate) result: Result<Response, Failure>,
    /// Which way the last attempt went.
    pub(crate) route: Route,
    /// Whether the CA may have done what was asked without having said so, in any of the attempts.
    pub(crate) is_doubtful: bool,
    /// What the CA said at first, where it had a fault of its own then.
    pub(crate) first_fault: Option<Box<Problem>>,
}

/// A request, and how it has fared.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) purpose: Purpose,
    pub(super) url: HttpsUrl,
    /// JSON text, or nothing for POST-as-GET. Not used for newNonce.
    pub(super) payload: Option<String>,
    pub(super) patience: Patience,
    /// How it was sent last.
    pub(super) method: Method,
    /// Which way it went last.
    pub(super) route: Route,
    /// How often nobody answered it directly.
    pub(super) unanswered_directly: u32,
    /// Whether its answer is taken for the nonce only.
    pub(super) abandoned: bool,
}

impl Call {
    pub(super) fn new(
        purpose: Purpose,
        url: HttpsUrl,
        payload: Option<String>,
        patience: Patience,
    ) -> Self {
        Self {
            purpose,
            url,
            payload,
            patience,
            method: Method::Post,
            route: Route::Direct,
            unanswered_directly: 0,
            abandoned: false,
        }
    }

    /// Whether it needs a nonce; the others bring one.
    pub(super) fn is_signed(&self) -> bool {
        self.purpose.kind != RequestKind::NewNonce
    }

    pub(super) fn new_nonce(url: HttpsUrl) -> Self {
        let kind = RequestKind::NewNonce;
        Self::new(Purpose { kind, index: 0 }, url, None, Patience::new(kind))
    }
}
