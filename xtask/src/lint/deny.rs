//! Dependencies: where they come from, under which licence, and what is known against them.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::workspace::{Workspace, cargo};
use crate::{process, progress};

/// The version that is installed unless it is there.
const VERSION: &str = "0.20.2";

pub(super) fn check(workspace: &Workspace) -> Result<()> {
    let program = install(workspace)?;
    let deny = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command
            .args(["--config", ".ci/deny.toml"])
            .args(arguments)
            .current_dir(workspace.root());
        command
    };
    process::run(&mut deny(&["check", "bans", "licenses", "sources"]))?;
    // What is known is fetched first, by itself: a database out of reach must not look like a
    // finding, nor a finding like a database out of reach.
    if process::run_quietly(&mut deny(&["fetch", "db"])).is_err() {
        progress::note("advisories could not be checked (database unreachable)");
        return Ok(());
    }
    process::run(&mut deny(&["check", "--disable-fetch", "advisories"]))
}

/// Installs cargo-deny below `.tabcert/tools`.
fn install(workspace: &Workspace) -> Result<PathBuf> {
    let root = workspace
        .state()
        .join("tools")
        .join(format!("cargo-deny-{VERSION}"));
    let program = root.join("bin/cargo-deny");
    if !program.is_file() {
        progress::step("installing cargo-deny (some minutes, once)", || {
            process::run(
                cargo()
                    .args([
                        "install",
                        "--locked",
                        "--quiet",
                        "cargo-deny",
                        "--version",
                        VERSION,
                    ])
                    .arg("--root")
                    .arg(&root),
            )
        })?;
    }
    Ok(program)
}
