//! Signed requests and what they need: nonces, bounded concurrency, a way to the CA, and second
//! attempts.

mod answers;
mod call;
mod routing;

use std::collections::{BTreeMap, VecDeque};

use tabcert_acme::directory::Directory;
use tabcert_acme::http::{Method, Request};
use tabcert_acme::jws::{self, KeyReference, Payload};
use tabcert_acme::nonce::Nonce;
use tabcert_acme::url::HttpsUrl;

use crate::effect::{RequestId, Route, TimerId};
use crate::failure::Failure;
use crate::patience::{Patience, Postponement};
use crate::states::Context;
use crate::view::Hold;
pub(crate) use answers::{head_is_refused, no_nonce};
use call::Call;
pub(crate) use call::{Purpose, Reply};
use routing::Routing;

/// Calls in flight at the same time; each needs a nonce of its own.
const MAX_PARALLEL: usize = 8;

/// How the CA was reached first.
#[derive(Debug)]
pub(crate) struct Reached {
    /// The CA's directory.
    pub(crate) directory: Directory,
    /// Which way.
    pub(crate) route: Route,
    /// How newNonce is asked.
    pub(crate) nonce_method: Method,
    /// The nonce that proved the way.
    pub(crate) nonce: Nonce,
}

/// A conversation with one CA under one account key.
#[derive(Debug)]
pub(crate) struct Session {
    /// The CA's directory.
    pub(crate) directory: Directory,
    routing: Routing,
    account_url: Option<HttpsUrl>,
    nonces: Vec<Nonce>,
    nonce_method: Method,
    /// How many nonces there may be at the same time, on their way or here.
    nonce_limit: usize,
    expected_calls: usize,
    queue: VecDeque<Call>,
    in_flight: BTreeMap<RequestId, Call>,
    postponed: BTreeMap<TimerId, (Call, Postponement)>,
    fastest_ms: u64,
}

impl Session {
    /// A session with a CA that was reached so.
    pub(crate) fn new(reached: Reached, edge_available: bool) -> Self {
        Self {
            directory: reached.directory,
            routing: Routing::new(reached.route, edge_available),
            account_url: None,
            nonces: vec![reached.nonce],
            nonce_method: reached.nonce_method,
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
        self.routing.current()
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
        let patience = Patience::new(purpose.kind);
        self.enqueue(cx, Call::new(purpose, url, Some(payload), patience));
    }

    /// Queues a POST with a JSON payload after a pause.
    pub(crate) fn post_later(
        &mut self,
        cx: &mut Context,
        (purpose, url, payload): (Purpose, HttpsUrl, String),
        postponement: Postponement,
    ) {
        let patience = Patience::new(purpose.kind);
        let call = Call::new(purpose, url, Some(payload), patience);
        self.postpone(cx, call, postponement);
    }

    /// Queues a POST-as-GET (RFC 8555 §6.3).
    pub(crate) fn post_as_get(&mut self, cx: &mut Context, purpose: Purpose, url: HttpsUrl) {
        let patience = Patience::new(purpose.kind);
        self.enqueue(cx, Call::new(purpose, url, None, patience));
    }

    /// The same for what may have gone: that it is not found is no reason to wait for it.
    pub(crate) fn glance(&mut self, cx: &mut Context, purpose: Purpose, url: HttpsUrl) {
        let patience = Patience::without_grace(purpose.kind);
        self.enqueue(cx, Call::new(purpose, url, None, patience));
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

    /// Forgets a request that was never sent: no answer will come, and no nonce with it.
    pub(crate) fn forget_request(&mut self, id: RequestId) {
        self.in_flight.remove(&id);
    }

    /// Why a call waits, of several the one that goes on first.
    pub(crate) fn hold(&self) -> Option<&Hold> {
        self.first_postponed().map(|held| &held.hold)
    }

    /// What the call that waits fails with, where the visitor does not want to wait.
    pub(crate) fn stop(&self) -> Option<Failure> {
        self.first_postponed().map(|held| held.failure.clone())
    }

    fn first_postponed(&self) -> Option<&Postponement> {
        let postponed = self.postponed.values().map(|(_, held)| held);
        postponed.min_by_key(|held| held.hold.until_ms)
    }

    /// Sends what waits now; returns whether anything did.
    pub(crate) fn hurry(&mut self, cx: &mut Context) -> bool {
        let postponed = std::mem::take(&mut self.postponed);
        let any = !postponed.is_empty();
        for (mut call, _) in postponed.into_values() {
            call.patience.hurry(cx.now_ms);
            self.send_again(cx, call);
        }
        any
    }

    /// Takes the end of a wait, if it was one of this session's.
    pub(crate) fn timer_fired(&mut self, cx: &mut Context, id: TimerId) -> bool {
        let Some((call, _)) = self.postponed.remove(&id) else {
            return false;
        };
        self.send_again(cx, call);
        true
    }

    fn postpone(&mut self, cx: &mut Context, call: Call, postponement: Postponement) {
        let timer = cx.wait(postponement.pause_ms);
        self.postponed.insert(timer, (call, postponement));
    }

    fn send_again(&mut self, cx: &mut Context, call: Call) {
        if call.is_signed() {
            // In front, so that it gets the nonce that came with a refusal (RFC 8555 §6.5).
            self.queue.push_front(call);
            self.pump(cx);
        } else {
            self.send(cx, call, None);
        }
    }

    fn enqueue(&mut self, cx: &mut Context, call: Call) {
        self.expected_calls = self.expected_calls.saturating_sub(1);
        self.queue.push_back(call);
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
        let waiting = postponed.filter(|(call, _)| !call.is_signed());
        self.nonces.len() + self.in_flight.len() + waiting.count()
    }

    fn calls_in_flight(&self) -> usize {
        let calls = self.in_flight.values();
        calls.filter(|call| call.is_signed()).count()
    }

    fn send(&mut self, cx: &mut Context, mut call: Call, nonce: Option<&Nonce>) {
        let (method, body) = match nonce {
            None => (self.nonce_method, None),
            Some(nonce) => (Method::Post, Some(self.sign(cx, &call, nonce))),
        };
        call.method = method;
        call.route = self.routing.of(&call);
        let request = Request {
            method,
            url: call.url.clone(),
            body,
        };
        let id = cx.send(call.purpose.kind, call.route, request);
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
}
