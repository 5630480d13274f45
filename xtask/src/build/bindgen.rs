//! The JavaScript that loads a module and passes values in and out.
//!
//! This is `wasm-bindgen` as a library, so that Cargo.lock keeps it at the version that the crates
//! were compiled with and nothing has to be installed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::Profile;
use super::split::split;
use super::stamp::Stamp;
use crate::progress;
use crate::workspace::Workspace;

/// What is done to a module, as far as its result depends on these files.
const RECIPE: [&[u8]; 2] = [include_bytes!("bindgen.rs"), include_bytes!("split.rs")];

/// What loads the module.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Host {
    /// A page: `init({ module_or_path })` fetches and compiles what the first visit needs of it, and
    /// the module asks for the rest itself.
    Page,
    /// A Web Worker: `init({ module_or_path })` fetches and compiles it.
    Worker,
    /// The Workers runtime: the module is imported, compiled beforehand.
    Edge,
}

/// Writes `<name>.js` and `<name>_bg.wasm`, and of a page the parts that are loaded later, and
/// returns their directory. Does nothing when the
/// module is the one that it did this for last time.
///
/// There is no wasm-opt step: after link-time optimization it takes 9 % off the module but adds 1 %
/// to what is sent, which is compressed.
pub(super) fn bind(
    workspace: &Workspace,
    module: &Path,
    name: &str,
    host: Host,
    profile: Profile,
) -> Result<PathBuf> {
    let directory = workspace.intermediate(&format!("{name}-{}", profile.cargo_name()));
    let done = directory.join("stamp");
    let wasm = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let stamp = Stamp::of(&[&wasm, RECIPE[0], RECIPE[1]]);
    if stamp.matches(&done) {
        return Ok(directory);
    }

    if directory.exists() {
        fs::remove_dir_all(&directory)?;
    }
    progress::step(&format!("binding {name} to JavaScript"), || {
        generate(wasm, name, host, profile, &directory)
    })?;
    stamp.write(&done)?;
    Ok(directory)
}

fn generate(
    wasm: Vec<u8>,
    name: &str,
    host: Host,
    profile: Profile,
    directory: &Path,
) -> Result<()> {
    let wasm = match host {
        Host::Page => split(&wasm, name, profile, directory)?,
        Host::Worker | Host::Edge => wasm,
    };
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes(name, wasm)
        .typescript(false)
        .remove_name_section(profile == Profile::Release)
        .remove_producers_section(true);
    match host {
        // The parts import from the main module what only the linker exports.
        Host::Page => bindgen.web(true)?.keep_lld_exports(true),
        Host::Worker => bindgen.web(true)?,
        // After a panic the instance is unusable: let `runtime.js` start a new one.
        Host::Edge => bindgen.module(true)?.reset_state_function(true),
    };
    bindgen.generate(directory)
}
