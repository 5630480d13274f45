//! The flow from names to a certificate, without any input or output of its own.
//!
//! A shell starts [`Issuance::connect`], performs each [`Effect`] that it gets, and comes back with
//! an [`Event`]; what the visitor sees is derived by [`Issuance::view`]. The same flow runs in the
//! page and natively against a test CA.
//!
//! Start with [`issuance`] (the machine), then the states (`states/`, one file per state, in the order of the
//! journey). `session` is the engine below: nonces, signatures, retries. An [`errand`] is what there is
//! to do at a CA apart from that: accounts are changed, certificates revoked. In scope: what to ask
//! next, and what to tell the visitor. Out of scope: how to ask (the shells), what the objects look
//! like (`tabcert-acme`), certificates (`tabcert-pki`).
#![forbid(unsafe_code)]

pub mod answer;
pub mod catalogue;
pub mod effect;
pub mod errand;
pub mod event;
pub mod explain;
pub mod failure;
mod gate;
pub mod issuance;
pub mod names;
pub mod patience;
pub mod proof;
pub mod saved;
mod session;
mod states;
pub mod transcript;
pub mod view;

pub use effect::Effect;
pub use event::{Event, Intent};
pub use issuance::Issuance;
pub use view::View;
