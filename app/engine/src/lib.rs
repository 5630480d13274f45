//! The page's engine: the flow (`tabcert-issuance`) with its keys, signatures and requests, in a Web
//! Worker of its own.
//!
//! `app/js/engine.js` makes one [`Engine`] and hands it every [`Command`] of the page's; what the
//! page is to know goes back as a [`Notice`]. So nothing here ever holds the page's thread, and no
//! account key and no certificate's key is in its reach but in a file that the visitor asked for.
//!
//! - [`session`]: one issuance at work; [`files`]: what is made of its outcome
//! - [`keys`]: keys and CSRs; [`web_crypto`]: RSA keys by the browser; [`random`]
//! - [`http`]: requests to CAs, directly or by way of the edge; [`edge`]: the edge's own routes
//! - [`clock`], [`timer`]
#![forbid(unsafe_code)]

mod clock;
mod edge;
mod exception;
mod files;
mod http;
mod keys;
mod random;
mod scope;
mod session;
mod timer;
mod web_crypto;

use std::cell::RefCell;
use std::collections::HashMap;

use chacha20::ChaCha20Rng;
use tabcert_acme::key::AccountKey;
use tabcert_acme::url::HttpsUrl;
use tabcert_engine_api::{Command, EngineError, Notice};
use tabcert_issuance::issuance::Start;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use session::Session;

/// Everything that lives as long as the worker: made once, by `engine.js`.
#[wasm_bindgen]
pub struct Engine {
    rng: RefCell<ChaCha20Rng>,
    /// Connecting to a CA again finds the account again.
    account_keys: RefCell<HashMap<HttpsUrl, AccountKey>>,
    session: RefCell<Option<Session>>,
}

#[wasm_bindgen]
impl Engine {
    /// Seeds the generator that the account keys come from.
    ///
    /// # Errors
    /// Throws where the browser has no secure randomness: nothing can be done in it.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Result<Self, js_sys::Error> {
        let rng = random::seeded_rng().map_err(|none| js_sys::Error::new(&none.to_string()))?;
        Ok(Self {
            rng: RefCell::new(rng),
            account_keys: RefCell::default(),
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
                let account_key = self.account_key(&directory_url);
                let start = Start {
                    directory_url,
                    account_key,
                    edge_available,
                    redirected,
                    account_url: None,
                    saved: None,
                };
                // Here the one before is dropped, and with it all that it had in flight.
                self.session.replace(Some(Session::start(session, start)));
            }
            Command::Intent(intent) => {
                if let Some(session) = self.session.borrow().as_ref() {
                    session.dispatch(intent);
                }
            }
            Command::Make { id, file } => {
                let session = self.session.borrow();
                let result = match session.as_ref().and_then(Session::issued) {
                    Some(issued) => files::make(&mut issued.borrow_mut(), file),
                    None => Err(EngineError::NothingIssued),
                };
                scope::tell(&Notice::Made { id, result });
            }
        }
        Ok(())
    }

    fn account_key(&self, directory_url: &HttpsUrl) -> AccountKey {
        self.account_keys
            .borrow_mut()
            .entry(directory_url.clone())
            .or_insert_with(|| AccountKey::generate(&mut *self.rng.borrow_mut()))
            .clone()
    }
}
