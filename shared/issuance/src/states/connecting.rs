//! Finding out whether and how the CA can be reached.
//!
//! A browser may call a CA only where that CA allows it (CORS), and cannot see why a call failed.
//! So it is tried: the directory first, then a nonce, whose header must be readable. Where either
//! fails and an edge is there, the edge is tried. Where both fail, both are tried once more: a
//! connection that was kept too long fails once.

use tabcert_acme::directory::Directory;
use tabcert_acme::http::{Method, Request, Response};
use tabcert_acme::url::HttpsUrl;

use super::{Behaviour, Connected, Context, Journey, State, Unreached};
use crate::Intent;
use crate::effect::{RequestId, Route, TimerId};
use crate::event::TransportError;
use crate::failure::Failure;
use crate::patience::{Patience, Postponement, Verdict};
use crate::session::{Reached, Session, head_is_refused, no_nonce};
use crate::transcript::RequestKind;
use crate::view::{HoldReason, Phase};

/// How often each way is tried.
const ROUNDS: u32 = 2;

/// The pause between two rounds.
const BETWEEN_ROUNDS_MS: u64 = 1_000;

/// Waits for the directory, then for a nonce.
#[derive(Debug)]
pub(crate) struct Connecting {
    pub(crate) cx: Context,
    way: Way,
    /// How often both ways have failed.
    rounds: u32,
    step: Step,
    patience: Patience,
    waiting: Waiting,
}

/// How it is tried.
#[derive(Debug, Clone)]
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

/// What is asked.
#[derive(Debug)]
enum Step {
    Directory,
    Nonce(Box<Directory>, Method),
}

/// What is waited for.
#[derive(Debug)]
enum Waiting {
    Answer(RequestId),
    Time(TimerId, Box<Postponement>),
    /// Nothing yet.
    Nothing,
}

impl Connecting {
    pub(crate) fn begin(cx: Context) -> State {
        Self::at_directory(cx, Way::Direct, 0).ask()
    }

    fn at_directory(cx: Context, way: Way, rounds: u32) -> Self {
        Self {
            cx,
            way,
            rounds,
            step: Step::Directory,
            patience: Patience::new(RequestKind::Directory),
            waiting: Waiting::Nothing,
        }
    }

    /// Sends the request of the present step.
    fn ask(mut self) -> State {
        let method = match &self.step {
            Step::Directory => Method::Get,
            Step::Nonce(_, method) => *method,
        };
        let (url, body) = (self.url().clone(), None);
        let request = Request { method, url, body };
        let id = self.cx.send(self.kind(), self.way.route(), request);
        self.waiting = Waiting::Answer(id);
        self.into()
    }

    fn pause(mut self, postponement: Postponement) -> State {
        let timer = self.cx.wait(postponement.pause_ms);
        self.waiting = Waiting::Time(timer, Box::new(postponement));
        self.into()
    }

    /// The way taken so far does not lead to the CA: try the other one, both again, or give up.
    fn no_way(self, error: TransportError) -> State {
        let (direct, edge) = match self.way {
            Way::Direct if self.cx.start.edge_available => {
                let way = Way::Edge { direct: error };
                return Self::at_directory(self.cx, way, self.rounds).ask();
            }
            Way::Direct => (error, None),
            Way::Edge { direct } => (direct, Some(error)),
        };
        let rounds = self.rounds + 1;
        let failure = Failure::Unreachable { direct, edge };
        if rounds >= ROUNDS {
            return Unreached::enter(self.cx, failure);
        }
        let about = (RequestKind::Directory, HoldReason::NoAnswer);
        let postponement = Postponement::new(about, failure, BETWEEN_ROUNDS_MS, self.cx.now_ms);
        Self::at_directory(self.cx, Way::Direct, rounds).pause(postponement)
    }

