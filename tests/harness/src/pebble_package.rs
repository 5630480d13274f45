//! Pebble and challtestsrv, as Debian testing packages them.
//!
//! The binaries run on any recent Debian or Ubuntu. They are unpacked below `.tabcert/tools`, by apt
//! with lists and caches of its own: the system's packages and settings stay as they are, and apt
//! verifies the archive's signature as always.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::folders::repository;
use crate::{Error, Result};

/// The package that both programs are in.
const PACKAGE: &str = "pebble";

/// The first version that knows everything that the suites use.
const OLDEST: (u32, u32) = (2, 10);

/// The distribution, and the keys that sign it.
const SUITE: &str = "forky";
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// The programs, unpacked.
#[derive(Debug, Clone)]
pub struct PebblePackage {
    root: PathBuf,
}

impl PebblePackage {
    /// Finds the programs, or gets them: that takes about half a minute, once.
    ///
    /// # Errors
    /// [`Error::Package`] when they cannot be had: no apt, no network, or nothing new enough.
    pub fn install() -> Result<Self> {
        let tools = repository().join(".tabcert/tools");
        fs::create_dir_all(&tools).map_err(Error::file(&tools))?;
        // Whoever comes second, such as a suite that runs beside this one, waits for the first.
        let lock_path = tools.join("pebble.lock");
        let lock = File::create(&lock_path).map_err(Error::file(&lock_path))?;
        lock.lock().map_err(Error::file(&lock_path))?;

        let package = Self {
            root: tools.join(PACKAGE),
        };
        if !package.is_installed() {
            fetch(&tools.join("apt"), &package.root)?;
        }
        Ok(package)
    }

    /// Whether [`PebblePackage::install`] has nothing to do.
    pub fn is_cached() -> bool {
        Self {
            root: repository().join(".tabcert/tools").join(PACKAGE),
        }
        .is_installed()
    }

    /// The CA.
    pub(crate) fn pebble(&self) -> PathBuf {
        self.root.join("usr/bin/pebble")
    }

    /// The DNS and challenge server.
    pub(crate) fn challtestsrv(&self) -> PathBuf {
        self.root.join("usr/bin/pebble-challtestsrv")
    }

    fn is_installed(&self) -> bool {
        self.pebble().is_file() && self.challtestsrv().is_file()
    }
}

/// Downloads the package with apt's state in `work`, and unpacks it as `root`.
fn fetch(work: &Path, root: &Path) -> Result<()> {
    if work.exists() {
        fs::remove_dir_all(work).map_err(Error::file(work))?;
    }
    for folder in ["lists/partial", "cache/archives/partial"].map(|folder| work.join(folder)) {
        fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
    }
    let work = &fs::canonicalize(work).map_err(Error::file(work))?;
    let configuration = work.join("apt.conf");
    let sources = work.join("debian.sources");
    fs::write(&sources, sources_text()).map_err(Error::file(&sources))?;
    fs::write(&configuration, configuration_text(work)).map_err(Error::file(&configuration))?;

    let apt = |words: &[&str]| {
        let mut command = Command::new("apt-get");
        run(command
            .arg("-qq")
            .arg("-c")
            .arg(&configuration)
            .args(words)
            .current_dir(work))
    };
    apt(&["update"])?;
    apt(&["download", PACKAGE])?;
    let archive = downloaded(work)?;

    // Unpacked aside: what has its final name is complete.
    let unpacked = work.join("unpacked");
    run(Command::new("dpkg").arg("-x").arg(&archive).arg(&unpacked))?;
    if root.exists() {
        fs::remove_dir_all(root).map_err(Error::file(root))?;
    }
    fs::rename(&unpacked, root).map_err(Error::file(root))?;
    fs::remove_dir_all(work).map_err(Error::file(work))
}

fn sources_text() -> String {
    format!(
        "Types: deb\nURIs: {}\nSuites: {SUITE}\nComponents: main\nTargets: Packages\n\
         Signed-By: {KEYRING}\n",
        mirror()
    )
}

/// Given to apt with `-c`, which is read last: it overrides the system's settings, except for how
/// to reach the network.
fn configuration_text(work: &Path) -> String {
    let work = work.display();
    format!(
        "Dir::Etc::sourcelist \"{work}/debian.sources\";\n\
         Dir::Etc::sourceparts \"/dev/null\";\n\
         Dir::State::lists \"{work}/lists\";\n\
         Dir::Cache \"{work}/cache\";\n\
         Acquire::Languages \"none\";\n\
         APT::Sandbox::User \"root\";\n\
         #clear APT::Update::Pre-Invoke;\n\
         #clear APT::Update::Post-Invoke;\n\
         #clear APT::Update::Post-Invoke-Success;\n"
    )
}

/// The mirror that this system uses for Debian, or the one that serves everybody.
fn mirror() -> String {
    let configured =
        fs::read_to_string("/etc/apt/sources.list.d/debian.sources").unwrap_or_default();
    configured
        .lines()
        .filter_map(|line| line.strip_prefix("URIs:"))
        .flat_map(str::split_whitespace)
        .find(|uri| uri.trim_end_matches('/').ends_with("/debian"))
        .unwrap_or("http://deb.debian.org/debian")
        .to_owned()
}

/// The archive that apt left in `folder`, if it is new enough.
fn downloaded(folder: &Path) -> Result<PathBuf> {
    for entry in fs::read_dir(folder).map_err(Error::file(folder))?.flatten() {
        let file_name = entry.file_name();
        if let Some(version) = file_name.to_str().and_then(version_of) {
            if version < OLDEST {
                let (major, minor) = version;
                return Err(Error::Package {
                    reason: format!("it has only {major}.{minor}"),
                });
            }
            return Ok(entry.path());
        }
    }
    Err(Error::Package {
        reason: "apt downloaded nothing".to_owned(),
    })
}

/// Major and minor version from `pebble_2.10.0+ds1-2_amd64.deb`.
fn version_of(file_name: &str) -> Option<(u32, u32)> {
    let version = file_name
        .strip_suffix(".deb")?
        .strip_prefix("pebble_")?
        .split('_')
        .next()?;
    let mut numbers = version.split(['.', '+', '-', '~']).map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| Error::Package {
        reason: format!("cannot start {program}: {error}"),
    })?;
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let reason = errors.lines().find(|line| line.starts_with("E:"));
    let reason = reason
        .or(errors.lines().last())
        .unwrap_or("it gave no reason");
    Err(Error::Package {
        reason: format!("{program}: {reason}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_archive_names() {
        assert_eq!(version_of("pebble_2.10.0+ds1-2_amd64.deb"), Some((2, 10)));
        assert_eq!(version_of("pebble_2.4.0~rc1-1_arm64.deb"), Some((2, 4)));
        assert_eq!(version_of("pebbles_2.10.0_amd64.deb"), None);
        assert_eq!(version_of("pebble_2.10.0_amd64.deb.part"), None);
        assert!((2, 4) < OLDEST && (2, 11) > OLDEST);
    }
}
