//! Token storage that a test has under control: it sees every write, and fails as told.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::upstream::respond_with;
use super::{Recorded, Upstream};

/// How storage fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StoreFault {
    /// Not at all.
    #[default]
    None,
    /// Writes and removals are answered with an error.
    Writes,
    /// Reads are answered with an error.
    Reads,
    /// The connection breaks.
    Reset,
    /// Nothing is found, whatever was written: what KV says elsewhere for a minute.
    Stale,
}

/// A key-value store over HTTP, in memory.
#[derive(Debug, Clone)]
pub struct Store {
    upstream: Upstream,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    entries: BTreeMap<String, String>,
    fault: StoreFault,
}

impl Store {
    /// Starts it.
    ///
    /// # Errors
    /// Where no port can be had.
    pub fn start() -> io::Result<Self> {
        let state = Arc::<Mutex<State>>::default();
        let own = Arc::clone(&state);
        let upstream = Upstream::http(move |request, out| answer(&mut lock(&own), request, out))?;
        Ok(Self { upstream, state })
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.upstream.port()
    }

    /// The keys of all that is stored.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        lock(&self.state).entries.keys().cloned().collect()
    }

    /// Fails like this from now on.
    pub fn fail(&self, fault: StoreFault) {
        lock(&self.state).fault = fault;
    }
}

fn answer(state: &mut State, request: &Recorded, out: &mut dyn io::Write) -> io::Result<()> {
    let key = request.target.replace("%2F", "/");
    let key = key.trim_start_matches('/').to_owned();
    let is_read = request.method == "GET";
    match (state.fault, is_read) {
        (StoreFault::Reset, _) => return Ok(()),
        // The text is what must not get into a log.
        (StoreFault::Writes, false) | (StoreFault::Reads, true) => {
            return respond_with(out, "500 Internal Server Error", &key);
        }
        (StoreFault::Stale, true) => return respond_with(out, "404 Not Found", ""),
        _ => {}
    }
    match request.method.as_str() {
        "GET" => match state.entries.get(&key) {
            Some(value) => respond_with(out, "200 OK", value),
            None => respond_with(out, "404 Not Found", ""),
        },
        "PUT" => {
            let value = String::from_utf8_lossy(&request.body).into_owned();
            state.entries.insert(key, value);
            respond_with(out, "200 OK", "")
        }
        "DELETE" => {
            state.entries.remove(&key);
            respond_with(out, "200 OK", "")
        }
        _ => respond_with(out, "405 Method Not Allowed", ""),
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
