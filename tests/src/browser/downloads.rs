//! What the visitor saved.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::page::PATIENCE;

/// How often the directory is looked at; the file system tells nobody when a file arrives.
const INTERVAL: Duration = Duration::from_millis(20);

/// The directory that the browser saves to.
#[derive(Debug)]
pub struct Downloads(PathBuf);

impl Downloads {
    pub(super) fn new(directory: PathBuf) -> Self {
        std::fs::create_dir_all(&directory).expect("a directory for downloads");
        Self(directory)
    }

    /// Where it is.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.0
    }

    /// The file of this name, once the browser has saved it whole.
    ///
    /// # Panics
    /// Where it does not come.
    pub async fn file(&self, name: &str) -> Vec<u8> {
        let deadline = Instant::now() + PATIENCE;
        // The browser writes to another name and moves the file when it is complete.
        loop {
            match std::fs::read(self.0.join(name)) {
                Ok(bytes) if !bytes.is_empty() => return bytes,
                _ if Instant::now() > deadline => {
                    panic!("{name} was not saved; there is {:?}", self.names())
                }
                _ => tokio::time::sleep(INTERVAL).await,
            }
        }
    }

    /// The file of this name as text.
    ///
    /// # Panics
    /// Where it does not come, or is no text.
    pub async fn text(&self, name: &str) -> String {
        String::from_utf8(self.file(name).await).expect("text")
    }

    /// The names of all files, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).into_iter().flatten().flatten();
        let mut names: Vec<_> = entries
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}
