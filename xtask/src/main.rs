//! The project's own commands: `cargo xtask run | build | test | lint | bench | deploy`.
//!
//! Start at [`Command`]: one variant and one file per command. Everything that a command needs
//! beyond Rust, Node and (for the test CA and the browser) apt, it fetches itself: the wasm target
//! by rustup, the tools pinned in `xtask/npm` by npm, the local CA as `tabcert-harness` says.

#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a command-line program"
)]

mod bench;
mod build;
mod deploy;
mod lint;
mod process;
mod progress;
mod run;
mod system;
mod test;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    version,
    about = "Builds, runs and tests Tabcert"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and run it here, with a test CA; prints the page's address
    Run(run::Args),
    /// Run the test suites
    Test(test::Args),
    /// Check format, lints, documentation and dependencies
    Lint,
    /// Build the page and the edge worker into dist/
    Build(build::Args),
    /// Measure sizes, requests and times
    Bench(bench::Args),
    /// Upload page and edge worker to Cloudflare
    Deploy(deploy::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match perform(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(command: Command) -> Result<()> {
    let workspace = Workspace::find()?;
    match command {
        Command::Run(args) => run::command(&workspace, &args),
        Command::Test(args) => test::command(&workspace, &args),
        Command::Lint => lint::command(&workspace),
        Command::Build(args) => build::command(&workspace, &args),
        Command::Bench(args) => bench::command(&workspace, &args),
        Command::Deploy(args) => deploy::command(&workspace, &args),
    }
}
