//! `cargo xtask build`: the page and the edge worker, into `dist/`.
//!
//! Each goes through the same steps, one file per step:
//! [`cargo`] compiles to WebAssembly, [`bindgen`] makes the JavaScript that loads it, and [`mod@page`] or
//! [`mod@worker`] lays out what is deployed.

mod bindgen;
pub(crate) mod cargo;
mod npm;
mod page;
pub(crate) mod size;
mod split;
mod stamp;
mod worker;

use anyhow::Result;

use crate::progress;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only the page
    #[arg(long, conflicts_with = "worker")]
    page: bool,

    /// Only the edge worker
    #[arg(long)]
    worker: bool,

    /// Compile quickly instead of small: for working on it, not for deploying
    #[arg(long)]
    dev: bool,
}

/// Which of cargo's profiles the WebAssembly is compiled with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Small: what is deployed, tested and measured.
    Release,
    /// Quick to compile, with function names in stack traces.
    Dev,
}

impl Profile {
    fn cargo_name(self) -> &'static str {
        match self {
            Self::Release => "wasm",
            Self::Dev => "wasm-dev",
        }
    }
}

pub(crate) fn command(workspace: &Workspace, args: &Args) -> Result<()> {
    let profile = if args.dev {
        Profile::Dev
    } else {
        Profile::Release
    };
    if !args.worker {
        page(workspace, profile)?;
    }
    if !args.page {
        worker(workspace, profile)?;
    }
    progress::note(&format!("built {}", workspace.dist().display()));
    Ok(())
}

/// Builds both.
pub(crate) fn all(workspace: &Workspace, profile: Profile) -> Result<()> {
    page(workspace, profile)?;
    worker(workspace, profile)
}

fn page(workspace: &Workspace, profile: Profile) -> Result<()> {
    npm::install(workspace)?;
    page::build(workspace, profile)
}

fn worker(workspace: &Workspace, profile: Profile) -> Result<()> {
    npm::install(workspace)?;
    worker::build(workspace, profile)
}
