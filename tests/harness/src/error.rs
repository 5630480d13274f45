//! Why a server could not be had.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

/// A result whose error is [`enum@Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong, and with what.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The program is missing, or may not be run.
    #[error("cannot start {program}: {source}")]
    Start {
        /// The program.
        program: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The server ended by itself.
    #[error("{server} ended ({status}); its log ends:\n{log_tail}")]
    Ended {
        /// Which server.
        server: &'static str,
        /// How it ended.
        status: ExitStatus,
        /// The last lines of its log.
        log_tail: String,
    },
    /// The server runs, but did not answer in time.
    #[error("{server} was not ready after {seconds} s; its log ends:\n{log_tail}")]
    NotReady {
        /// Which server.
        server: &'static str,
        /// How long it had.
        seconds: u64,
        /// The last lines of its log.
        log_tail: String,
    },
    /// The server runs without the program that was looked for.
    #[error("{program} does not run")]
    NoProcess {
        /// Which program.
        program: &'static str,
    },
    /// A file could not be written or read.
    #[error("cannot use {path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// What a build makes is not there.
    #[error("{path} is missing: run `cargo xtask build`")]
    NotBuilt {
        /// Which file.
        path: PathBuf,
    },
    /// `wrangler.toml` is not what the Workers runtime's tools expect.
    #[error("cannot read {path}: {source}")]
    WorkerConfiguration {
        /// Which file.
        path: PathBuf,
        /// Where it goes wrong.
        source: toml::de::Error,
    },
    /// Another program listens on the port that was asked for.
    #[error("port {port} is taken by another program")]
    PortTaken {
        /// Which port.
        port: u16,
    },
    /// Thousands of ports are all taken.
    #[error("no port is free")]
    NoFreePort,
    /// No socket for a server inside this process.
    #[error("cannot listen on 127.0.0.1: {0}")]
    Listen(io::Error),
    /// A certificate for localhost could not be made.
    #[error("cannot make a certificate for localhost: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A certificate or key is not fit for TLS.
    #[error("cannot set up TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// A management request got no answer, or one that says no.
    #[error("{url}: {source}")]
    Management {
        /// What was asked.
        url: String,
        /// Why not.
        source: Box<ureq::Error>,
    },
    /// A management answer is not what it should be.
    #[error("{url} answered what cannot be read: {source}")]
    ManagementAnswer {
        /// What was asked.
        url: String,
        /// Where it goes wrong.
        source: serde_json::Error,
    },
    /// The package is not to be had here: no apt, no network, or no such version.
    #[error("cannot get Pebble from Debian testing: {reason}")]
    Package {
        /// What was tried, and how it failed.
        reason: String,
    },
}

impl Error {
    /// Blames a file for what the system says.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::File { path, source }
    }
}
