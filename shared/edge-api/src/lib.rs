//! What the page and the edge worker say to each other, and the rules that the edge goes by.
//!
//! Start with [`path`]: every route of the edge, built by the page and parsed by the worker. Then
//! - [`proxy`] and [`ca_hosts`]: ACME requests relayed to CAs that browsers cannot reach;
//! - [`token_write`] (page), `authorize` and `replay` (worker, feature `verify`): who may have a challenge
//!   token served;
//! - [`ties`] and [`dns_json`]: how a host's owner says so;
//! - [`mod@check`]: looking at a challenge as a CA would;
//! - [`redirects`]: what a host's owner sets up once to have its challenges answered here;
//! - [`client`]: who is who for rate limits;
//! - [`problem`], [`health`], [`limits`]: what the edge answers, says of itself, and takes at most.
//!
//! In scope: types, their texts, and decisions about them. Out of scope: HTTP, storage and clocks,
//! which the shells have; `now` is always an argument.
#![forbid(unsafe_code)]

#[cfg(feature = "verify")]
pub mod authorize;
pub mod ca_hosts;
pub mod check;
pub mod client;
pub mod dns_json;
pub mod health;
pub mod limits;
pub mod path;
pub mod problem;
pub mod proxy;
pub mod redirects;
#[cfg(feature = "verify")]
pub mod replay;
pub mod ties;
pub mod token_write;
