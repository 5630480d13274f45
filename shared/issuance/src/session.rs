//! Signed requests and what they need: nonces, bounded concurrency, and second attempts.

mod call;
mod verdict;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use tabcert_acme::AcmeError;
use tabcert_acme::directory::Directory;
use tabcert_acme::error::Resource;
use tabcert_acme::http::{Method, Request, Response};
use tabcert_acme::jws::{self, KeyReference, Payload};
use tabcert_acme::nonce::Nonce;
use tabcert_acme::url::HttpsUrl;

use crate::effect::{RequestId, Route, TimerId};
use crate::event::TransportError;
use crate::failure::Failure;
use crate::states::Context;
use call::Call;
pub(crate) use call::{Purpose, Reply};
use verdict::{Verdict, judge};

/// Calls in flight at the same time; each needs a nonce of its own.
const MAX_PARALLEL: usize = 8;

/// A conversation with one CA under one account key.
#[derive(Debug)]
pub(crate) struct Session {
    /// The CA's directory.
    pub(crate) directory: Directory,
    route: Route,
    account_url: Option<HttpsUrl>,
    nonces: Vec<Nonce>,
    /// How many nonces there may be at the same time, on their way or here.
    nonce_limit: usize,
    expected_calls: usize,
    queue: VecDeque<Call>,
    in_flight: BTreeMap<RequestId, Call>,
    postponed: BTreeMap<TimerId, Call>,
    fastest_ms: u64,
}

impl Session {
    /// A session that begins with the nonce that proved the route.
    pub(crate) fn new(directory: Directory, route: Route, nonce: Nonce) -> Self {
        Self {
            directory,
            route,
            account_url: None,
            nonces: vec![nonce],
            nonce_limit: MAX_PARALLEL,
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

    /// The CA does not know the account: it has to be made again.
    pub(crate) fn forget_account(&mut self) {
        self.account_url = None;
    }

    /// The account's URL, where the CA has told it.
    pub(crate) fn account_url(&self) -> Option<&HttpsUrl> {
        self.account_url.as_ref()
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
        self.nonce_limit = MAX_PARALLEL;
        for call in self.in_flight.values_mut() {
            call.abandoned = true;
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
        self.queue.push_back(Call::new(purpose, url, payload));
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
        let wanted = (self.queue.len() + self.expected_calls).min(self.nonce_limit);
        for _ in self.nonce_supply()..wanted {
            let call = Call::new_nonce(self.directory.new_nonce.clone());
            self.send(cx, call, None);
        }
    }

    /// Nonces that are here or on their way: every call in flight brings one back.
    fn nonce_supply(&self) -> usize {
        let postponed = self.postponed.values();
        let waiting = postponed.filter(|call| !call.is_signed());
        self.nonces.len() + self.in_flight.len() + waiting.count()
    }

    fn calls_in_flight(&self) -> usize {
        let calls = self.in_flight.values();
        calls.filter(|call| call.is_signed()).count()
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
        let verdict = judge(&call, result, cx.now_ms);
        let retried = verdict.is_again() && !call.abandoned;
        let took_ms = cx.finish(id, status, retried);
        if let (Some(_), Some(took_ms)) = (status, took_ms) {
            self.fastest_ms = self.fastest_ms.min(took_ms);
        }
        let reply = match verdict {
            _ if call.abandoned => None,
            Verdict::Ended(result) if !call.is_signed() => self.new_nonce_ended(result),
            Verdict::Ended(result) => Some(Reply {
                purpose: call.purpose,
                result,
            }),
            Verdict::AgainAtOnce => {
                // In front, so that it gets the nonce that came with the refusal (RFC 8555 §6.5).
                self.queue.push_front(Call {
                    attempts: call.attempts - 1,
                    nonce_attempts: call.nonce_attempts + 1,
                    ..call
                });
                None
            }
            Verdict::AgainAfter(wait) => {
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
        if call.is_signed() {
            self.queue.push_front(call);
            self.pump(cx);
        } else {
            self.send(cx, call, None);
        }
        true
    }

    /// A nonce that never came is the failure of a call only where no other call brings one.
    fn new_nonce_ended(&mut self, result: Result<Response, Failure>) -> Option<Reply> {
        let failure = match result {
            Ok(response) if response.nonce().is_some() => return None,
            Ok(_) => Failure::Protocol(AcmeError::MissingHeader {
                resource: Resource::Nonce,
                header: "Replay-Nonce",
            }),
            Err(failure) => failure,
        };
        self.expected_calls = 0;
        let supply = self.nonce_supply();
        if supply > 0 {
            self.nonce_limit = supply;
            return None;
        }
        let call = self.queue.pop_front()?;
        Some(Reply {
            purpose: call.purpose,
            result: Err(failure),
        })
    }
}

fn milliseconds(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)
}
