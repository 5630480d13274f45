//! Finding out whether and how the CA can be reached.
//!
//! A browser may call a CA only where that CA allows it (CORS), and cannot see why a call failed.
//! So it is tried: the directory first, then a nonce, whose header must be readable. Where either
//! fails and an edge is there, the edge is tried.

use tabcert_acme::AcmeError;
use tabcert_acme::directory::Directory;
use tabcert_acme::error::Resource;
use tabcert_acme::http::{Method, Request, Response};
use tabcert_acme::url::HttpsUrl;

use super::{Behaviour, Connected, Context, Journey, State, Unreached};
use crate::effect::{RequestId, Route};
use crate::event::TransportError;
use crate::failure::{Failure, Refusal};
use crate::session::Session;
use crate::transcript::RequestKind;
use crate::view::Phase;

/// Waits for the directory, then for a nonce.
#[derive(Debug)]
pub(crate) struct Connecting {
    pub(crate) cx: Context,
    request: RequestId,
    way: Way,
    directory: Option<Directory>,
}

/// How it is tried.
#[derive(Debug)]
enum Way {
    Direct,
    Edge {
        /// What the direct way met.
        direct: TransportError,
    },
}

impl Way {
    fn route(&self) -> Route {
        match self {
            Self::Direct => Route::Direct,
            Self::Edge { .. } => Route::Edge,
        }
    }
}

impl Connecting {
    pub(crate) fn begin(cx: Context) -> State {
        Self::ask_directory(cx, Way::Direct)
    }

    fn ask_directory(mut cx: Context, way: Way) -> State {
        let url = cx.start.directory_url.clone();
        let route = way.route();
        let request = send(&mut cx, RequestKind::Directory, route, Method::Get, url);
        Self {
            cx,
            request,
            way,
            directory: None,
        }
        .into()
    }

    fn ask_nonce(mut self, directory: Directory) -> State {
        let url = directory.new_nonce.clone();
        let request = send(
            &mut self.cx,
            RequestKind::NewNonce,
            self.way.route(),
            Method::Head,
            url,
        );
        Self {
            request,
            directory: Some(directory),
            ..self
        }
        .into()
    }

    /// The way taken so far does not lead to the CA: try the other one, or give up.
    fn no_way(self, error: TransportError) -> State {
        let (direct, edge) = match self.way {
            Way::Direct if self.cx.start.edge_available => {
                return Self::ask_directory(self.cx, Way::Edge { direct: error });
            }
            Way::Direct => (error, None),
            Way::Edge { direct } => (direct, Some(error)),
        };
        Unreached::enter(self.cx, Failure::Unreachable { direct, edge })
    }

    fn refused(self, kind: RequestKind, response: &Response) -> State {
        let refusal = Refusal::read(kind, response, self.cx.now_ms);
        Unreached::enter(self.cx, Failure::Refused(Box::new(refusal)))
    }

    fn directory_arrived(self, response: &Response) -> State {
        if !response.is_success() {
            return self.refused(RequestKind::Directory, response);
        }
        match Directory::parse(&response.body) {
            Ok(directory) => self.ask_nonce(directory),
            Err(error) => Unreached::enter(self.cx, Failure::Protocol(error)),
        }
    }

    fn nonce_arrived(self, directory: Directory, response: &Response) -> State {
        match response.nonce() {
            _ if !response.is_success() => self.refused(RequestKind::NewNonce, response),
            Some(nonce) => {
                let session = Session::new(directory, self.way.route(), nonce);
                let mut cx = self.cx;
                match cx.start.saved.take() {
                    Some(saved) => Journey::resume(cx, session, saved),
                    None => Connected { cx, session }.into(),
                }
            }
            // The CA answers, but keeps its headers from browsers.
            None if matches!(self.way, Way::Direct) => self.no_way(TransportError::Network(
                "the CA's headers cannot be read from a browser".to_owned(),
            )),
            None => {
                let error = AcmeError::MissingHeader {
                    resource: Resource::Nonce,
                    header: "Replay-Nonce",
                };
                Unreached::enter(self.cx, Failure::Protocol(error))
            }
        }
    }
}

fn send(
    cx: &mut Context,
    kind: RequestKind,
    route: Route,
    method: Method,
    url: HttpsUrl,
) -> RequestId {
    cx.send(
        kind,
        route,
        Request {
            method,
            url,
            body: None,
        },
    )
}

impl Behaviour for Connecting {
    fn phase(&self) -> Phase {
        Phase::Connecting(None)
    }

    fn on_http(mut self, id: RequestId, result: Result<Response, TransportError>) -> State {
        if id != self.request {
            return self.into();
        }
        self.cx.finish(
            id,
            result.as_ref().ok().map(|response| response.status),
            false,
        );
        match (result, self.directory.take()) {
            (Err(error), _) => self.no_way(error),
            (Ok(response), None) => self.directory_arrived(&response),
            (Ok(response), Some(directory)) => self.nonce_arrived(directory, &response),
        }
    }
}
