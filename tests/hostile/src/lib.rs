//! What must hold of whatever the parsers of page and engine are given.
//!
//! Each check takes any bytes at all, panics where something does not hold, and is done with in
//! milliseconds. The fuzz targets in `tests/fuzz` find bytes for them, and `tests/corpora.rs` tries the
//! corpora wherever tests run: natively, and as the WebAssembly that visitors have.
#![forbid(unsafe_code)]

mod brought;
mod ca;

pub use brought::{csr, jwk, key, pem, x509};
pub use ca::{chain, directory, link, problem};

/// A check.
pub type Check = fn(&[u8]);

/// All checks, by the names of their targets and corpora.
pub const CHECKS: [(&str, Check); 9] = [
    ("chain", chain),
    ("csr", csr),
    ("directory", directory),
    ("jwk", jwk),
    ("key", key),
    ("link", link),
    ("pem", pem),
    ("problem", problem),
    ("x509", x509),
];
