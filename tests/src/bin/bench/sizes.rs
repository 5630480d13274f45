//! What is sent: to a visitor at the first visit, and to the edge when it is deployed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::figure::{Figure, Unit};
use crate::repository;

/// The size of the page.
pub(crate) fn measure() -> Result<Vec<Figure>> {
    let dist = repository()?.join("dist");
    let all = files(&dist.join("page"))?;
    let engine = engine_script(&all)?;
    let page = loaded_from(START, &all, |name| name != engine && !is_part(name))?;
    let of_engine = loaded_from(&engine, &all, |name| !page.contains(name) && !is_part(name))?;
    let parts: BTreeSet<String> = all.keys().filter(|name| is_part(name)).cloned().collect();
    let raw: usize = page.iter().map(|name| all[name].len()).sum();
    Ok(vec![
        Figure::count("first_visit_raw_bytes", raw, Unit::Bytes).note(list(&page)),
        Figure::count(
            "first_visit_brotli_bytes",
            packed(&page, &all)?,
            Unit::Bytes,
        )
        .at_most(250_000.0)
        .note("each file at quality 11"),
        Figure::count(
            "engine_brotli_bytes",
            packed(&of_engine, &all)?,
            Unit::Bytes,
        )
        .note(format!(
            "loaded in the background from the first name on: {}",
            list(&of_engine)
        )),
        Figure::count("later_brotli_bytes", packed(&parts, &all)?, Unit::Bytes).note(format!(
            "the page's parts that no first visit needs: {}",
            each(&parts, &all)?
        )),
    ])
}

/// The size of the edge worker.
pub(crate) fn measure_edge() -> Result<Figure> {
    let worker = repository()?.join("dist/worker");
    let mut bytes = 0;
    for name in ["index.js", "index_bg.wasm"] {
        bytes += gzip_size(&worker.join(name))?;
    }
    Ok(Figure::count("edge_gzip_bytes", bytes, Unit::Bytes)
        .at_most(200_000.0)
        .note("index.js and index_bg.wasm, each with gzip -9"))
}

const START: &str = "index.html";

/// Content by name of everything that is deployed for the page; no two of them have the same name.
fn files(page: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for folder in [page.to_owned(), page.join("assets")] {
        let entries = fs::read_dir(&folder)
            .with_context(|| format!("{}: is the page built?", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_file() {
                let name = path.file_name().context("a file has a name")?;
                files.insert(name.to_string_lossy().into_owned(), fs::read(&path)?);
            }
        }
    }
    Ok(files)
}

/// The script of the engine, which the page starts when the visitor has given a name.
fn engine_script(files: &BTreeMap<String, Vec<u8>>) -> Result<String> {
    let script = |name: &&String| name.starts_with("engine-") && name.ends_with(".js");
    let script = files.keys().find(script);
    Ok(script
        .context("there is no engine: is the page built?")?
        .clone())
}

/// Whether the build has split it off the page's module: the module asks for it by itself, later.
fn is_part(name: &str) -> bool {
    name.ends_with(".wasm")
        && ["split_", "chunk_"]
            .iter()
            .any(|kind| name.starts_with(kind))
}

/// A file and everything that it, or what it loads, refers to by name, as far as `counts` takes it.
fn loaded_from(
    start: &str,
    files: &BTreeMap<String, Vec<u8>>,
    counts: impl Fn(&str) -> bool,
) -> Result<BTreeSet<String>> {
    ensure!(files.contains_key(start), "there is no {start}");
    let mut loaded = BTreeSet::from([start.to_owned()]);
    loop {
        let found: Vec<String> = files
            .keys()
            .filter(|name| !loaded.contains(*name) && counts(name))
            .filter(|name| loaded.iter().any(|by| refers(&files[by], name)))
            .cloned()
            .collect();
        if found.is_empty() {
            break;
        }
        loaded.extend(found);
    }
    if !loaded
        .iter()
        .any(|name| Path::new(name).extension().is_some_and(|e| e == "wasm"))
    {
        bail!("{start} leads to no WebAssembly: {loaded:?}");
    }
    Ok(loaded)
}

fn packed(names: &BTreeSet<String>, files: &BTreeMap<String, Vec<u8>>) -> Result<usize> {
    names.iter().map(|name| brotli_size(&files[name])).sum()
}

/// The files with their sizes.
fn each(names: &BTreeSet<String>, files: &BTreeMap<String, Vec<u8>>) -> Result<String> {
    let each = names.iter().map(|name| {
        let size = brotli_size(&files[name])?;
        Ok(format!("{name} {size}"))
    });
    Ok(each.collect::<Result<Vec<_>>>()?.join(", "))
}

fn list(names: &BTreeSet<String>) -> String {
    names
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}

fn refers(content: &[u8], name: &str) -> bool {
    content
        .windows(name.len())
        .any(|part| part == name.as_bytes())
}

fn brotli_size(content: &[u8]) -> Result<usize> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        // What every browser takes without being asked.
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut packed, &parameters)?;
    Ok(packed.len())
}

fn gzip_size(file: &Path) -> Result<usize> {
    let output = Command::new("gzip")
        .args(["-9", "-c", "-n"])
        .arg(file)
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start gzip")?;
    ensure!(
        output.status.success(),
        "{}: is the worker built?",
        file.display()
    );
    Ok(output.stdout.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: [(&str, &str); 7] = [
        (
            "index.html",
            "<script src=/assets/boot-1.js> content=/assets/engine-4.js",
        ),
        (
            "assets/boot-1.js",
            "import './app-2.wasm'; fetch('./split_a-6.wasm')",
        ),
        ("assets/app-2.wasm", "\0asm"),
        ("assets/old-3.js", "nobody asks for it"),
        ("assets/engine-4.js", "import './engine-5.wasm'"),
        ("assets/engine-5.wasm", "\0asm"),
        ("assets/split_a-6.wasm", "\0asm"),
    ];

    fn page(files: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("assets")).expect("a folder");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("a file");
        }
        super::files(folder.path()).expect("a page")
    }

    #[test]
    fn engine_and_parts_are_loaded_later_and_what_nobody_names_never() {
        let files = page(&PAGE);
        let engine = engine_script(&files).expect("an engine");
        let first =
            loaded_from(START, &files, |name| name != engine && !is_part(name)).expect("a page");
        assert_eq!(list(&first), "app-2.wasm, boot-1.js, index.html");
        let later = loaded_from(&engine, &files, |name| !first.contains(name)).expect("an engine");
        assert_eq!(list(&later), "engine-4.js, engine-5.wasm");
        let parts = BTreeSet::from(["split_a-6.wasm".to_owned()]);
        let each = each(&parts, &files).expect("packed");
        assert!(each.starts_with("split_a-6.wasm "), "{each}");
    }

    #[test]
    fn a_page_without_its_program_is_no_page() {
        let files = page(&PAGE[..1]);
        assert!(loaded_from(START, &files, |_| true).is_err());
        assert!(engine_script(&files).is_err());
    }

    #[test]
    fn repetition_packs_well() {
        assert!(brotli_size(&[b'a'; 10_000]).expect("packed") < 100);
    }
}
