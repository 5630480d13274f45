//! Rust to WebAssembly.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use super::Profile;
use crate::workspace::{Workspace, cargo};
use crate::{process, progress};

/// What page and worker are compiled for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Compiles the packages, each a `cdylib`, and returns the modules' paths in the same order.
pub(super) fn compile(
    workspace: &Workspace,
    packages: &[&str],
    profile: Profile,
) -> Result<Vec<PathBuf>> {
    add_target(TARGET)?;
    let what = format!("compiling {} to WebAssembly", packages.join(" and "));
    progress::step(&what, || {
        process::run(
            cargo()
                .args(["build", "--lib", "--target", TARGET])
                .args(
                    packages
                        .iter()
                        .map(|package| format!("--package={package}")),
                )
                .args(["--profile", profile.cargo_name()])
                .current_dir(workspace.root()),
        )
    })?;
    let modules = workspace.target().join(TARGET).join(profile.cargo_name());
    let module = |package: &&str| {
        modules
            .join(package.replace('-', "_"))
            .with_extension("wasm")
    };
    Ok(packages.iter().map(module).collect())
}

/// Adds a target to the active toolchain unless its standard library is there.
pub(crate) fn add_target(target: &str) -> Result<()> {
    let libraries = process::output(Command::new("rustc").args([
        "--print",
        "target-libdir",
        "--target",
        target,
    ]))?;
    if PathBuf::from(String::from_utf8_lossy(&libraries).trim()).is_dir() {
        return Ok(());
    }
    progress::step(&format!("adding the Rust target {target}"), || {
        if process::run_quietly(Command::new("rustup").args(["target", "add", target])).is_err() {
            bail!("add the target {target} to your Rust toolchain: rustup target add {target}");
        }
        Ok(())
    })
}
