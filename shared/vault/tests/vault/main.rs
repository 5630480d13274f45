//! The vault from outside: what screens and the engine do with it.
#![allow(missing_docs)]

mod backup;
mod calendar;
mod finding;
mod fixtures;
mod merge;
mod merging_accounts;
mod protection;
mod records;
mod renewal;
mod status;
mod vetted;
