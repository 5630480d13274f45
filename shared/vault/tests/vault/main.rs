//! The vault from outside: what screens and the engine do with it.
#![allow(missing_docs)]

mod calendar;
mod finding;
mod fixtures;
mod records;
mod status;
