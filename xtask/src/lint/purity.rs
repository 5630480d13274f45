//! What is below `shared/` knows no browser, no worker, no runtime, no clock and no randomness of
//! its own: the same code runs in the page, in the worker and natively, and is tested without any.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace::{Workspace, cargo};

/// What none of these crates may depend on, directly or not, on any platform.
const IMPURE: [&str; 14] = [
    "chrono",
    "getrandom",
    "gloo",
    "instant",
    "js-sys",
    "leptos",
    "reqwest",
    "time",
    "tokio",
    "ureq",
    "wasm-bindgen",
    "web-sys",
    "web-time",
    "worker",
];

pub(super) fn check(workspace: &Workspace) -> Result<()> {
    for entry in fs::read_dir(workspace.root().join("shared")).context("cannot read shared/")? {
        let manifest = entry?.path().join("Cargo.toml");
        let tree = process::output(
            cargo()
                .args([
                    "tree",
                    "--edges=normal,no-proc-macro",
                    "--target=all",
                    "--prefix=none",
                ])
                .args(["--format={p}", "--quiet", "--manifest-path"])
                .arg(&manifest),
        )?;
        let tree = String::from_utf8_lossy(&tree);
        let found = impure(&tree);
        if !found.is_empty() {
            let shown = manifest.strip_prefix(workspace.root()).unwrap_or(&manifest);
            bail!(
                "{} depends on {} (cargo tree -p … -i {} says how)",
                shown.display(),
                found.join(", "),
                found[0]
            );
        }
    }
    Ok(())
}

/// The packages of `cargo tree` that are not allowed: each line is a name, a version and notes.
fn impure(tree: &str) -> Vec<&str> {
    let mut found: Vec<&str> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| IMPURE.contains(name))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_names_are_compared() {
        let tree = "tabcert-acme v0.1.0 (/x)\ntime-macros v0.2.0\nserde v1.0.0\n";
        assert!(impure(tree).is_empty());
    }

    #[test]
    fn each_impure_package_is_named_once() {
        let tree = "a v1.0.0\nweb-sys v0.3.1\ntime v0.3.0\nweb-sys v0.3.1 (*)\n";
        assert_eq!(impure(tree), ["time", "web-sys"]);
    }
}
