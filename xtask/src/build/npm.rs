//! The tools that come prebuilt from npm, at the versions that `xtask/npm/package-lock.json` pins.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use super::stamp::Stamp;
use crate::workspace::Workspace;
use crate::{process, progress};

/// Installs them unless exactly these are installed.
pub(crate) fn install(workspace: &Workspace) -> Result<()> {
    let directory = workspace.npm();
    let stamp = Stamp::of(&[&lock(workspace)?]);
    let installed = directory.join("node_modules/.installed");
    if stamp.matches(&installed) {
        return Ok(());
    }
    progress::step("installing the pinned npm tools", || {
        // The tools are prebuilt packages: none needs its install script.
        process::run_quietly(
            Command::new("npm")
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                .current_dir(&directory),
        )
    })?;
    stamp.write(&installed)
}

/// The pinned versions, as the bytes of the lock file.
pub(super) fn lock(workspace: &Workspace) -> Result<Vec<u8>> {
    let path = workspace.npm().join("package-lock.json");
    fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// The command-line program `name` of the npm package `package`.
pub(super) fn tool(workspace: &Workspace, package: &str, name: &str) -> Command {
    let script: PathBuf = workspace
        .npm()
        .join("node_modules")
        .join(package)
        .join("bin")
        .join(name);
    let mut command = Command::new("node");
    command.arg(script);
    command
}
