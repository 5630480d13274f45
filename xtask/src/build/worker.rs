//! `dist/worker/`: `index.js`, an ES module, and the `index_bg.wasm` that it imports.

use std::fs;

use anyhow::Result;

use super::bindgen::{Host, bind};
use super::{Profile, cargo, npm, size};
use crate::workspace::Workspace;
use crate::{process, progress};

const ENTRY: &str = r#"export { default } from "./runtime.js";"#;

pub(super) fn build(workspace: &Workspace, profile: Profile) -> Result<()> {
    let modules = cargo::compile(workspace, &["tabcert-edge-worker"], profile)?;
    let bound = bind(workspace, &modules[0], "index", Host::Edge, profile)?;
    // It and the bound module call each other; only its default export is the worker.
    let runtime = workspace.root().join("edge-worker/src/runtime.js");
    fs::copy(runtime, bound.join("runtime.js"))?;
    fs::write(bound.join("entry.js"), ENTRY)?;

    let dist = workspace.dist().join("worker");
    fs::create_dir_all(&dist)?;
    let script = dist.join("index.js");
    process::run_quietly(
        npm::esbuild(workspace)
            .args([
                "entry.js",
                "--bundle",
                "--format=esm",
                "--log-level=warning",
            ])
            .args(["--external:./index_bg.wasm", "--external:cloudflare:*"])
            .args((profile == Profile::Release).then_some("--minify"))
            .arg(format!("--outfile={}", script.display()))
            .current_dir(&bound),
    )?;
    // The Workers runtime gives a compiled module for an ordinary import; it does not know the
    // source-phase syntax that says the same.
    let text = fs::read_to_string(&script)?;
    fs::write(&script, text.replace("import source ", "import "))?;
    let wasm = dist.join("index_bg.wasm");
    fs::copy(bound.join("index_bg.wasm"), &wasm)?;

    progress::note(&format!(
        "edge worker: {} KB gzip",
        size::gzip_kilobytes([&script, &wasm])?
    ));
    Ok(())
}
