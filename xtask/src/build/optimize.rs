//! WebAssembly to smaller WebAssembly.

use std::path::Path;

use anyhow::Result;

use super::npm;
use crate::workspace::Workspace;
use crate::{process, progress};

/// What is done to a module, as far as its result depends on this file.
pub(super) const RECIPE: &[u8] = include_bytes!("optimize.rs");

/// What rustc emits for wasm32-unknown-unknown, and exception handling for wasm-bindgen's wrappers.
/// Not "all": a newer encoding may be one that a browser or the Workers runtime cannot read yet.
const FEATURES: [&str; 7] = [
    "bulk-memory",
    "exception-handling",
    "multivalue",
    "mutable-globals",
    "nontrapping-float-to-int",
    "reference-types",
    "sign-ext",
];

/// Replaces the module by its optimized form.
pub(super) fn optimize(workspace: &Workspace, module: &Path) -> Result<()> {
    progress::step("optimizing with wasm-opt", || {
        process::run_quietly(
            npm::tool(workspace, "binaryen", "wasm-opt")
                .arg("-Oz")
                .args(FEATURES.map(|feature| format!("--enable-{feature}")))
                .arg(module)
                .arg("-o")
                .arg(module),
        )
    })
}
