//! Programs that come from the system's package manager.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::{process, progress};

/// A program, and the Debian package that it is in.
#[derive(Clone, Copy)]
pub(crate) struct Package {
    pub(crate) program: &'static str,
    pub(crate) package: &'static str,
}

/// Installs what is missing, or says how to when this program may not.
pub(crate) fn install(packages: &[Package]) -> Result<()> {
    let missing: BTreeSet<&str> = packages
        .iter()
        .filter(|package| !is_installed(package))
        .map(|package| package.package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let words = missing.into_iter().collect::<Vec<_>>().join(" ");
    let advice = format!("the tests need more programs: sudo apt-get install {words}");
    if !may_install() {
        bail!(advice);
    }
    progress::step(&format!("installing {words}"), || {
        let apt = |arguments: &[&str]| {
            let mut command = Command::new("apt-get");
            process::run_quietly(
                command
                    .arg("-qq")
                    .args(arguments)
                    .env("DEBIAN_FRONTEND", "noninteractive"),
            )
        };
        apt(&["update"])?;
        let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
        arguments.extend(words.split(' '));
        apt(&arguments)
    })
    .map_err(|error| error.context(advice))
}

fn is_installed(package: &Package) -> bool {
    finds("sh", &["-c", "command -v \"$0\"", package.program])
}

/// Whether this is a Debian system and its administrator.
fn may_install() -> bool {
    finds("sh", &["-c", "test \"$(id -u)\" = 0 && command -v apt-get"])
}

fn finds(program: &str, arguments: &[&str]) -> bool {
    let status = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}
