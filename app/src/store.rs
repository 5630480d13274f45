//! The one state that the whole page shares: what is known of the edge, and the issuance.
//!
//! Screens read signals and state what the visitor wants by [`Store::dispatch`]; everything else
//! happens in the engine ([`crate::shell::engine`]), which has the keys and makes the requests.

mod screen;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use leptos::prelude::{LocalStorage, ReadSignal, RwSignal, Set, StoredValue, With, WithValue};
use leptos::task::spawn_local;
use tabcert_acme::url::HttpsUrl;
use tabcert_engine_api::ask::Question;
use tabcert_engine_api::certificates::RenewalKey;
use tabcert_engine_api::vault::{Storage, VaultView};
use tabcert_engine_api::{Command, EngineError, Gone, SessionId};
use tabcert_issuance::view::Issued;
use tabcert_issuance::{Intent, View};

use crate::shell::edge::Probe;
use crate::shell::engine::{Engine, Heard};
use crate::shell::{clock, edge};
use screen::Screen;

/// The root state: made once, when the page is mounted, and provided as context.
#[derive(Clone, Copy)]
pub(crate) struct Store {
    view: RwSignal<Option<Arc<View>>>,
    clock: RwSignal<u64>,
    edge: RwSignal<EdgeState>,
    local_ca: RwSignal<Option<HttpsUrl>>,
    stopped: RwSignal<Option<EngineError>>,
    opened: RwSignal<Option<Issued>>,
    vault: RwSignal<Option<VaultView>>,
    elsewhere: RwSignal<bool>,
    gone: RwSignal<Option<Gone>>,
    inner: StoredValue<Inner, LocalStorage>,
}

/// What is known of the edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EdgeState {
    /// It has been asked.
    Checking,
    /// This page comes from a server that is no edge: only CAs that let browsers in can be used.
    Absent,
    /// It is one of another major version, which this page cannot use.
    Foreign,
    /// It relays to CAs and answers http-01 challenges.
    Present {
        /// Tabcert's version there.
        version: String,
    },
}

struct Inner {
    engine: Rc<Engine>,
    screen: Rc<RefCell<Screen>>,
    /// The connection that counts; views of earlier ones are dropped.
    session: Rc<Cell<SessionId>>,
    edge_available: Shared<LocalBoxFuture<'static, bool>>,
}

impl Store {
    /// Sets everything up and asks whether an edge is there. `engine_url` is where `engine.js` is.
    pub(crate) fn new(engine_url: String) -> Self {
        let view = RwSignal::new(None);
        let clock = RwSignal::new(clock::now_ms());
        let stopped = RwSignal::new(None);
        let opened = RwSignal::new(None);
        let vault = RwSignal::new(None);
        let elsewhere = RwSignal::new(false);
        let gone = RwSignal::new(None);
        let edge = RwSignal::new(EdgeState::Checking);
        let local_ca = RwSignal::new(None);

        let edge_available = async move {
            let state = match edge::probe().await {
                Probe::Edge(health) => {
                    local_ca.set(health.local_ca);
                    EdgeState::Present {
                        version: health.version,
                    }
                }
                Probe::Foreign => EdgeState::Foreign,
                Probe::Nothing => EdgeState::Absent,
            };
            let available = matches!(state, EdgeState::Present { .. });
            edge.set(state);
            available
        }
        .boxed_local()
        .shared();
        spawn_local(edge_available.clone().map(drop));

        let screen = Rc::new(RefCell::new(Screen::new(view, clock)));
        let session = Rc::new(Cell::new(0));
        let (shown, current) = (Rc::clone(&screen), Rc::clone(&session));
        let engine = Engine::new(engine_url, move |heard| match heard {
            Heard::View(session, view) if session == current.get() => {
                shown.borrow_mut().show(*view);
            }
            Heard::Opened(session, issued) if session == current.get() => opened.set(Some(*issued)),
            Heard::Elsewhere(session) if session == current.get() => elsewhere.set(true),
            Heard::Gone(session, why) if session == current.get() => gone.set(Some(why)),
            Heard::NotDiscarded => elsewhere.set(true),
            // Of a session that the visitor has left.
            Heard::View(..) | Heard::Opened(..) | Heard::Elsewhere(..) | Heard::Gone(..) => {}
            Heard::Vault(kept) => {
                shown.borrow_mut().keeps(keeps(&kept));
                vault.set(Some(kept));
            }
            Heard::Stopped(error) => {
                shown.borrow_mut().clear();
                stopped.set(Some(error));
            }
        });

        Self {
            view,
            clock,
            edge,
            local_ca,
            stopped,
            opened,
            vault,
            elsewhere,
            gone,
            inner: StoredValue::new_local(Inner {
                engine: Rc::new(engine),
                screen,
                session,
                edge_available,
            }),
        }
    }

    /// Turns to a CA. What was going on with another one (or the same) ends: its requests are
    /// aborted and its answers dropped. `redirected` are the names whose servers redirect their
    /// challenges to the edge for the account there.
    pub(crate) fn connect(&self, directory_url: HttpsUrl, redirected: Vec<String>) {
        self.begin(move |session, edge_available| Command::Connect {
            session,
            directory_url,
            edge_available,
            redirected,
        });
    }

    /// Goes on with an unfinished order.
    pub(crate) fn resume(&self, order: String) {
        self.begin(move |session, edge_available| Command::Resume {
            session,
            order,
            edge_available,
        });
    }

