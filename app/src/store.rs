//! The one state that the whole page shares: what is known of the edge, and the issuance.
//!
//! Screens read signals and state what the visitor wants by [`Store::dispatch`]; everything else
//! happens in the engine ([`crate::shell::engine`]), which has the keys and makes the requests.

mod going;
mod screen;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use leptos::prelude::{
    LocalStorage, ReadSignal, RwSignal, Set, StoredValue, With, WithUntracked, WithValue,
};
use tabcert_acme::url::HttpsUrl;
use tabcert_engine_api::ask::Question;
use tabcert_engine_api::certificates::RenewalKey;
use tabcert_engine_api::vault::{KeptAs, Storage, VaultView};
use tabcert_engine_api::{Command, EngineError, Gone, SessionId};
use tabcert_issuance::view::Issued;
use tabcert_issuance::{Intent, View};

use crate::shell::edge::Probe;
use crate::shell::engine::{Engine, Heard};
use crate::shell::{clock, edge};
use crate::task::{self, Outcome};
use going::Going;
use screen::Screen;

/// How long after an engine's end what it held may not have been given back.
const GIVEN_BACK_MS: u64 = 15_000;

/// The root state: made once, when the page is mounted, and provided as context.
#[derive(Clone, Copy)]
pub(crate) struct Store {
    view: RwSignal<Option<Arc<View>>>,
    clock: RwSignal<u64>,
    edge: RwSignal<EdgeState>,
    local_ca: RwSignal<Option<HttpsUrl>>,
    stopped: RwSignal<Option<EngineError>>,
    restarted: RwSignal<Option<Restarted>>,
    held: RwSignal<Option<SessionId>>,
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

/// What an engine that was started in the place of one that had ended can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Restarted {
    /// Everything that was going on.
    GoesOn,
    /// Not the order that was under way: nothing of it could be kept.
    Lost,
}

struct Inner {
    engine: Rc<Engine>,
    screen: Rc<RefCell<Screen>>,
    /// What the engine is at.
    going: Rc<RefCell<Option<Going>>>,
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
        let restarted = RwSignal::new(None);
        let held = RwSignal::new(None);
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
        task::to_the_end(edge_available.clone());

