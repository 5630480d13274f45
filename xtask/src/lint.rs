//! `cargo xtask lint`: everything that is judged without running it.

mod deny;
mod purity;

use std::process::Command;

use anyhow::{Result, bail};

use crate::build::cargo::{TARGET, add_target};
use crate::workspace::{Workspace, cargo};
use crate::{process, progress};

/// The crates that are compiled to WebAssembly.
const WASM_CRATES: [&str; 3] = ["tabcert-app", "tabcert-engine", "tabcert-edge-worker"];

/// A check: what it does, and how.
type Check = (&'static str, fn(&Workspace) -> Result<()>);

const CHECKS: [Check; 6] = [
    ("checking that shared/ is pure", purity::check),
    ("checking the format", format),
    ("checking dependencies", deny::check),
    ("checking with clippy", clippy),
    ("checking with clippy, for WebAssembly", clippy_for_wasm),
    ("checking the documentation", documentation),
];

/// Makes every check, also after one has failed.
pub(crate) fn command(workspace: &Workspace) -> Result<()> {
    let mut failed = Vec::new();
    for (what, check) in CHECKS {
        if let Err(error) = progress::step(what, || check(workspace)) {
            progress::note(&format!("{error:#}"));
            failed.push(what);
        }
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join("; "));
    }
    progress::note("nothing to complain about");
    Ok(())
}

fn format(workspace: &Workspace) -> Result<()> {
    process::run(in_workspace(workspace).args(["fmt", "--all", "--check"]))
}

fn clippy(workspace: &Workspace) -> Result<()> {
    process::run(in_workspace(workspace).args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "--deny=warnings",
    ]))
}

fn clippy_for_wasm(workspace: &Workspace) -> Result<()> {
    add_target(TARGET)?;
    for package in WASM_CRATES {
        process::run(in_workspace(workspace).args([
            "clippy",
            "--package",
            package,
            "--target",
            TARGET,
            "--",
            "--deny=warnings",
        ]))?;
    }
    Ok(())
}

fn documentation(workspace: &Workspace) -> Result<()> {
    process::run(
        in_workspace(workspace)
            .args([
                "doc",
                "--workspace",
                "--no-deps",
                "--document-private-items",
            ])
            .env("RUSTDOCFLAGS", "--deny=warnings"),
    )
}

fn in_workspace(workspace: &Workspace) -> Command {
    let mut command = cargo();
    command.current_dir(workspace.root());
    command
}
