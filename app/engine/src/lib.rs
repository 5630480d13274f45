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
//! - [`clock`], [`timer`]
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
mod random;
mod scope;
mod session;
mod timer;
mod vault;
mod web_crypto;

use std::cell::RefCell;
use std::rc::Rc;

use tabcert_engine_api::Command;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;

use keeper::Keeper;
use session::{Begin, Session};

/// Everything that lives as long as the worker: made once, by `engine.js`.
#[wasm_bindgen]
pub struct Engine {
    keeper: Rc<Keeper>,
    session: RefCell<Option<Session>>,
}

#[wasm_bindgen]
impl Engine {
    /// Opens the vault, and tells the page what is in it.
    ///
    /// # Errors
    /// Throws where the browser has no secure randomness: nothing can be done in it.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Result<Self, js_sys::Error> {
        let keeper = Keeper::new().map_err(|none| js_sys::Error::new(&none.to_string()))?;
        let telling = Rc::clone(&keeper);
        spawn_local(async move {
            telling.tell().await;
            telling.refresh_renewals().await;
        });
        Ok(Self {
            keeper,
            session: RefCell::default(),
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
            Command::Discard(order) => self.keep(async move |keeper| keeper.discard(&order).await),
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

    fn keeper(&self) -> Rc<Keeper> {
        Rc::clone(&self.keeper)
    }

    fn keep(&self, work: impl AsyncFnOnce(&Keeper) + 'static) {
        let keeper = self.keeper();
        spawn_local(async move { work(&keeper).await });
    }
}
