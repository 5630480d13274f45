//! How much is sent.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;

/// The sum of the files' sizes, each compressed with gzip, rounded up.
pub(super) fn gzip_kilobytes<P: AsRef<Path>>(files: impl IntoIterator<Item = P>) -> Result<usize> {
    let mut bytes = 0;
    for file in files {
        bytes += process::output(Command::new("gzip").args(["-9", "-c"]).arg(file.as_ref()))
            .context("cannot measure the size")?
            .len();
    }
    Ok(bytes.div_ceil(1000))
}
