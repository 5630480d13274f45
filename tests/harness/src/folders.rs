//! Where things are, and where they may be put.

use std::env;
use std::path::Path;

use tempfile::TempDir;

use crate::{Error, Result};

/// The repository.
pub(crate) fn repository() -> &'static Path {
    let harness = Path::new(env!("CARGO_MANIFEST_DIR"));
    harness.ancestors().nth(2).unwrap_or(harness)
}

/// A new folder that is removed when the value is dropped.
pub(crate) fn temporary_folder() -> Result<TempDir> {
    tempfile::Builder::new()
        .prefix("tabcert-")
        .tempdir()
        .map_err(|source| Error::File {
            path: env::temp_dir(),
            source,
        })
}
