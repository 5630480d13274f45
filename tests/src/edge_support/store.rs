//! Token storage that a test has under control: it sees every write, and fails as told.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use super::upstream::respond_with;
use super::{Recorded, Upstream};

/// How far ahead the end of a value has to be at least, in seconds. Workers KV: "The minimum is 60
/// seconds in the future".
const SHORTEST: u64 = 60;

/// The longest key that Workers KV takes, in bytes.
const LONGEST_KEY: usize = 512;

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

/// A key-value store over HTTP, in memory. It refuses what Workers KV refuses, and forgets values at
/// their end.
#[derive(Debug, Clone)]
pub struct Store {
    upstream: Upstream,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    entries: BTreeMap<String, Entry>,
    fault: StoreFault,
    /// How far its clock is ahead, in seconds.
    ahead: u64,
}

#[derive(Debug)]
struct Entry {
    value: String,
    /// In seconds since 1970; `None` for good.
    end: Option<u64>,
}

impl State {
    fn now(&self) -> u64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        now.unwrap_or_default().as_secs() + self.ahead
    }

    fn forget(&mut self) {
        let now = self.now();
        self.entries
            .retain(|_, entry| entry.end.is_none_or(|end| end > now));
    }
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
        let mut state = lock(&self.state);
        state.forget();
        state.entries.keys().cloned().collect()
    }

    /// Puts its clock forward, so that what ends within this many seconds has ended.
    pub fn pass(&self, seconds: u64) {
        lock(&self.state).ahead += seconds;
    }

    /// Fails like this from now on.
    pub fn fail(&self, fault: StoreFault) {
        lock(&self.state).fault = fault;
    }
}

fn answer(state: &mut State, request: &Recorded, out: &mut dyn io::Write) -> io::Result<()> {
    let (path, query) = match request.target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (request.target.as_str(), None),
    };
    let key = path.replace("%2F", "/");
    let key = key.trim_start_matches('/').to_owned();
    state.forget();
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
            Some(entry) => respond_with(out, "200 OK", &entry.value),
            None => respond_with(out, "404 Not Found", ""),
        },
        "PUT" => {
            let end = query.map(|query| query.strip_prefix("expiration=").map(str::parse::<u64>));
            let end = match end {
                None => None,
                Some(Some(Ok(end))) if end >= state.now() + SHORTEST => Some(end),
                Some(_) => return respond_with(out, "400 Bad Request", "Invalid expiration"),
            };
            if key.len() > LONGEST_KEY {
                return respond_with(out, "414 URI Too Long", "key too long");
            }
            let value = String::from_utf8_lossy(&request.body).into_owned();
            state.entries.insert(key, Entry { value, end });
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
