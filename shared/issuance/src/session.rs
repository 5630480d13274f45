//! Signed requests and what they need: nonces, bounded concurrency, and second attempts.

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::time::Duration;

use tabcert_acme::directory::Directory;
use tabcert_acme::http::{Method, Request, Response};
use tabcert_acme::jws::{self, KeyReference, Payload};
use tabcert_acme::link;
use tabcert_acme::nonce::Nonce;
use tabcert_acme::problem::{Problem, ProblemKind};
use tabcert_acme::retry_after;
use tabcert_acme::url::HttpsUrl;

use crate::effect::{RequestId, Route, TimerId};
use crate::event::TransportError;
use crate::failure::{Failure, Refusal};
use crate::states::Context;
use crate::transcript::RequestKind;

/// Calls in flight at the same time; each needs a nonce of its own.
const MAX_PARALLEL: usize = 8;

/// A nonce may be refused several times in a row: CAs share them among servers, badly at times.
const MAX_NONCE_ATTEMPTS: u32 = 10;

/// How often a request is sent when nobody answers, or the CA is overloaded.
const MAX_ATTEMPTS: u32 = 4;

/// A CA that wants more patience than this is left to the visitor.
const MAX_OWN_PATIENCE: Duration = Duration::from_secs(60);

/// The index of calls whose answers are taken for their nonces only.
const ABANDONED: usize = usize::MAX;

/// A conversation with one CA under one account key.
#[derive(Debug)]
pub(crate) struct Session {
    /// The CA's directory.
    pub(crate) directory: Directory,
    route: Route,
    account_url: Option<HttpsUrl>,
    nonces: Vec<Nonce>,
    expected_calls: usize,
    queue: VecDeque<Call>,
    in_flight: BTreeMap<RequestId, Call>,
    postponed: BTreeMap<TimerId, Call>,
    fastest_ms: u64,
}

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
}

#[derive(Debug, Clone)]
struct Call {
    purpose: Purpose,
    url: HttpsUrl,
    /// JSON text, or nothing for POST-as-GET. Not used for newNonce.
    payload: Option<String>,
    attempts: u32,
    nonce_attempts: u32,
}

impl Session {
    /// A session that begins with the nonce that proved the route.
    pub(crate) fn new(directory: Directory, route: Route, nonce: Nonce) -> Self {
        Self {
            directory,
            route,
            account_url: None,
            nonces: vec![nonce],
            expected_calls: 0,
            queue: VecDeque::new(),
            in_flight: BTreeMap::new(),
            postponed: BTreeMap::new(),
            fastest_ms: u64::MAX,
        }
    }

    /// How the CA is reached.
    pub(crate) fn route(&self) -> Route {
        self.route
    }

    /// From now on requests are signed in the account's name (RFC 8555 §6.2).
    pub(crate) fn set_account(&mut self, url: HttpsUrl) {
        self.account_url = Some(url);
    }

    /// Whether requests are signed in an account's name.
    pub(crate) fn has_account(&self) -> bool {
        self.account_url.is_some()
    }

    /// The quickest answer so far, in milliseconds: how near the CA is.
    pub(crate) fn fastest_ms(&self) -> u64 {
        self.fastest_ms
    }

    /// Fetches nonces for so many calls ahead, so that they need not wait for them.
    pub(crate) fn expect_calls(&mut self, count: usize) {
        self.expected_calls = count;
    }

    /// Queues a POST with a JSON payload.
    pub(crate) fn post(
        &mut self,
        cx: &mut Context,
        purpose: Purpose,
        url: HttpsUrl,
        payload: String,
    ) {
        self.enqueue(cx, purpose, url, Some(payload));
    }

    /// Queues a POST-as-GET (RFC 8555 §6.3).
    pub(crate) fn post_as_get(&mut self, cx: &mut Context, purpose: Purpose, url: HttpsUrl) {
        self.enqueue(cx, purpose, url, None);
    }