        let screen = Rc::new(RefCell::new(Screen::new(view, clock)));
        let session = Rc::new(Cell::new(0));
        let going = Rc::new(RefCell::new(None));
        let (shown, current, at) = (Rc::clone(&screen), Rc::clone(&session), Rc::clone(&going));
        let restarted_ms = Cell::new(0);
        let engine = Engine::new(engine_url, move |heard| match heard {
            Heard::View(session, view) if session == current.get() => {
                shown.borrow_mut().show(*view);
            }
            Heard::Opened(session, issued) if session == current.get() => opened.set(Some(*issued)),
            Heard::Kept(session, kept_as) if session == current.get() => {
                at.replace(Some(Going::Kept(kept_as)));
            }
            Heard::Elsewhere(session) if session == current.get() => {
                if clock::now_ms().saturating_sub(restarted_ms.get()) < GIVEN_BACK_MS {
                    held.set(Some(session));
                } else {
                    elsewhere.set(true);
                }
            }
            Heard::Gone(session, why) if session == current.get() => gone.set(Some(why)),
            Heard::NotDiscarded => elsewhere.set(true),
            // Of a session that the visitor has left.
            Heard::View(..)
            | Heard::Opened(..)
            | Heard::Kept(..)
            | Heard::Elsewhere(..)
            | Heard::Gone(..) => {}
            Heard::Vault(kept) => {
                shown.borrow_mut().keeps(keeps(&kept));
                vault.set(Some(kept));
            }
            Heard::Ended => {
                let was_kept = matches!(&*at.borrow(), Some(Going::Kept(_)))
                    && vault.with_untracked(|vault| vault.as_ref().is_some_and(keeps));
                let is_lost = shown.borrow().is_under_way() && !was_kept;
                shown.borrow_mut().clear();
                restarted_ms.set(clock::now_ms());
                restarted.set(Some(match is_lost {
                    true => Restarted::Lost,
                    false => Restarted::GoesOn,
                }));
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
            restarted,
            held,
            opened,
            vault,
            elsewhere,
            gone,
            inner: StoredValue::new_local(Inner {
                engine: Rc::new(engine),
                screen,
                going,
                session,
                edge_available,
            }),
        }
    }

    /// Turns to a CA. What was going on with another one (or the same) ends: its requests are
    /// aborted and its answers dropped. `redirected` are the names whose servers redirect their
    /// challenges to the edge for the account there.
    pub(crate) fn connect(&self, directory_url: HttpsUrl, redirected: Vec<String>) {
        self.begin(Going::Connected {
            directory_url,
            redirected,
        });
    }

    /// Goes on with an unfinished order.
    pub(crate) fn resume(&self, order: String) {
        self.begin(Going::Kept(KeptAs::Order(order)));
    }

    /// Orders the same again as a certificate that was issued earlier.
    pub(crate) fn renew(&self, certificate: String, key: RenewalKey) {
        self.begin(Going::Renewal { certificate, key });
    }

    /// Shows a certificate that was issued earlier.
    pub(crate) fn open(&self, certificate: String) {
        self.begin(Going::Kept(KeptAs::Certificate(certificate)));
    }

    /// Has an engine that was started in the place of another go on with what that was at. Returns
    /// whether that is an order, or a certificate.
    pub(crate) fn go_on(&self) -> bool {
        let going = self.inner.with_value(|inner| inner.going.borrow().clone());
        let is_an_order = going.as_ref().is_some_and(Going::is_an_order);
        match going {
            Some(going) => self.begin(going),
            None => self.warm_up(),
        }
        is_an_order
    }

    /// Whether this is the session that counts.
    pub(crate) fn is_current(&self, session: SessionId) -> bool {
        self.inner
            .with_value(|inner| inner.session.get() == session)
    }

    /// Shows nothing any more of what was going on.
    pub(crate) fn leave(&self) {
        self.opened.set(None);
        self.elsewhere.set(false);
        self.inner.with_value(|inner| {
            inner.screen.borrow_mut().clear();
            inner.going.take();
            inner.session.set(inner.session.get().wrapping_add(1));
        });
    }

    /// Leaves what was going on for something else.
    fn begin(&self, going: Going) {
        self.stopped.set(None);
        self.opened.set(None);
        self.elsewhere.set(false);
        self.gone.set(None);
        self.inner.with_value(|inner| {
            inner.screen.borrow_mut().clear();
            inner.going.replace(Some(going.clone()));
            inner.session.set(inner.session.get().wrapping_add(1));
            let session = inner.session.get();
            let (engine, current) = (Rc::clone(&inner.engine), Rc::clone(&inner.session));
            let edge_available = inner.edge_available.clone();
            task::to_the_end(async move {
                let edge_available = edge_available.await;
                if current.get() == session {
                    engine.tell(&going.command(session, edge_available));
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

    /// What became of what was going on when an engine had ended and another was started, until the
    /// visitor has read it.
    pub(crate) fn restarted(&self) -> RwSignal<Option<Restarted>> {
        self.restarted
    }

    /// A session that found its order held, perhaps by the engine that has ended: browsers take a moment
    /// to give back what it held.
    pub(crate) fn held(&self) -> ReadSignal<Option<SessionId>> {
        self.held.read_only()
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

    /// Asks the engine something, at once, whether or not anybody waits for the answer.
    ///
    /// # Errors
    /// [`EngineError`], in words for the visitor.
    pub(crate) fn ask<Q: Question>(
        &self,
        question: Q,
    ) -> impl Future<Output = Result<Q::Answer, EngineError>> + use<Q> {
        self.inner
            .with_value(|inner| Rc::clone(&inner.engine))
            .ask(&question)
    }

    /// The same with a question that depends on whether an edge is there that relays to CAs: as soon as
    /// that is known.
    ///
    /// # Errors
    /// [`EngineError`], in words for the visitor.
    pub(crate) fn ask_with_edge<Q: Question + 'static>(
        &self,
        question: impl FnOnce(bool) -> Q + 'static,
    ) -> Outcome<Result<Q::Answer, EngineError>> {
        let store = *self;
        let edge_available = self.inner.with_value(|inner| inner.edge_available.clone());
        task::to_the_end(async move { store.ask(question(edge_available.await)).await })
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
