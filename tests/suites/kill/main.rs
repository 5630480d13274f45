//! The browser is killed, not closed, in the middle of an issuance, and started again with what is on
//! its disk: in every case the certificate arrives, with one account and one order at the CA, and what
//! the visitor had placed stays right.
//!
//! - [`at_each_step`]: before and after each request that the CA gets, and each write to the vault
//! - [`at_any_time`]: at random instants, with a CA that refuses good nonces
//! - [`tripwire`]: stands before the CA, counts, and kills
//! - [`visitor`]: what the visitor does before and after

mod at_any_time;
mod at_each_step;
mod site;
mod tripwire;
mod visitor;