    /// Forgets what has not been sent yet; answers to what has been are taken for their nonces only.
    pub(crate) fn abandon_calls(&mut self) {
        self.queue.clear();
        self.postponed.clear();
        self.expected_calls = 0;
        for call in self.in_flight.values_mut() {
            call.purpose.index = ABANDONED;
        }
    }

    fn enqueue(
        &mut self,
        cx: &mut Context,
        purpose: Purpose,
        url: HttpsUrl,
        payload: Option<String>,
    ) {
        self.expected_calls = self.expected_calls.saturating_sub(1);
        self.queue.push_back(Call {
            purpose,
            url,
            payload,
            attempts: 0,
            nonce_attempts: 0,
        });
        self.pump(cx);
    }

    /// Sends what there are nonces for, and fetches nonces for the rest.
    fn pump(&mut self, cx: &mut Context) {
        while self.calls_in_flight() < MAX_PARALLEL && !self.queue.is_empty() {
            let Some(nonce) = self.nonces.pop() else {
                break;
            };
            let Some(call) = self.queue.pop_front() else {
                break;
            };
            self.send(cx, call, Some(&nonce));
        }
        // Every call in flight brings a nonce back, so only the calls beyond those need a new one.
        let wanted = (self.queue.len() + self.expected_calls).min(MAX_PARALLEL);
        let waiting = self
            .postponed
            .values()
            .filter(|call| call.purpose.kind == RequestKind::NewNonce);
        let supply = self.nonces.len() + self.in_flight.len() + waiting.count();
        for _ in supply..wanted {
            let purpose = Purpose {
                kind: RequestKind::NewNonce,
                index: 0,
            };
            let url = self.directory.new_nonce.clone();
            self.send(
                cx,
                Call {
                    purpose,
                    url,
                    payload: None,
                    attempts: 0,
                    nonce_attempts: 0,
                },
                None,
            );
        }
    }

    fn calls_in_flight(&self) -> usize {
        let signed = |call: &&Call| call.purpose.kind != RequestKind::NewNonce;
        self.in_flight.values().filter(signed).count()
    }

    fn send(&mut self, cx: &mut Context, mut call: Call, nonce: Option<&Nonce>) {
        call.attempts += 1;
        let (method, body) = match nonce {
            None => (Method::Head, None),
            Some(nonce) => (Method::Post, Some(self.sign(cx, &call, nonce))),
        };
        let request = Request {
            method,
            url: call.url.clone(),
            body,
        };
        let id = cx.send(call.purpose.kind, self.route, request);
        self.in_flight.insert(id, call);
    }

    fn sign(&self, cx: &Context, call: &Call, nonce: &Nonce) -> String {
        let reference = match &self.account_url {
            Some(url) => KeyReference::Kid(url),
            None => KeyReference::Jwk,
        };
        let payload = call
            .payload
            .as_deref()
            .map_or(Payload::PostAsGet, Payload::Json);
        jws::sign(cx.account_key(), reference, nonce, &call.url, payload).to_json()
    }

    /// Takes an answer. Returns the end of a call; `None` for what the session deals with itself:
    /// nonces, second attempts, and answers that nobody waits for any more.
    pub(crate) fn receive(
        &mut self,
        cx: &mut Context,
        id: RequestId,
        result: Result<Response, TransportError>,
    ) -> Option<Reply> {
        let call = self.in_flight.remove(&id)?;
        if let Ok(response) = &result {
            self.nonces.extend(response.nonce());
        }
        let status = result.as_ref().ok().map(|response| response.status);
        let verdict = self.judge(cx, &call, result);
        let took_ms = cx.finish(id, status, verdict.is_continue());
        if status.is_some() {
            self.fastest_ms = self.fastest_ms.min(took_ms);
        }
        let reply = match verdict {
            _ if call.purpose.index == ABANDONED => None,
            Verdict::Break(result) => self.finished(call.purpose, result),
            Verdict::Continue(Again::AtOnce) => {
                // In front, so that it gets the nonce that came with the refusal (RFC 8555 §6.5).
                let (attempts, nonce_attempts) = (call.attempts - 1, call.nonce_attempts + 1);
                self.queue.push_front(Call {
                    attempts,
                    nonce_attempts,
                    ..call
                });
                None
            }
            Verdict::Continue(Again::After(wait)) => {
                let timer = cx.wait(milliseconds(wait));
                self.postponed.insert(timer, call);
                None
            }
        };
        self.pump(cx);
        reply
    }

