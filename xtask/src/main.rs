//! The project's own commands: `cargo xtask run | build | test | bench | lint`.
//!
//! Start at [`Command`]: one variant and one file per command. Everything that a command needs
//! beyond Rust, Node and (for the test CA and the browser) apt, it fetches itself: the wasm target
//! by rustup, the tools pinned in `xtask/npm` by npm, the local CA as `tabcert-harness` says.

#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a command-line program"
)]

mod build;
mod process;
mod progress;
mod workspace;

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
    /// Build the page and the edge worker into dist/
    Build(build::Args),
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let workspace = Workspace::find()?;
    match cli.command {
        Command::Build(args) => build::command(&workspace, &args),
    }
}
