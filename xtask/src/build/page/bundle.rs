//! Sources to assets: what esbuild is asked, and what it answers.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::build::{Profile, npm};
use crate::process;
use crate::workspace::Workspace;

/// Files that are shipped as they are.
const AS_IS: [&str; 5] = ["ico", "png", "svg", "webmanifest", "woff2"];

/// What became of each source file.
pub(super) struct Bundle {
    outputs: BTreeMap<String, Output>,
}

/// A file among the assets, as esbuild's metafile describes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Output {
    /// The source file, for a file that was named as one.
    entry_point: Option<String>,
    imports: Vec<Import>,
}

#[derive(Deserialize)]
struct Import {
    path: String,
    kind: String,
}

/// Bundles `sources`, paths below the repository, into `assets`, with wasm-bindgen's output in the
/// directories of `loaders` as the packages that they are named after.
pub(super) fn bundle(
    workspace: &Workspace,
    sources: &[&str],
    loaders: &[(&str, PathBuf)],
    assets: &Path,
    profile: Profile,
) -> Result<Bundle> {
    #[derive(Deserialize)]
    struct Metafile {
        outputs: BTreeMap<String, Output>,
    }

    let metafile = workspace.intermediate("page.json");
    process::run_quietly(
        npm::esbuild(workspace)
            .args(sources)
            .args([
                "--bundle",
                "--splitting",
                "--format=esm",
                "--log-level=warning",
            ])
            .args((profile == Profile::Release).then_some("--minify"))
            .args(["entry", "chunk", "asset"].map(|kind| format!("--{kind}-names=[name]-[hash]")))
            .args(AS_IS.map(|extension| format!("--loader:.{extension}=copy")))
            .args(["--loader:.wasm=file", "--public-path=/assets"])
            .args(
                loaders
                    .iter()
                    .map(|(package, at)| format!("--alias:{package}={}", at.display())),
            )
            .arg(format!("--outdir={}", assets.display()))
            .arg(format!("--metafile={}", metafile.display()))
            .current_dir(workspace.root()),
    )?;
    let metafile: Metafile = serde_json::from_slice(&fs::read(&metafile)?)
        .context("cannot read esbuild's description of what it made")?;
    Ok(Bundle {
        outputs: metafile.outputs,
    })
}

impl Bundle {
    /// The URL of what was made from `source`.
    pub(super) fn url(&self, source: &str) -> Result<String> {
        let made = |output: &Output| output.entry_point.as_deref() == Some(source);
        match self.outputs.iter().find(|(_, output)| made(output)) {
            Some((path, _)) => Ok(asset_url(path)),
            None => bail!("esbuild made nothing from {source}"),
        }
    }

    /// The URLs of the scripts that the script made from `source` imports, directly or not.
    pub(super) fn imports(&self, source: &str) -> Vec<String> {
        let made = |output: &&Output| output.entry_point.as_deref() == Some(source);
        let mut waiting: Vec<&Output> = self.outputs.values().filter(made).collect();
        let mut found = Vec::new();
        while let Some(output) = waiting.pop() {
            for import in output
                .imports
                .iter()
                .filter(|import| import.kind == "import-statement")
            {
                let url = asset_url(&import.path);
                if !found.contains(&url) {
                    found.push(url);
                    waiting.extend(self.outputs.get(&import.path));
                }
            }
        }
        found
    }

    /// The URL of the page's WebAssembly module.
    pub(super) fn module(&self) -> Result<String> {
        let module = |path: &&String| asset_url(path).starts_with("/assets/app_bg-");
        let module = self.outputs.keys().find(module);
        Ok(asset_url(module.context(
            "no script of the page imports its WebAssembly module",
        )?))
    }

    #[cfg(test)]
    pub(super) fn from_metafile(outputs: &str) -> Self {
        Self {
            outputs: serde_json::from_str(outputs).expect("a metafile's outputs"),
        }
    }
}

/// A metafile names files by path; all assets are in one directory.
fn asset_url(path: &str) -> String {
    format!("/assets/{}", path.rsplit('/').next().unwrap_or(path))
}
