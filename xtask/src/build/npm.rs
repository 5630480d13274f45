//! The tools that come prebuilt from npm, at the versions that `xtask/npm/package-lock.json` pins.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use super::stamp::Stamp;
use crate::workspace::Workspace;
use crate::{process, progress};

/// Installs them unless exactly these are installed.
pub(crate) fn install(workspace: &Workspace) -> Result<()> {
    let directory = workspace.npm();
    let lock = directory.join("package-lock.json");
    let stamp =
        Stamp::of(&[&fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?]);
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

/// The bundler.
pub(super) fn esbuild(workspace: &Workspace) -> Command {
    let mut command = Command::new("node");
    command.arg(workspace.npm().join("node_modules/esbuild/bin/esbuild"));
    command
}