    /// Orders the same again as a certificate that was issued earlier.
    pub(crate) fn renew(&self, certificate: String, key: RenewalKey) {
        self.begin(move |session, edge_available| Command::Renew {
            session,
            certificate,
            key,
            edge_available,
        });
    }

    /// Shows a certificate that was issued earlier.
    pub(crate) fn open(&self, certificate: String) {
        self.begin(move |session, _| Command::Open {
            session,
            certificate,
        });
    }

    /// Shows nothing any more of what was going on.
    pub(crate) fn leave(&self) {
        self.opened.set(None);
        self.elsewhere.set(false);
        self.inner.with_value(|inner| {
            inner.screen.borrow_mut().clear();
            inner.session.set(inner.session.get().wrapping_add(1));
        });
    }

    /// Leaves what was going on for something else.
    fn begin(&self, command: impl FnOnce(SessionId, bool) -> Command + 'static) {
        self.stopped.set(None);
        self.opened.set(None);
        self.elsewhere.set(false);
        self.gone.set(None);
        self.inner.with_value(|inner| {
            inner.screen.borrow_mut().clear();
            inner.session.set(inner.session.get().wrapping_add(1));
            let session = inner.session.get();
            let (engine, current) = (Rc::clone(&inner.engine), Rc::clone(&inner.session));
            let edge_available = inner.edge_available.clone();
            spawn_local(async move {
                let edge_available = edge_available.await;
                if current.get() == session {
                    engine.tell(&command(session, edge_available));
                }
            });
        });
    }

    /// Tells the engine what to do with what is kept; it answers with what is kept then.
    pub(crate) fn tell(&self, command: &Command) {
        self.inner.with_value(|inner| inner.engine.tell(command));
    }

    /// The number of what is going on.
    pub(crate) fn session(&self) -> SessionId {
        self.inner.with_value(|inner| inner.session.get())
    }

    /// What this browser keeps, once the engine has told.
    pub(crate) fn vault(&self) -> ReadSignal<Option<VaultView>> {
        self.vault.read_only()
    }

    /// Whether what is done here outlives the tab.
    pub(crate) fn is_kept(&self) -> bool {
        self.vault.with(|vault| vault.as_ref().is_some_and(keeps))
    }

    /// Whether what is kept waits for what opens it.
    pub(crate) fn is_locked(&self) -> bool {
        let locked = |vault: &VaultView| vault.storage == Storage::Locked;
        self.vault.with(|vault| vault.as_ref().is_some_and(locked))
    }

    /// How many certificates are to be renewed now.
    pub(crate) fn count_due(&self) -> usize {
        let due = |vault: &Option<VaultView>| vault.as_ref().map_or(0, |vault| vault.due);
        self.vault.with(due)
    }

    /// Different whenever anything about the certificates has changed.
    pub(crate) fn revision(&self) -> Option<u32> {
        let revision = |vault: &Option<VaultView>| Some(vault.as_ref()?.revision);
        self.vault.with(revision)
    }

    /// The certificate that was opened.
    pub(crate) fn opened(&self) -> ReadSignal<Option<Issued>> {
        self.opened.read_only()
    }

    /// Whether what was to be gone on with, or forgotten, is being worked on in another tab.
    pub(crate) fn elsewhere(&self) -> ReadSignal<bool> {
        self.elsewhere.read_only()
    }

    /// Why what was to be shown, begun or gone on with cannot be.
    pub(crate) fn gone(&self) -> ReadSignal<Option<Gone>> {
        self.gone.read_only()
    }

    /// Loads the engine before it is needed.
    pub(crate) fn warm_up(&self) {
        self.inner.with_value(|inner| inner.engine.warm_up());
    }

    /// States what the visitor wants. Without a CA there is nobody to hear it.
    pub(crate) fn dispatch(&self, intent: Intent) {
        self.inner
            .with_value(|inner| inner.engine.tell(&Command::Intent(intent)));
    }

    /// The issuance as the visitor sees it; nothing before [`connect`](Self::connect).
    pub(crate) fn view(&self) -> ReadSignal<Option<Arc<View>>> {
        self.view.read_only()
    }

    /// Why the engine has stopped, until the next [`connect`](Self::connect).
    pub(crate) fn stopped(&self) -> ReadSignal<Option<EngineError>> {
        self.stopped.read_only()
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

    /// Whether an edge is there that relays to CAs, once it has answered or not.
    pub(crate) async fn edge_available(&self) -> bool {
        let available = self.inner.with_value(|inner| inner.edge_available.clone());
        available.await
    }

    /// Asks the engine something.
    ///
    /// # Errors
    /// [`EngineError`], in words for the visitor.
    pub(crate) async fn ask<Q: Question>(&self, question: Q) -> Result<Q::Answer, EngineError> {
        let engine = self.inner.with_value(|inner| Rc::clone(&inner.engine));
        engine.ask(&question).await
    }

    /// Says that the visitor has the key in a file: from now on the tab may be closed without a
    /// question.
    pub(crate) fn key_saved(&self) {
        self.inner
            .with_value(|inner| inner.screen.borrow_mut().key_saved());
    }
}

/// What waits for a vault that is locked was not used yet.
fn keeps(vault: &VaultView) -> bool {
    matches!(vault.storage, Storage::Kept | Storage::Locked)
}