    /// Takes the end of a wait, if it was one of this session's.
    pub(crate) fn timer_fired(&mut self, cx: &mut Context, id: TimerId) -> bool {
        let Some(call) = self.postponed.remove(&id) else {
            return false;
        };
        if call.purpose.kind == RequestKind::NewNonce {
            self.send(cx, call, None);
        } else {
            self.queue.push_front(call);
            self.pump(cx);
        }
        true
    }

    fn finished(&mut self, purpose: Purpose, result: Result<Response, Failure>) -> Option<Reply> {
        if purpose.kind != RequestKind::NewNonce {
            return Some(Reply { purpose, result });
        }
        // A nonce that never came is the failure of the call that waited for it.
        let failure = result.err()?;
        let call = self.queue.pop_front()?;
        Some(Reply {
            purpose: call.purpose,
            result: Err(failure),
        })
    }

    fn judge(
        &self,
        cx: &Context,
        call: &Call,
        result: Result<Response, TransportError>,
    ) -> Verdict {
        let kind = call.purpose.kind;
        let may_repeat = call.attempts < MAX_ATTEMPTS;
        let own_wait = Duration::from_millis(500 << call.attempts.min(5));
        let response = match result {
            Ok(response) if response.is_success() => return Verdict::Break(Ok(response)),
            Ok(response) => response,
            Err(error) if !may_repeat || error == TransportError::TooLarge => {
                return Verdict::Break(Err(Failure::Silent { kind, error }));
            }
            Err(_) => return Verdict::Continue(Again::After(own_wait)),
        };
        let problem = Problem::from_response(response.status, &response.body);
        if problem.kind() == ProblemKind::BadNonce && call.nonce_attempts < MAX_NONCE_ATTEMPTS {
            return Verdict::Continue(Again::AtOnce);
        }
        let asked = response
            .retry_after
            .as_deref()
            .and_then(|value| retry_after::parse(value, cx.now_ms));
        let overloaded = match (response.status, asked) {
            (500..=599, asked) => Some(asked.unwrap_or(own_wait)),
            (429, asked) => asked,
            _ => None,
        };
        match overloaded {
            Some(wait) if may_repeat && wait <= MAX_OWN_PATIENCE => {
                Verdict::Continue(Again::After(wait))
            }
            _ => Verdict::Break(Err(Failure::Refused(Box::new(Refusal {
                kind,
                link: page_about(&problem, &response),
                problem,
                retry_at_ms: asked.map(|wait| cx.now_ms.saturating_add(milliseconds(wait))),
            })))),
        }
    }
}

/// The end of a call, or another attempt.
type Verdict = ControlFlow<Result<Response, Failure>, Again>;

enum Again {
    /// The nonce was refused; the refusal brought a new one.
    AtOnce,
    After(Duration),
}

fn milliseconds(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)
}

/// The page that the visitor should open: `instance` for userActionRequired (RFC 8555 §7.3.3),
/// otherwise a link of the answer. Only `https` is believed.
fn page_about(problem: &Problem, response: &Response) -> Option<String> {
    let links = response.link.as_deref().unwrap_or_default();
    let candidates = [
        problem.instance.as_deref(),
        link::find(links, "help"),
        link::find(links, "terms-of-service")
            .filter(|_| problem.kind() == ProblemKind::UserActionRequired),
    ];
    candidates
        .into_iter()
        .flatten()
        .find_map(|url| HttpsUrl::parse(url).ok())
        .map(String::from)
}
