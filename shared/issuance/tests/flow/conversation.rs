//! Everybody whom the machine talks to – CA, visitor, edge, browser, clock – in one hand.
//!
//! A test says who answers what, in which order: [`Conversation::at`] goes to a point of the
//! journey, [`Conversation::answer`] gives the next answer there, and every request is checked as it
//! is made ([`Asked::new`], and each nonce is used once).

use std::collections::BTreeSet;

use tabcert_acme::domain::DomainName;
use tabcert_acme::token::Token;
use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::effect::{CheckTask, CsrTask, TimerId, TokenTask};
use tabcert_issuance::event::{
    Application, CheckError, Delivery, PreparedCsr, PublishError, TransportError,
};
use tabcert_issuance::issuance::Start;
use tabcert_issuance::proof::Method;
use tabcert_issuance::saved::Saved;
use tabcert_issuance::transcript::RequestKind;
use tabcert_issuance::view::{self, Phase, Stage};
use tabcert_issuance::{Effect, Event, Intent, Issuance, View};
use tabcert_pki::KeyType;

use crate::answers::{Answer, CA, ReplayNonce};
use crate::asked::Asked;
use crate::ca::Ca;
use crate::fixtures::{BEGIN_MS, account_key, application, certificate_key, summary};

/// How long every answer takes.
pub(crate) const LATENCY_MS: u64 = 100;

/// The calls that may be in flight at the same time.
const MAX_PARALLEL: usize = 8;

/// What happens next in a table-driven test.
pub(crate) type Turn = fn(&mut Conversation);

pub(crate) struct Conversation {
    /// `None` only while an event is handled.
    issuance: Option<Issuance>,
    pub(crate) ca: Ca,
    pub(crate) application: Application,
    /// How the visitor proves every name that can be proven so.
    pub(crate) method: Method,
    /// Whether the browser takes its time with the key.
    pub(crate) slow_key: bool,
    pub(crate) now_ms: u64,
    /// What waits for an answer, oldest first.
    pub(crate) requests: Vec<Asked>,
    pub(crate) timers: Vec<(TimerId, u64)>,
    pub(crate) csr_tasks: Vec<CsrTask>,
    pub(crate) to_publish: Vec<TokenTask>,
    pub(crate) checks: Vec<CheckTask>,
    /// Everything that was ever asked.
    pub(crate) asked: Vec<RequestKind>,
    /// What the edge was asked to answer; where it refused, it may do so all the same.
    pub(crate) published: Vec<Token>,
    pub(crate) withdrawn: Vec<Token>,
    /// What waits to be stored; [`Conversation::store`] does it.
    pub(crate) to_store: Option<Saved>,
    /// Whether that takes its time.
    pub(crate) slow_storage: bool,
    /// What outlives the tab, as the text that it is stored as.
    pub(crate) stored: Option<String>,
    pub(crate) edge_available: bool,
    /// Orders of other issuances, as the next tab knows them.
    pub(crate) other_orders: Vec<HttpsUrl>,
    keys_made: usize,
    nonces_given: BTreeSet<String>,
    nonces_used: BTreeSet<String>,
}

impl Conversation {
    /// Nothing has been answered yet.
    pub(crate) fn new(names: &[&str], edge_available: bool) -> Self {
        Self::redirected(names, edge_available, &[])
    }

    /// The same, with names that were redirected to the edge before.
    pub(crate) fn redirected(names: &[&str], edge_available: bool, redirected: &[&str]) -> Self {
        let start = Start {
            directory_url: HttpsUrl::parse(&format!("{CA}/directory")).expect("a URL"),
            account_key: account_key(),
            edge_available,
            redirected: redirected.iter().map(ToString::to_string).collect(),
            account_url: None,
            other_orders: Vec::new(),
            saved: None,
        };
        let (issuance, effects) = Issuance::connect(start, BEGIN_MS);
        let mut this = Self {
            issuance: Some(issuance),
            ca: Ca::new(),
            application: application(names),
            method: Method::Dns,
            slow_key: false,
            now_ms: BEGIN_MS,
            requests: Vec::new(),
            timers: Vec::new(),
            csr_tasks: Vec::new(),
            to_publish: Vec::new(),
            checks: Vec::new(),
            asked: Vec::new(),
            published: Vec::new(),
            withdrawn: Vec::new(),
            to_store: None,
            slow_storage: false,
            stored: None,
            edge_available,
            other_orders: Vec::new(),
            keys_made: 0,
            nonces_given: BTreeSet::new(),
            nonces_used: BTreeSet::new(),
        };
        this.owe(effects);
        this
    }

