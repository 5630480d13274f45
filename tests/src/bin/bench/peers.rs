//! The packages that Tabcert is compared with, at the versions that `tests/src/peers` pins, each in
//! one warm Node process.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::repository;
use crate::servers::Ca;

/// Each package's name, and the file that drives it.
const DRIVERS: [(&str, &str); 2] = [
    ("acme-client", "./acme-client.js"),
    ("@fishballpkg/acme", "./fishball.js"),
];

/// Where the packages are installed: what drives them is there as well, as that is where Node looks
/// for packages from.
pub(crate) fn install() -> Result<PathBuf> {
    const LOCK: &str = "package-lock.json";

    let repository = repository()?;
    let source = repository.join("tests/src/peers");
    let folder = repository.join(".tabcert/peers");
    fs::create_dir_all(&folder)?;
    for entry in fs::read_dir(&source)? {
        let entry = entry?;
        fs::copy(entry.path(), folder.join(entry.file_name()))?;
    }
    let lock = fs::read_to_string(source.join(LOCK))?;
    let installed = folder.join("node_modules/.installed");
    if fs::read_to_string(&installed).is_ok_and(|of| of == lock) {
        return Ok(folder);
    }
    eprintln!("· installing the packages to compare with");
    let output = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(&folder)
        .output()
        .context("cannot start npm")?;
    ensure!(
        output.status.success(),
        "npm ci failed:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    fs::write(&installed, lock)?;
    Ok(folder)
}

/// A package in its process; dropping it ends it.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    process: Child,
    orders: ChildStdin,
    results: BufReader<ChildStdout>,
    /// What Node trusts, as long as it runs.
    _trusted: NamedTempFile,
}

impl Peer {
    /// Starts all of them.
    pub(crate) fn start_all(folder: &Path, ca: &Ca) -> Result<Vec<Self>> {
        let start = |(name, driver)| Self::start(name, driver, folder, ca);
        DRIVERS.into_iter().map(start).collect()
    }

    fn start(name: &'static str, driver: &str, folder: &Path, ca: &Ca) -> Result<Self> {
        let mut trusted = NamedTempFile::new()?;
        trusted.write_all(ca.pebble.ca_pem().as_bytes())?;
        let mut process = Command::new("node")
            .arg("node.js")
            .arg(driver)
            .arg(ca.pebble.directory_url())
            .arg(ca.dns.management_url())
            .env("NODE_EXTRA_CA_CERTS", trusted.path())
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start node")?;
        let orders = process.stdin.take().context("standard input is piped")?;
        let results = process.stdout.take().context("standard output is piped")?;
        Ok(Self {
            name,
            process,
            orders,
            results: BufReader::new(results),
            _trusted: trusted,
        })
    }

    /// Issues for these names: milliseconds from the first request to the last answer.
    pub(crate) fn issue(&mut self, names: &[String]) -> Result<f64> {
        writeln!(self.orders, "{}", json!(names))?;
        let mut line = String::new();
        self.results.read_line(&mut line)?;
        if line.is_empty() {
            bail!("{} issued nothing", self.name);
        }
        let result: Value = serde_json::from_str(&line)?;
        let milliseconds = result["milliseconds"].as_f64();
        milliseconds.with_context(|| format!("{} says {line:?}", self.name))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Fails where it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
