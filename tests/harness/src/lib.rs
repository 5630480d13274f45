//! Starts the real servers that suites and `cargo xtask run` need, and ends them.
//!
//! - [`Pebble`] is the test CA, [`Challtestsrv`] the DNS and web server that it validates against;
//!   both come from [`PebblePackage`].
//! - A [`PassThrough`] before a Pebble sees and changes what passes: [`WithoutCors`] makes it a CA that
//!   browsers cannot call.
//! - [`Edge`] is the built edge worker with the built page on the Workers runtime.
//! - [`Workerd`] is that runtime alone, from a configuration file.
//!
//! Starting one returns when it answers, and dropping it ends it and whatever it started, also when
//! this process is killed. Each has ports, files and a log of its own, so any number may run.
//! Everything blocks; nothing here needs an async runtime.

mod certs;
mod challtestsrv;
mod edge;
mod error;
mod folders;
mod https;
mod memory;
mod pass_through;
mod pebble;
mod pebble_package;
mod ports;
mod server;
mod workerd;

pub use certs::TestCertificate;
pub use challtestsrv::{Challtestsrv, DnsQuestion, HttpRequest};
pub use edge::{Edge, EdgeOptions};
pub use error::{Error, Result};
pub use https::client;
pub use memory::MemoryWatch;
pub use pass_through::{Head, PassThrough, Passage, WithoutCors};
pub use pebble::{KeyAlgorithm, Pebble, PebbleOptions, RetryAfter, ValidationDelay};
pub use pebble_package::PebblePackage;
pub use ports::{free_port, is_free, preferred_port};
pub use workerd::{Workerd, WorkerdOptions};