    /// Something happens; returns how many effects it had.
    pub(crate) fn event(&mut self, event: Event) -> usize {
        let issuance = self.issuance.take().expect("it is put back below");
        let (issuance, effects) = issuance.handle(event, self.now_ms);
        self.issuance = Some(issuance);
        let count = effects.len();
        self.owe(effects);
        count
    }

    fn owe(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Http {
                    id,
                    kind,
                    route,
                    request,
                } => {
                    let asked = Asked::new(id, kind, route, &request);
                    if let Some(nonce) = asked.nonce() {
                        assert!(self.nonces_given.contains(nonce), "an invented nonce");
                        assert!(self.nonces_used.insert(nonce.to_owned()), "a nonce twice");
                    }
                    self.asked.push(asked.kind);
                    self.requests.push(asked);
                }
                Effect::Wait { id, milliseconds } => {
                    self.timers.push((id, self.now_ms + milliseconds));
                }
                Effect::PrepareCsr(task) => self.csr_tasks.push(task),
                Effect::PublishToken(task) => self.to_publish.push(task),
                Effect::WithdrawToken(task) => self.withdrawn.push(task.token),
                Effect::CheckChain(task) => self.checks.push(task),
                Effect::Store(saved) => {
                    assert!(self.to_store.is_none(), "two at a time");
                    self.to_store = Some(*saved);
                }
            }
        }
        if self.to_store.is_some() && !self.slow_storage {
            self.store();
        }
        let signed = self.requests.iter().filter(|it| it.signed.is_some());
        assert!(signed.count() <= MAX_PARALLEL, "too many calls in flight");
    }

    /// What waits to be stored is stored.
    pub(crate) fn store(&mut self) {
        let saved = self.to_store.take().expect("something to store");
        self.stored = Some(serde_json::to_string(&saved).expect("JSON"));
        self.event(Event::Stored);
    }

    /// The tab is gone, with all that it was doing, and is opened again: what was stored is all that
    /// there is.
    pub(crate) fn kill(&mut self) {
        self.requests.clear();
        self.timers.clear();
        self.csr_tasks.clear();
        self.to_publish.clear();
        self.checks.clear();
        self.to_store = None;
        let saved = self.stored.as_deref();
        let saved = saved.map(|text| serde_json::from_str(text).expect("what was stored"));
        let start = Start {
            directory_url: HttpsUrl::parse(&format!("{CA}/directory")).expect("a URL"),
            account_key: account_key(),
            edge_available: self.edge_available,
            redirected: Vec::new(),
            account_url: None,
            other_orders: self.other_orders.clone(),
            saved,
        };
        let (issuance, effects) = Issuance::connect(start, self.now_ms);
        self.issuance = Some(issuance);
        self.owe(effects);
    }

    /// The visitor wants something.
    pub(crate) fn want(&mut self, intent: Intent) -> usize {
        self.event(Event::Intent(intent))
    }

    /// The oldest request of a kind gets this answer. Returns the nonce that came with it.
    pub(crate) fn answer(&mut self, kind: RequestKind, answer: Answer) -> Option<String> {
        let asked = self.take(kind);
        self.reply(&asked, answer)
    }

    /// The oldest request of a kind gets no answer.
    pub(crate) fn lose(&mut self, kind: RequestKind, error: TransportError) {
        let asked = self.take(kind);
        self.reply_nothing(&asked, error);
    }

    /// Takes the oldest request of a kind away, to answer it later or never.
    pub(crate) fn take(&mut self, kind: RequestKind) -> Asked {
        let position = self.requests.iter().position(|asked| asked.kind == kind);
        let Some(position) = position else {
            panic!(
                "no {kind:?} among {:?} in {:?}",
                self.waiting(),
                self.phase()
            );
        };
        self.requests.remove(position)
    }

    pub(crate) fn reply(&mut self, asked: &Asked, answer: Answer) -> Option<String> {
        let mut response = answer.response;
        if answer.nonce == ReplayNonce::Fresh {
            let nonce = format!("nonce-{:06}", self.nonces_given.len());
            self.nonces_given.insert(nonce.clone());
            response.replay_nonce = Some(nonce);
        }
        let nonce = response.replay_nonce.clone();
        self.now_ms += LATENCY_MS;
        let result = Ok(response);
        self.event(Event::Http {
            id: asked.id,
            result,
        });
        nonce
    }

    pub(crate) fn reply_nothing(&mut self, asked: &Asked, error: TransportError) {
        let result = Err(error);
        self.event(Event::Http {
            id: asked.id,
            result,
        });
    }

    /// The clock goes on to the timer that ends first. Returns how far.
    pub(crate) fn tick(&mut self) -> u64 {
        let first = (0..self.timers.len()).min_by_key(|index| self.timers[*index].1);
        let (id, due_ms) = self.timers.remove(first.expect("a timer"));
        let waited_ms = due_ms.saturating_sub(self.now_ms);
        self.now_ms += waited_ms;
        self.event(Event::TimerFired(id));
        waited_ms
    }

    /// The browser has the key and the CSR: a text that names both, so that they can be told apart.
    pub(crate) fn make_csr(&mut self) {
        let task = self.csr_tasks.remove(0);
        let prepared = self.prepared(&task);
        self.event(Event::CsrPrepared(Ok(prepared)));
    }

    pub(crate) fn prepared(&mut self, task: &CsrTask) -> PreparedCsr {
        let key = task.key.clone().unwrap_or_else(|| {
            self.keys_made += 1;
            certificate_key(self.keys_made)
        });
        let mut names: Vec<_> = task.names.iter().map(DomainName::as_str).collect();
        names.sort_unstable();
        let key_text = String::from_utf8_lossy(key.pkcs8_der()).into_owned();
        let csr_der = format!("{key_text} for {}", names.join(" ")).into_bytes();
        PreparedCsr { key, csr_der }
    }

    pub(crate) fn publish(&mut self, result: Result<(), PublishError>) {
        let token = self.to_publish.remove(0).token;
        self.published.push(token.clone());
        self.event(Event::TokenPublished { token, result });
    }

    /// The browser checks: the chain has to be made for the key and the names.
    pub(crate) fn check(&mut self) {
        let CheckTask {
            key,
            csr_der,
            names,
            answer,
            now_ms: _,
        } = self.checks.remove(0);
        let is_given = key.is_none();
        let task = CsrTask {
            key,
            key_type: KeyType::P256,
            names,
        };
        // The key of a request that the visitor brought is not here.
        let csr_der = match is_given {
            true => csr_der,
            false => self.prepared(&task).csr_der,
        };
        let expected = format!("certificate: {}", String::from_utf8_lossy(&csr_der));
        let result = if answer.text() == expected {
            Ok(summary(&task.names))
        } else {
            Err(CheckError::NoKey(format!(
                "{} is not {expected}",
                answer.text()
            )))
        };
        self.event(Event::Checked(result));
    }

    pub(crate) fn view(&self) -> View {
        self.issuance.as_ref().expect("no event is handled").view()
    }

    pub(crate) fn phase(&self) -> Phase {
        self.view().phase
    }

    /// The stage of the work, if the machine works.
    pub(crate) fn stage(&self) -> Option<Stage> {
        match self.phase() {
            Phase::Working(work) => Some(work.stage),
            _ => None,
        }
    }

    pub(crate) fn failed(&self) -> view::Failed {
        match self.phase() {
            Phase::Failed(failed) => failed,
            other => panic!("not failed: {other:?}"),
        }
    }

    pub(crate) fn proving(&self) -> view::Proving {
        match self.phase() {
            Phase::Proving(proving) => proving,
            other => panic!("not proving: {other:?}"),
        }
    }

    pub(crate) fn issued(&self) -> view::Issued {
        match self.phase() {
            Phase::Issued(issued) => *issued,
            other => panic!("not issued: {other:?}"),
        }
    }

    pub(crate) fn delivery(&self) -> Delivery {
        let issuance = self.issuance.as_ref().expect("no event is handled");
        issuance.delivery().expect("issued").clone()
    }

    /// What came instead of a certificate.
    pub(crate) fn misdelivery(&self) -> Delivery {
        let issuance = self.issuance.as_ref().expect("no event is handled");
        issuance.misdelivery().expect("an answer")
    }

    /// What is stored.
    pub(crate) fn saved(&self) -> Saved {
        let stored = self.stored.as_deref().expect("something stored");
        serde_json::from_str(stored).expect("what was stored")
    }
}