    fn answered(mut self, result: Result<Response, TransportError>) -> State {
        let response = match result {
            Ok(response) => Response {
                url: Some(self.url().clone()),
                ..response
            },
            Err(TransportError::TooLarge) => {
                let failure = Failure::TooLarge { kind: self.kind() };
                return Unreached::enter(self.cx, failure);
            }
            Err(error) => return self.no_way(error),
        };
        if let Step::Nonce(_, method) = &mut self.step {
            // The CA answers, but keeps its headers from browsers.
            let is_hidden = matches!(self.way, Way::Direct)
                && response.is_success()
                && response.replay_nonce.is_none();
            let by_get = *method == Method::Head && head_is_refused(&response);
            if is_hidden && (self.cx.start.edge_available || !by_get) {
                return self.no_way(TransportError::Network(
                    "the CA's headers cannot be read from a browser".to_owned(),
                ));
            }
            if by_get {
                *method = Method::Get;
                return self.ask();
            }
        }
        match self.patience.judge(Ok(response), self.cx.now_ms) {
            Verdict::Ended(Ok(response)) => self.succeeded(&response),
            Verdict::Ended(Err(failure)) => Unreached::enter(self.cx, failure),
            Verdict::AgainAtOnce => self.ask(),
            Verdict::AgainAfter(postponement) => self.pause(postponement),
        }
    }

    fn succeeded(self, response: &Response) -> State {
        let mut cx = self.cx;
        match self.step {
            Step::Directory => match Directory::parse(&response.body) {
                Ok(directory) => Self {
                    cx,
                    step: Step::Nonce(Box::new(directory), Method::Head),
                    patience: Patience::new(RequestKind::NewNonce),
                    ..self
                }
                .ask(),
                Err(error) => Unreached::enter(cx, Failure::Protocol(error)),
            },
            Step::Nonce(directory, nonce_method) => {
                let nonce = match response.new_nonce() {
                    Ok(nonce) => nonce,
                    Err(error) => return Unreached::enter(cx, no_nonce(error)),
                };
                let reached = Reached {
                    directory: *directory,
                    route: self.way.route(),
                    nonce_method,
                    nonce,
                };
                let session = Session::new(reached, cx.start.edge_available);
                match cx.start.saved.take() {
                    Some(saved) => Journey::resume(cx, session, saved),
                    None => Connected { cx, session }.into(),
                }
            }
        }
    }

    /// What is asked in the present step.
    fn url(&self) -> &HttpsUrl {
        match &self.step {
            Step::Directory => &self.cx.start.directory_url,
            Step::Nonce(directory, _) => &directory.new_nonce,
        }
    }

    fn kind(&self) -> RequestKind {
        match self.step {
            Step::Directory => RequestKind::Directory,
            Step::Nonce(..) => RequestKind::NewNonce,
        }
    }
}

impl Behaviour for Connecting {
    fn phase(&self) -> Phase {
        match &self.waiting {
            Waiting::Time(_, postponement) => Phase::Connecting(Some(postponement.hold.clone())),
            _ => Phase::Connecting(None),
        }
    }

    fn on_http(mut self, id: RequestId, result: Result<Response, TransportError>) -> State {
        if !matches!(self.waiting, Waiting::Answer(expected) if expected == id) {
            return self.into();
        }
        self.waiting = Waiting::Nothing;
        let status = result.as_ref().ok().map(|response| response.status);
        self.cx.finish(id, status, false);
        self.answered(result)
    }

    fn on_timer(self, id: TimerId) -> State {
        match self.waiting {
            Waiting::Time(expected, _) if expected == id => self.ask(),
            _ => self.into(),
        }
    }

    fn on_intent(mut self, intent: Intent) -> State {
        match (intent, self.waiting) {
            (Intent::AskNow, Waiting::Time(..)) => {
                self.patience.hurry(self.cx.now_ms);
                self.waiting = Waiting::Nothing;
                self.ask()
            }
            (Intent::Stop, Waiting::Time(_, postponement)) => {
                Unreached::enter(self.cx, postponement.failure)
            }
            (_, waiting) => {
                self.waiting = waiting;
                self.into()
            }
        }
    }
}
