//! What is kept of accounts, orders and certificates, and what follows from it.
//!
//! Start with the records: [`account`], [`order`], [`certificate`] and [`settings`]. [`schema`] writes
//! and reads them, whatever version wrote them. A [`summary`] is a certificate without its secrets;
//! [`status`], [`coverage`], [`list`] and [`calendar`] work on summaries alone, so that a screen needs
//! no key to show them. [`renewal`] decides when a CA is asked. [`backup`] puts records into an encrypted file, [`merge`] takes them out of one
//! without overwriting anything silently, with a [`difference`] in words, and [`vetted`]. [`passphrase`] makes keys of what people can remember, of
//! which [`strength`] has an opinion, and [`protection`] puts the vault's own key under them.
//!
//! In scope: types, and what can be computed from them. Out of scope: storing (the engine), encrypting
//! what is stored (WebCrypto does), the clock and randomness (both are handed in).
#![forbid(unsafe_code)]

pub mod account;
pub mod account_import;
pub mod backup;
pub mod calendar;
pub mod certificate;
pub mod coverage;
pub mod difference;
mod error;
pub mod id;
pub mod list;
pub mod merge;
pub mod order;
pub mod passphrase;
pub mod protection;
pub mod renewal;
pub mod schema;
pub mod secret;
pub mod settings;
pub mod status;
pub mod strength;
pub mod summary;
pub mod vetted;

pub use error::VaultError;
