//! The fuzz targets' corpora in WebAssembly: what holds on 64 bits has to hold on the 32 that visitors have.

use anyhow::Result;

use crate::build::cargo::add_target;
use crate::process;
use crate::workspace::{Workspace, cargo};

/// WebAssembly that can read files, with Node as its host.
const TARGET: &str = "wasm32-wasip1";

/// Runs the tests of `tabcert-hostile` there.
pub(super) fn run_as_wasm(workspace: &Workspace, test_args: &[String]) -> Result<()> {
    add_target(TARGET)?;
    let host = workspace.root().join("xtask/src/test/wasi.mjs");
    process::run(
        cargo()
            .args(["test", "--package=tabcert-hostile", "--test=corpora"])
            .args(["--target", TARGET, "--"])
            .args(test_args)
            .env(
                "CARGO_TARGET_WASM32_WASIP1_RUNNER",
                format!("node --no-warnings {}", host.display()),
            )
            .current_dir(workspace.root()),
    )
}
