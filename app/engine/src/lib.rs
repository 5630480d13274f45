//! The page's engine: the flow (`tabcert-issuance`) with its keys, signatures and requests, in a Web
//! Worker of its own.
//!
//! `app/js/engine.js` makes one [`Engine`] and hands it every [`Command`] of the page's; what the
//! page is to know goes back as a [`Notice`](tabcert_engine_api::Notice). So nothing here ever holds
//! the page's thread, and no account key and no certificate's key is in its reach but in a file that
//! the visitor asked for.
//!
//! - [`session`]: one issuance at work; [`files`]: what is made of its outcome
//! - [`answers`]: what the page asks
//! - [`keeper`]: what outlives the tab, in the [`vault`]; [`lock`]: one tab at a time; [`news`]: what
//!   tabs tell one another
//! - [`keys`]: keys and CSRs; [`web_crypto`]: RSA keys by the browser; [`random`]
//! - [`errand`]: what is done at a CA apart from issuing
//! - [`http`]: requests to CAs, directly or by way of the edge; [`edge`]: the edge's own routes
//! - [`clock`], [`timer`]; [`panics`]: where they were
#![forbid(unsafe_code)]

mod answers;
mod clock;
mod edge;
mod errand;
mod exception;
mod files;
mod http;
mod keeper;
mod keys;
mod lock;
mod news;
mod panics;
mod random;
mod scope;
mod session;
mod timer;
mod vault;
mod web_crypto;

use std::cell::RefCell;
use std::rc::Rc;

use tabcert_engine_api::{Command, SessionId};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;

use keeper::Keeper;
use session::{Begin, Session};

/// Everything that lives as long as the worker: made once, by `engine.js`.
#[wasm_bindgen]
pub struct Engine {
    keeper: Rc<Keeper>,
    session: Slot,
}

/// The session that runs, if one does.
type Slot = Rc<RefCell<Option<Session>>>;

#[wasm_bindgen]
impl Engine {
    /// Opens the vault, and tells the page what is in it.
    ///
    /// # Errors
    /// Throws where the browser has no secure randomness: nothing can be done in it.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Result<Self, js_sys::Error> {
        panics::tell();
        let keeper = Keeper::new().map_err(|none| js_sys::Error::new(&none.to_string()))?;
        let telling = Rc::clone(&keeper);
        spawn_local(async move {
            telling.tell().await;
            telling.refresh_renewals().await;
        });
        Ok(Self {
            keeper,
            session: Slot::default(),
        })
    }

    /// Does what the page wants; returns at once.
    ///
    /// # Errors
    /// What is not a [`Command`] throws, which ends the engine: page and engine are parts of two
    /// versions.
    pub fn receive(&self, command: JsValue) -> Result<(), JsValue> {
        match serde_wasm_bindgen::from_value(command)? {
            Command::Connect {
                session,
                directory_url,
                edge_available,
                redirected,
            } => {
                let begin = Begin::New {
                    directory_url,
                    edge_available,
                    redirected,
                };
                self.start(Session::start(session, Rc::clone(&self.keeper), begin));
            }
            Command::Resume {
                session,
                order,
                edge_available,
            } => {
                let begin = Begin::Resumed {
                    order,
                    edge_available,
                };
                self.start(Session::start(session, Rc::clone(&self.keeper), begin));
            }
            Command::Renew {
                session,
                certificate,
                key,
                edge_available,
            } => {
                let begin = Begin::Renewal {
                    certificate,
                    key,
                    edge_available,
                };
                self.start(Session::start(session, Rc::clone(&self.keeper), begin));
            }
            Command::Open {
                session,
                certificate,
            } => {
                let keeper = Rc::clone(&self.keeper);
                self.start(Session::open(session, keeper, certificate));
            }
            Command::List => self.keep(async |keeper| keeper.tell().await),
            Command::Discard(order) => {
                // That the page has left it is no reason to keep it.
                let is_about = |session: &mut Session| session.is_about(&order);
                drop(self.session.borrow_mut().take_if(is_about));
                self.keep(async move |keeper| keeper.discard(&order).await);
            }
            Command::Delete(certificate) => {
                self.keep(async move |keeper| keeper.delete(&certificate).await);
            }
            Command::ForgetEverything => {
                self.session.replace(None);
                self.keep(async |keeper| keeper.forget_everything().await);
            }
            Command::Intent(intent) => {
                if let Some(session) = self.session.borrow().as_ref() {
                    session.dispatch(intent);
                }
            }
            Command::HandedOver { session, with_key } => {
                answers::files::handed_over(self, session, with_key);
            }
            Command::Ask { id, area, question } => self.answer(id, area, question)?,
        }
        Ok(())
    }
}

impl Engine {
    /// The session before is dropped here, and with it all that it had in flight.
    fn start(&self, session: Session) {
        self.session.replace(Some(session));
    }

    /// Ends a session that has only connected to a CA, which holds its account's lock, until what is
    /// returned is dropped.
    fn pause_idle_session(&self) -> Option<Paused> {
        let mut slot = self.session.borrow_mut();
        let (id, begin) = slot.as_ref()?.pause()?;
        slot.take();
        Some(Paused {
            slot: Rc::clone(&self.session),
            keeper: self.keeper(),
            again: Some((id, begin)),
        })
    }

    fn keeper(&self) -> Rc<Keeper> {
        Rc::clone(&self.keeper)
    }

    fn keep(&self, work: impl AsyncFnOnce(&Keeper) + 'static) {
        let keeper = self.keeper();
        spawn_local(async move { work(&keeper).await });
    }
}

/// A session that has ended, and begins again when this is dropped, with the account as it is then: unless
/// another has begun meanwhile.
struct Paused {
    slot: Slot,
    keeper: Rc<Keeper>,
    again: Option<(SessionId, Begin)>,
}

impl Drop for Paused {
    fn drop(&mut self) {
        let mut slot = self.slot.borrow_mut();
        if let (None, Some((id, begin))) = (&*slot, self.again.take()) {
            slot.replace(Session::start(id, Rc::clone(&self.keeper), begin));
        }
    }
}
