//! `cargo xtask bench`: measures; see `tests/src/bin/bench/main.rs` for what.

use anyhow::Result;

use crate::build::Profile;
use crate::process;
use crate::test::{self, Suite};
use crate::workspace::{Workspace, cargo};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What the benchmark is told: groups of figures, --json FILE, --help
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    bench_args: Vec<String>,
}

pub(crate) fn command(workspace: &Workspace, args: &Args) -> Result<()> {
    // The one group that needs no browser, and that is asked for while working on the worker alone.
    let suite = if args.bench_args.first().is_some_and(|group| group == "edge") {
        Suite::Edge
    } else {
        Suite::Browser
    };
    test::prepare(workspace, &[suite], Profile::Release)?;
    process::run(
        cargo()
            .args([
                "run",
                "--release",
                "--package",
                "tabcert-tests",
                "--bin",
                "bench",
                "--",
            ])
            .args(&args.bench_args)
            .current_dir(workspace.root()),
    )
}
