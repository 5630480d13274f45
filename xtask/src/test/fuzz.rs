//! Fuzzing, for a while: each target by itself, from its corpus and from what earlier runs have found.
//!
//! libFuzzer (in the crate `libfuzzer-sys`) needs the compiler to count which branches are taken. LLVM's pass for
//! that can be asked for on stable Rust; without memory errors to look for, nothing else of
//! `cargo fuzz` is needed.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::{Workspace, cargo};
use crate::{process, progress};

/// As `cargo fuzz` has them, without sanitizers.
const RUSTFLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions=yes";

/// Runs the targets whose names have one of `wanted` in them, or all.
pub(super) fn run(workspace: &Workspace, wanted: &[String], minutes: u32) -> Result<()> {
    let folder = workspace.root().join("tests/fuzz");
    let built = workspace.target().join("fuzz");
    let host = process::output(Command::new("rustc").args(["--print", "host-tuple"]))?;
    let host = String::from_utf8(host)?.trim().to_owned();
    // With a target of its own, so that build scripts and macros are compiled without the flags.
    process::run(
        cargo()
            .args(["build", "--release", "--bins", "--target", &host])
            .env("RUSTFLAGS", RUSTFLAGS)
            .env("CARGO_TARGET_DIR", &built)
            .current_dir(&folder),
    )?;
    let mut targets = names(&folder.join("corpus"))?;
    targets.retain(|target| wanted.is_empty() || wanted.iter().any(|part| target.contains(part)));
    if targets.is_empty() {
        bail!("there is no target of that name");
    }
    let mut failed = Vec::new();
    for target in targets {
        let found = built.join("found").join(&target);
        fs::create_dir_all(&found).with_context(|| format!("cannot make {}", found.display()))?;
        let failure = built.join(format!("failure-{target}-"));
        let mut fuzzer = Command::new(built.join(&host).join("release").join(&target));
        fuzzer
            .arg(found)
            .arg(folder.join("corpus").join(&target))
            .arg(format!("-artifact_prefix={}", failure.display()))
            .arg(format!("-max_total_time={}", minutes.saturating_mul(60)))
            .args(["-timeout=10", "-max_len=20000", "-print_final_stats=1"]);
        let what = format!("fuzzing {target} for {minutes} min");
        if let Err(error) = progress::step(&what, || process::run(&mut fuzzer)) {
            progress::note(&format!("{error:#}"));
            failed.push(target);
        }
    }
    if !failed.is_empty() {
        bail!(
            "what they failed at is in {}: {}",
            built.display(),
            failed.join(", ")
        );
    }
    Ok(())
}

fn names(corpora: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let list = || format!("cannot list {}", corpora.display());
    for entry in fs::read_dir(corpora).with_context(list)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
