//! One WebAssembly module to several: what the first visit needs, and a part for each name that a
//! `#[wasm_split]` in the sources has.
//!
//! Which function leads to which is known from the linker, which `app/build.rs` asks to say it. The
//! parts share memory and function table with the main module.

use std::convert::Infallible;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use wasm_encoder::Module;
use wasm_encoder::reencode::{self, Reencode};
use wasm_split_cli_support::{Options, transform};
use wasmparser::{CustomSectionReader, Parser};

use super::Profile;

/// The script that loads the parts; the main module imports it.
const LOADER: &str = "./parts.js";

/// Writes the parts and what loads them into `directory`, and returns the main module. What
/// `wasm-bindgen` makes of that has to be in the same directory, as `<name>.js`.
pub(super) fn split(
    wasm: &[u8],
    name: &str,
    profile: Profile,
    directory: &Path,
) -> Result<Vec<u8>> {
    let main = directory.join("main.wasm");
    let script = format!("./{name}.js");
    let mut options = Options::new(wasm);
    options.output_dir = directory;
    options.main_out_path = &main;
    options.link_name = LOADER;
    options.main_module = &script;
    options.emit_dwarf = false;
    let made = transform(options).map_err(|error| anyhow!("cannot split {name}: {error:#}"))?;

    if profile == Profile::Release {
        for part in made.split_modules {
            fs::write(&part, compact(&fs::read(&part)?)?)?;
        }
    }
    let loader = directory.join(LOADER);
    fs::write(&loader, importing(&fs::read_to_string(&loader)?))?;
    let wasm = fs::read(&main).with_context(|| format!("cannot read {}", main.display()))?;
    fs::remove_file(main)?;
    Ok(wasm)
}

/// The module without custom sections, and with numbers as short as they can be: the linker leaves
/// room in each that may change, a tenth of the whole. wasm-bindgen does both for the main module.
fn compact(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::new();
    Compact
        .parse_core_module(&mut module, Parser::new(0), wasm)
        .context("cannot read a part")?;
    Ok(module.finish())
}

/// Writes what was read, anew.
struct Compact;

impl Reencode for Compact {
    type Error = Infallible;

    fn parse_custom_section(
        &mut self,
        _module: &mut Module,
        _section: CustomSectionReader<'_>,
    ) -> Result<(), reencode::Error<Infallible>> {
        Ok(())
    }
}

/// The script with imports in the place of the parts' URLs, since those are what the bundler
/// follows: it gives the parts names by their content.
fn importing(script: &str) -> String {
    const BEFORE: &str = "new URL(\"./";
    const AFTER: &str = "\", import.meta.url)";
    let mut imports = String::new();
    let mut importing = String::new();
    let mut rest = script;
    while let Some((before, found)) = rest.split_once(BEFORE) {
        let Some((part, after)) = found.split_once(AFTER) else {
            break;
        };
        let variable = part.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        imports += &format!("import {variable} from \"./{part}\";\n");
        importing += before;
        importing += &variable;
        rest = after;
    }
    imports + &importing + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_imported_where_their_urls_were() {
        let script = r#"const a = load(() => fetch(new URL("./split_a.wasm", import.meta.url)));
const b = load(() => fetch(new URL("./chunk_1.wasm", import.meta.url)));
"#;
        assert_eq!(
            importing(script),
            r#"import split_a_wasm from "./split_a.wasm";
import chunk_1_wasm from "./chunk_1.wasm";
const a = load(() => fetch(split_a_wasm));
const b = load(() => fetch(chunk_1_wasm));
"#
        );
    }

    #[test]
    fn a_script_without_parts_stays() {
        assert_eq!(importing("new URL(\"./a"), "new URL(\"./a");
    }

    #[test]
    fn names_and_room_go_and_the_rest_stays() {
        // A module with one type: the length of its section takes five bytes.
        let mut wasm = b"\0asm\x01\0\0\0\x01\x84\x80\x80\x80\0\x01\x60\0\0".to_vec();
        // An empty custom section that is called "name".
        wasm.extend(b"\0\x05\x04name");
        assert_eq!(
            compact(&wasm).expect("a module"),
            b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0"
        );
        assert!(compact(b"none").is_err());
    }
}
