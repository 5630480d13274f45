//! A copy of the built page whose engine tells what only it knows: the randomness that it drew, and
//! when its requests began and ended.
//!
//! Scripts that are evaluated before a page's own are no part of its workers, so a few lines are
//! added to the engine's script. They change nothing that it does.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::Page;

/// In the engine: reports what was drawn, and its record of requests when asked.
const IN_ENGINE: &str = r"
{
    const watch = new BroadcastChannel('watch');
    const draw = Crypto.prototype.getRandomValues;
    Crypto.prototype.getRandomValues = function (target) {
        const filled = draw.call(this, target);
        const bytes = new Uint8Array(filled.buffer, filled.byteOffset, filled.byteLength);
        watch.postMessage({ drawn: [...bytes] });
        return filled;
    };
    performance.setResourceTimingBufferSize(10000);
    watch.onmessage = ({ data: { origin } }) => {
        if (origin === undefined) return;
        const requests = performance.getEntriesByType('resource')
            .filter(({ name }) => name.startsWith(origin));
        const began = Math.min(...requests.map(({ startTime }) => startTime));
        const ended = Math.max(...requests.map(({ responseEnd }) => responseEnd));
        watch.postMessage({ times: { milliseconds: ended - began, requests: requests.length } });
    };
}
";

/// On the page, before its own scripts: keeps what was drawn, here and there.
const ON_PAGE: &str = r"
{
    const drawn = [], watch = new BroadcastChannel('watch');
    const draw = Crypto.prototype.getRandomValues;
    Crypto.prototype.getRandomValues = function (target) {
        const filled = draw.call(this, target);
        drawn.push([...new Uint8Array(filled.buffer, filled.byteOffset, filled.byteLength)]);
        return filled;
    };
    globalThis.watched = { drawn, watch };
    watch.onmessage = ({ data }) => {
        if (data.drawn) drawn.push(data.drawn);
        if (data.times) watched.times = data.times;
    };
}
";

/// The copy; gone with this value.
#[derive(Debug)]
pub struct WatchedPage(TempDir);

impl WatchedPage {
    /// Copies the built page, which is in `dist/page/` of the repository.
    ///
    /// # Panics
    /// Where it is not built, or has not the one script for its engine.
    #[must_use]
    pub fn copy(repository: &Path) -> Self {
        Self::copy_with(repository, IN_ENGINE)
    }

    /// The same with other lines in the engine's script.
    ///
    /// # Panics
    /// As [`copy`](Self::copy) does.
    #[must_use]
    pub fn copy_with(repository: &Path, in_engine: &str) -> Self {
        let built = repository.join("dist/page");
        let folder = tempfile::tempdir().expect("a temporary directory");
        fs::create_dir(folder.path().join("assets")).expect("a directory");
        let mut engines = 0;
        for below in ["", "assets"] {
            for entry in fs::read_dir(built.join(below)).expect("the page is built") {
                let entry = entry.expect("an entry");
                if entry.path().is_dir() {
                    continue;
                }
                let name = entry.file_name();
                let mut content = fs::read(entry.path()).expect("a file");
                let text = name.to_string_lossy();
                if text.starts_with("engine-") && text.ends_with(".js") {
                    content.extend_from_slice(in_engine.as_bytes());
                    engines += 1;
                }
                let copy = folder.path().join(below).join(&name);
                fs::write(copy, content).expect("a copy");
            }
        }
        assert_eq!(engines, 1, "scripts for the engine");
        Self(folder)
    }

    /// Where it is, to be served in the place of `dist/page/`.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }
}

/// Listens to the engine of every document from now on.
pub(super) async fn listen(page: &Page) {
    page.devtools("Page.enable", json!({})).await;
    page.devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": ON_PAGE }),
    )
    .await;
}

/// What page and engine drew so far.
pub(super) async fn drawn(page: &Page) -> Vec<Vec<u8>> {
    let drawn = page.evaluate("return watched.drawn;", &[]).await;
    serde_json::from_value(drawn).expect("lists of bytes")
}

/// From the engine's first request to an origin to the end of its last, in milliseconds, and how many
/// there were.
pub(super) async fn times(page: &Page, origin: &str) -> (f64, u64) {
    let ask = "watched.times = undefined; watched.watch.postMessage({ origin: given[0] });";
    page.evaluate(ask, &[json!(origin)]).await;
    let times: Value = page.wait("times", "return watched.times;", &[]).await;
    let milliseconds = times["milliseconds"].as_f64();
    let requests = times["requests"].as_u64().expect("a number of requests");
    (milliseconds.expect("there were requests"), requests)
}
