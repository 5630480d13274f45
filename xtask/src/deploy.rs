//! `cargo xtask deploy`: page and edge worker, to Cloudflare; with `--dry-run` everything but the
//! upload.
//!
//! [`parts`] has what would be uploaded and the platform's limits, [`settings`] what `wrangler.toml`
//! does not say yet. The upload itself is wrangler's, at the version that `xtask/npm` pins.

mod parts;
mod settings;

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::build::{self, Profile};
use crate::workspace::Workspace;
use crate::{process, progress};

use self::parts::Upload;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Show what would be uploaded, and upload nothing
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn command(workspace: &Workspace, args: &Args) -> Result<()> {
    build::all(workspace, Profile::Release)?;
    let upload = Upload::read(&workspace.dist())?;
    print!("{upload}");
    let missing = settings::read(&workspace.root().join("edge-worker/wrangler.toml"))?;
    for line in &missing {
        println!("to be set: {line}");
    }
    upload.check()?;
    if args.dry_run {
        return progress::step("asking wrangler, which uploads nothing", || {
            process::run_quietly(wrangler(workspace).args(["deploy", "--dry-run"]))
        });
    }
    require_login(workspace)?;
    process::run(wrangler(workspace).arg("deploy"))
}

/// Wrangler's own words on this are long, and come after everything else.
fn require_login(workspace: &Workspace) -> Result<()> {
    let output = wrangler(workspace)
        .arg("whoami")
        .output()
        .context("cannot start node: is it installed?")?;
    let words = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && !words.contains("not authenticated") {
        return Ok(());
    }
    bail!(
        "nothing is deployed, since nobody is logged in to Cloudflare. Either set \
         CLOUDFLARE_API_TOKEN to a token that may edit Workers, or log in with:\n  \
         node {} login",
        program(workspace).display()
    );
}

fn program(workspace: &Workspace) -> std::path::PathBuf {
    workspace
        .npm()
        .join("node_modules/wrangler/bin/wrangler.js")
}

fn wrangler(workspace: &Workspace) -> Command {
    let mut command = Command::new("node");
    command
        .arg(program(workspace))
        .current_dir(workspace.root().join("edge-worker"))
        .env("WRANGLER_SEND_METRICS", "false")
        .env("WRANGLER_HIDE_BANNER", "true");
    command
}
