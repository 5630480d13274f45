//! What is uploaded, and how much of it Cloudflare takes.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::build::size;

const MIB: usize = 1024 * 1024;

/// The worker with all its modules, after gzip, on the free plan.
const WORKER_FREE: usize = 3 * MIB;
/// The same on the paid plan.
const WORKER_PAID: usize = 10 * MIB;
/// One static file.
const ASSET: usize = 25 * MIB;
/// Static files of one version, on the free plan.
const ASSETS: usize = 20_000;

/// A file, and its size as it is and after gzip.
struct Part {
    name: String,
    raw: usize,
    gzip: usize,
}

/// Everything that is uploaded.
pub(super) struct Upload {
    worker: Vec<Part>,
    page: Vec<Part>,
}

impl Upload {
    /// Reads `dist/`.
    pub(super) fn read(dist: &Path) -> Result<Self> {
        Ok(Self {
            worker: parts(dist, "worker")?,
            page: parts(dist, "page")?,
        })
    }

    /// Fails where Cloudflare would refuse it on any plan.
    pub(super) fn check(&self) -> Result<()> {
        let worker = sum(&self.worker);
        if worker.gzip > WORKER_PAID {
            bail!(
                "the worker has {} bytes after gzip, and may have {WORKER_PAID}",
                worker.gzip
            );
        }
        if let Some(part) = self.page.iter().find(|part| part.raw > ASSET) {
            bail!("{} has {} bytes, and may have {ASSET}", part.name, part.raw);
        }
        if self.page.len() > ASSETS {
            bail!(
                "the page has {} files, and may have {ASSETS}",
                self.page.len()
            );
        }
        Ok(())
    }
}

/// A table, and under each half how much of the limit it takes.
impl fmt::Display for Upload {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.worker.iter().chain(&self.page);
        let width = names.map(|part| part.name.len()).max().unwrap_or(0).max(5);
        let mut line = |name: &str, raw: &str, gzip: &str| {
            writeln!(out, "{name:width$}  {raw:>10}  {gzip:>10}")
        };
        line("bytes", "raw", "gzip")?;
        for half in [&self.worker, &self.page] {
            for part in half {
                line(&part.name, &part.raw.to_string(), &part.gzip.to_string())?;
            }
        }
        let worker = sum(&self.worker);
        writeln!(
            out,
            "worker: {} gzip, {} of 3 MiB (free plan), {} of 10 MiB (paid plan)",
            worker.gzip,
            percent(worker.gzip, WORKER_FREE),
            percent(worker.gzip, WORKER_PAID),
        )?;
        let largest = self.page.iter().map(|part| part.raw).max().unwrap_or(0);
        writeln!(
            out,
            "page: {} files of {ASSETS}, the largest with {largest} bytes, {} of 25 MiB",
            self.page.len(),
            percent(largest, ASSET),
        )
    }
}

/// The files in a folder of `dist/` and below it, by name.
fn parts(dist: &Path, folder: &str) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    let mut folders = vec![dist.join(folder)];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(dist).unwrap_or(&path);
            parts.push(Part {
                name: name.display().to_string(),
                raw: usize::try_from(fs::metadata(&path)?.len())?,
                gzip: size::gzip_bytes(&path)?,
            });
        }
    }
    parts.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(parts)
}

fn sum(parts: &[Part]) -> Part {
    Part {
        name: String::new(),
        raw: parts.iter().map(|part| part.raw).sum(),
        gzip: parts.iter().map(|part| part.gzip).sum(),
    }
}

fn percent(part: usize, whole: usize) -> String {
    format!("{:.1} %", part as f64 * 100.0 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(raw: usize, gzip: usize) -> Part {
        Part {
            name: "x".to_owned(),
            raw,
            gzip,
        }
    }

    #[test]
    fn limits_are_checked() {
        let upload = |worker, asset| Upload {
            worker: vec![part(0, worker), part(0, 1)],
            page: vec![part(asset, 0)],
        };
        assert!(upload(WORKER_PAID - 1, ASSET).check().is_ok());
        assert!(upload(WORKER_PAID, ASSET).check().is_err());
        assert!(upload(1, ASSET + 1).check().is_err());
    }

    #[test]
    fn the_table_says_how_much_is_left() {
        let upload = Upload {
            worker: vec![part(2 * MIB, MIB)],
            page: vec![part(5 * MIB, 1)],
        };
        let text = upload.to_string();
        assert!(text.contains("33.3 % of 3 MiB (free plan), 10.0 % of 10 MiB"));
        assert!(text.contains("page: 1 files of 20000"));
        assert!(text.contains("20.0 % of 25 MiB"));
    }
}
