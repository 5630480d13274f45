//! How much of the page is sent when.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::build::size;

/// The files' sizes in words, by what a visitor loads together.
pub(super) fn weigh(files: &[PathBuf]) -> Result<String> {
    let mut groups: BTreeMap<Load, Vec<&Path>> = BTreeMap::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        groups.entry(Load::of(&name)).or_default().push(file);
    }
    let mut words = Vec::new();
    for (load, files) in groups {
        let size = size::gzip_kilobytes(files)?;
        words.push(match load {
            Load::First => format!("first visit {size} KB"),
            Load::Engine => format!("then the engine {size} KB"),
            Load::Part(name) => format!("part {name} {size} KB"),
        });
    }
    Ok(words.join(", "))
}

/// When a file is loaded, in order.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Load {
    First,
    Engine,
    /// By itself: a part of the page's module, named as in the sources, or what several parts share.
    Part(String),
}

impl Load {
    /// By the names that the build gives: `<what>-HASH.<extension>`.
    fn of(name: &str) -> Self {
        let (what, _) = name.rsplit_once('-').unwrap_or((name, ""));
        match what {
            "engine" | "engine_bg" => Self::Engine,
            _ if !name.ends_with(".wasm") => Self::First,
            _ => match what.strip_prefix("split_") {
                Some(part) => Self::Part(part.to_owned()),
                None if what.starts_with("chunk_") => Self::Part(what.to_owned()),
                None => Self::First,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engine_and_parts_are_apart_from_the_first_visit() {
        for name in ["index.html", "boot-1.js", "chunk-A.js", "app_bg-2.wasm"] {
            assert_eq!(Load::of(name), Load::First, "{name}");
        }
        assert_eq!(Load::of("engine-3.js"), Load::Engine);
        assert_eq!(Load::of("engine_bg-4.wasm"), Load::Engine);
        let part = |name: &str| Load::Part(name.to_owned());
        assert_eq!(Load::of("split_issue-5.wasm"), part("issue"));
        assert_eq!(Load::of("chunk_2-6.wasm"), part("chunk_2"));
    }
}
