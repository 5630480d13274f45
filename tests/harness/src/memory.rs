//! How much memory a program among a server's processes takes (proc(5)).

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// Looks at a process's memory from now on.
#[derive(Debug)]
pub struct MemoryWatch {
    process: PathBuf,
    before: u64,
}

impl MemoryWatch {
    /// Begins with what the program of this name, in this process group, takes now.
    pub(crate) fn start(group: u32, program: &'static str) -> Result<Self> {
        let process = find(group, program).ok_or(Error::NoProcess { program })?;
        // "5": "Reset the peak resident set size".
        let reset = process.join("clear_refs");
        fs::write(&reset, "5").map_err(Error::file(&reset))?;
        let before = read(&process, "VmRSS:")?;
        Ok(Self { process, before })
    }

    /// How much more than at the beginning was in memory at the worst moment since, in bytes.
    ///
    /// # Errors
    /// When the process has ended.
    pub fn growth(&self) -> Result<u64> {
        Ok(read(&self.process, "VmHWM:")?.saturating_sub(self.before))
    }
}

fn find(group: u32, program: &str) -> Option<PathBuf> {
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let mut folders = processes.map(|process| process.path());
    folders.find(|folder| {
        let stat = fs::read_to_string(folder.join("stat")).unwrap_or_default();
        // `1 (program) S parent group …`
        let named = stat
            .split_once(" (")
            .and_then(|(_, rest)| rest.rsplit_once(") "));
        named.is_some_and(|(name, rest)| {
            name == program && rest.split(' ').nth(2) == Some(group.to_string().as_str())
        })
    })
}

fn read(process: &Path, field: &str) -> Result<u64> {
    let path = process.join("status");
    let status = fs::read_to_string(&path).map_err(Error::file(&path))?;
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix(field)?.trim().strip_suffix(" kB"))
        .and_then(|number| number.parse::<u64>().ok());
    // A process that has ended, and is not yet waited for, has no memory.
    Ok(kilobytes.unwrap_or(0) * 1024)
}
