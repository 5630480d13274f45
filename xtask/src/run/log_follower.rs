//! Showing a log while it is written.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Reads a log file from its beginning, as it grows.
pub(super) struct LogFollower {
    name: &'static str,
    log: Option<BufReader<File>>,
    line: String,
}

impl LogFollower {
    /// Follows `<name>.log`; a server that was not started has none.
    pub(super) fn new(name: &'static str, folder: &Path) -> Self {
        let log = File::open(folder.join(name).with_extension("log"))
            .ok()
            .map(BufReader::new);
        Self {
            name,
            log,
            line: String::new(),
        }
    }

    /// Prints the lines that were completed since the last call.
    pub(super) fn show_new_lines(&mut self) {
        let Some(log) = &mut self.log else { return };
        while log.read_line(&mut self.line).is_ok_and(|length| length > 0) {
            if self.line.ends_with('\n') {
                eprint!("{}: {}", self.name, self.line);
                self.line.clear();
            }
        }
    }
}
