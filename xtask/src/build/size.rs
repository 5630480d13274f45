//! How much is sent.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;

/// The sum of the files' sizes, each compressed with gzip, rounded up.
pub(super) fn gzip_kilobytes<P: AsRef<Path>>(files: impl IntoIterator<Item = P>) -> Result<usize> {
    let mut bytes = 0;
    for file in files {
        bytes += gzip_bytes(file.as_ref())?;
    }
    Ok(bytes.div_ceil(1000))
}

/// A file's size, compressed with gzip.
pub(crate) fn gzip_bytes(file: &Path) -> Result<usize> {
    let packed = process::output(Command::new("gzip").args(["-9", "-c", "-n"]).arg(file));
    Ok(packed.context("cannot measure the size")?.len())
}
