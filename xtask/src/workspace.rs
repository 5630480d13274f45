//! Where things are.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::process;

/// The repository and the directories that builds write to.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Asks cargo, which knows about `CARGO_TARGET_DIR` and its configuration files.
    pub(crate) fn find() -> Result<Self> {
        #[derive(Deserialize)]
        struct Metadata {
            workspace_root: PathBuf,
            target_directory: PathBuf,
        }

        let json = process::output(cargo().args([
            "metadata",
            "--no-deps",
            "--format-version=1",
            "--offline",
        ]))?;
        let metadata: Metadata =
            serde_json::from_slice(&json).context("cannot read the output of cargo metadata")?;
        Ok(Self {
            root: metadata.workspace_root,
            target: metadata.target_directory,
        })
    }

    /// The repository.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// What is deployed: `page/` and `worker/`.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// What is kept from one run to the next and is nobody else's business.
    pub(crate) fn state(&self) -> PathBuf {
        self.root.join(".tabcert")
    }

    /// Cargo's output.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Steps between cargo's output and `dist/`, kept so that an unchanged one is not repeated.
    pub(crate) fn intermediate(&self, name: &str) -> PathBuf {
        self.target.join("tabcert").join(name)
    }

    /// The pinned npm tools: `package.json`, its lock, and `node_modules`.
    pub(crate) fn npm(&self) -> PathBuf {
        self.root.join("xtask/npm")
    }
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
