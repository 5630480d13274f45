//! The one state that the whole page shares: what is known of the edge, and the issuance.
//!
//! Screens read signals and state what the visitor wants by [`Store::dispatch`]; everything else
//! happens in [`session`], in the flow (`tabcert-issuance`), and in [`crate::shell`].

mod screen;
mod session;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use chacha20::ChaCha20Rng;
use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use leptos::prelude::{LocalStorage, ReadSignal, RwSignal, Set, StoredValue, WithValue};
use leptos::task::spawn_local;
use tabcert_acme::key::AccountKey;
use tabcert_acme::url::HttpsUrl;
use tabcert_edge_api::health::Health;
use tabcert_issuance::issuance::Start;
use tabcert_issuance::view::Issued;
use tabcert_issuance::{Intent, View};
use tabcert_pki::bundle::pfx::Encoding;
use zeroize::Zeroizing;

use crate::key_worker::message::KeyWorkerError;
use crate::shell::keygen::KeyWorker;
use crate::shell::random::{NoRandomness, seeded_rng};
use crate::shell::{clock, edge, timer};
use screen::Screen;
use session::Session;

/// How long the first paint and the first clicks have the machine for themselves, before the key
/// worker starts.
const WARM_UP_AFTER_MS: u64 = 300;

/// The root state: made once, when the page is mounted, and provided as context.
#[derive(Clone, Copy)]
pub(crate) struct Store {
    view: RwSignal<Option<Arc<View>>>,
    clock: RwSignal<u64>,
    edge: RwSignal<EdgeState>,
    local_ca: RwSignal<Option<HttpsUrl>>,
    inner: StoredValue<Inner, LocalStorage>,
}

/// What is known of the edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EdgeState {
    /// It has been asked.
    Checking,
    /// This page comes from a server that is no edge: only CAs that let browsers in can be used.
    Absent,
    /// It relays to CAs and answers http-01 challenges.
    Present {
        /// Tabcert's version there.
        version: String,
    },
}

struct Inner {
    rng: RefCell<ChaCha20Rng>,
    key_worker: Rc<KeyWorker>,
    /// Lives as long as the tab: connecting to a CA again finds the account again.
    account_keys: RefCell<HashMap<HttpsUrl, AccountKey>>,
    edge_available: Shared<LocalBoxFuture<'static, bool>>,
    session: RefCell<Option<Session>>,
}

impl Store {
    /// Sets everything up and asks whether an edge is there. `key_worker_url` is where `worker.js`
    /// is.
    ///
    /// # Errors
    /// [`NoRandomness`]: nothing can be done in such a browser.
    pub(crate) fn new(key_worker_url: String) -> Result<Self, NoRandomness> {
        let rng = RefCell::new(seeded_rng()?);
        let key_worker = Rc::new(KeyWorker::new(key_worker_url));
        let edge = RwSignal::new(EdgeState::Checking);
        let local_ca = RwSignal::new(None);

        let edge_available = async move {
            let health = edge::probe().await;
            local_ca.set(health.as_ref().and_then(|health| health.local_ca.clone()));
            let state = EdgeState::of(health);
            let available = state != EdgeState::Absent;
            edge.set(state);
            available
        }
        .boxed_local()
        .shared();
        spawn_local(edge_available.clone().map(drop));

        let warm = Rc::clone(&key_worker);
        spawn_local(async move {
            timer::sleep(WARM_UP_AFTER_MS).await;
            warm.warm_up();
        });

        Ok(Self {
            view: RwSignal::new(None),
            clock: RwSignal::new(clock::now_ms()),
            edge,
            local_ca,
            inner: StoredValue::new_local(Inner {
                rng,
                key_worker,
                account_keys: RefCell::default(),
                edge_available,
                session: RefCell::new(None),
            }),
        })
    }

    /// Turns to a CA. What was going on with another one (or the same) ends: its requests are
    /// aborted and its answers dropped.
    pub(crate) fn connect(&self, directory_url: HttpsUrl) {
        self.view.set(None);
        self.inner.with_value(|inner| {
            let account_key = inner.account_key(&directory_url);
            let edge_available = inner.edge_available.clone();
            let start = async move {
                Start {
                    directory_url,
                    account_key,
                    edge_available: edge_available.await,
                }
            };
            let screen = Screen::new(self.view, self.clock);
            let session = Session::start(start, Rc::clone(&inner.key_worker), screen);
            // Here the one before is dropped, and with it all that it had in flight.
            inner.session.replace(Some(session));
        });
    }

    /// States what the visitor wants. Without a CA there is nobody to hear it.
    pub(crate) fn dispatch(&self, intent: Intent) {
        self.inner.with_value(|inner| {
            if let Some(session) = inner.session.borrow().as_ref() {
                session.dispatch(intent);
            }
        });
    }

    /// The issuance as the visitor sees it; nothing before [`connect`](Self::connect).
    pub(crate) fn view(&self) -> ReadSignal<Option<Arc<View>>> {
        self.view.read_only()
    }

    /// The time now, in milliseconds since the Unix epoch.
    pub(crate) fn now_ms(&self) -> u64 {
        clock::now_ms()
    }

    /// The time, in milliseconds since the Unix epoch: each second while something is being waited
    /// for, standing still otherwise.
    pub(crate) fn clock(&self) -> ReadSignal<u64> {
        self.clock.read_only()
    }

    /// The directory of the test CA that runs next to the edge, on local runs.
    pub(crate) fn local_ca(&self) -> ReadSignal<Option<HttpsUrl>> {
        self.local_ca.read_only()
    }

    /// What is known of the edge.
    pub(crate) fn edge(&self) -> ReadSignal<EdgeState> {
        self.edge.read_only()
    }

    /// Makes a PFX file in the key worker.
    ///
    /// # Errors
    /// [`KeyWorkerError`], in words for the visitor: password or friendly name may not do.
    pub(crate) async fn make_pfx(
        &self,
        issued: &Issued,
        password: String,
        friendly_name: String,
        encoding: Encoding,
    ) -> Result<Zeroizing<Vec<u8>>, KeyWorkerError> {
        let key_worker = self.key_worker();
        key_worker
            .make_pfx(issued, Zeroizing::new(password), friendly_name, encoding)
            .await
    }

    /// Makes a ZIP of all files in the key worker, with the PFX where there is one.
    ///
    /// # Errors
    /// [`KeyWorkerError`], in words for the visitor.
    pub(crate) async fn make_archive(
        &self,
        issued: &Issued,
        pfx: Option<Vec<u8>>,
    ) -> Result<Zeroizing<Vec<u8>>, KeyWorkerError> {
        self.key_worker().make_archive(issued, pfx).await
    }

    /// Says that the visitor has the key in a file: from now on the tab may be closed without a
    /// question.
    pub(crate) fn key_saved(&self) {
        self.inner.with_value(|inner| {
            if let Some(session) = inner.session.borrow().as_ref() {
                session.key_saved();
            }
        });
    }

    fn key_worker(&self) -> Rc<KeyWorker> {
        self.inner.with_value(|inner| Rc::clone(&inner.key_worker))
    }
}

impl Inner {
    fn account_key(&self, directory_url: &HttpsUrl) -> AccountKey {
        self.account_keys
            .borrow_mut()
            .entry(directory_url.clone())
            .or_insert_with(|| AccountKey::generate(&mut *self.rng.borrow_mut()))
            .clone()
    }
}

impl EdgeState {
    fn of(health: Option<Health>) -> Self {
        match health {
            Some(health) => Self::Present {
                version: health.version,
            },
            None => Self::Absent,
        }
    }
}
