//! What is sent: to a visitor at the first visit, and to the edge when it is deployed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::figure::{Figure, Unit};
use crate::repository;

/// The sizes of `dist/`.
pub(crate) fn measure() -> Result<Vec<Figure>> {
    let dist = repository()?.join("dist");
    let page = first_visit(&dist.join("page"))?;
    let raw: usize = page.values().map(Vec::len).sum();
    let mut packed = 0;
    for content in page.values() {
        packed += brotli_size(content)?;
    }
    let worker = dist.join("worker");
    let mut edge = 0;
    for name in ["index.js", "index_bg.wasm"] {
        edge += gzip_size(&worker.join(name))?;
    }
    let names: Vec<&str> = page.keys().map(String::as_str).collect();
    Ok(vec![
        Figure::count("first_visit_raw_bytes", raw, Unit::Bytes).note(names.join(", ")),
        Figure::count("first_visit_brotli_bytes", packed, Unit::Bytes)
            .at_most(250_000.0)
            .note("each file at quality 11"),
        Figure::count("edge_gzip_bytes", edge, Unit::Bytes)
            .at_most(250_000.0)
            .note("index.js and index_bg.wasm, each with gzip -9"),
    ])
}

/// `index.html` and everything that it, or what it loads, refers to by name; content by name. The
/// page has no route but `/`, and loads all of this before a certificate is issued.
fn first_visit(page: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    const START: &str = "index.html";

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
    ensure!(
        files.contains_key(START),
        "there is no {START} in {}",
        page.display()
    );
    let mut loaded = BTreeSet::from([START.to_owned()]);
    loop {
        let found: Vec<String> = files
            .keys()
            .filter(|name| !loaded.contains(*name))
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
        bail!("index.html leads to no WebAssembly: {loaded:?}");
    }
    files.retain(|name, _| loaded.contains(name));
    Ok(files)
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

    #[test]
    fn follows_names_from_the_page_and_leaves_the_rest_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let assets = folder.path().join("assets");
        fs::create_dir(&assets).expect("a folder");
        let write =
            |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
        write("index.html", "<script src=/assets/boot-1.js>");
        write("assets/boot-1.js", "import './app-2.wasm'");
        write("assets/app-2.wasm", "\0asm");
        write("assets/old-3.js", "nobody asks for it");
        let files = first_visit(folder.path()).expect("a page");
        let names: Vec<_> = files.keys().map(String::as_str).collect();
        assert_eq!(names, ["app-2.wasm", "boot-1.js", "index.html"]);
    }

    #[test]
    fn a_page_without_its_program_is_no_page() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("assets")).expect("a folder");
        fs::write(folder.path().join("index.html"), "").expect("a file");
        assert!(first_visit(folder.path()).is_err());
    }

    #[test]
    fn repetition_packs_well() {
        assert!(brotli_size(&[b'a'; 10_000]).expect("packed") < 100);
    }
}
