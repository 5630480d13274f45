//! Stands before the CA: counts what passes, and kills the browser where it is told to.

use std::sync::{Arc, Mutex, MutexGuard};

use rustix::process::{Pid, Signal, kill_process_group};
use tabcert_harness::{Head, Passage};
use tokio::sync::Notify;

/// Where the engine tells, in the midst of its work, that it writes to the vault: an address of the
/// CA's, as that is the one that it may talk to.
const STORES: &str = "/tripwire/";

/// Lines for the engine's script. A synchronous request holds the engine until it is answered, so that
/// nothing happens between a step and the kill.
pub(crate) const IN_ENGINE: &str = r"
{
    const begin = IDBDatabase.prototype.transaction;
    const tell = (what) => {
        if (!globalThis.tripwire) return;
        const request = new XMLHttpRequest();
        request.open('GET', new URL('/tripwire/' + what, globalThis.tripwire), false);
        try { request.send(); } catch {}
    };
    const send = globalThis.fetch;
    globalThis.fetch = function (resource, ...rest) {
        const url = new URL(resource, location.href);
        if (url.origin !== location.origin) globalThis.tripwire = url.origin;
        return send.call(this, resource, ...rest);
    };
    IDBDatabase.prototype.transaction = function (stores, mode, ...rest) {
        const transaction = begin.call(this, stores, mode, ...rest);
        if (mode === 'readwrite') {
            tell('before');
            transaction.addEventListener('complete', () => tell('after'));
        }
        return transaction;
    };
}
";

/// When the browser dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// When it has sent this request, which the CA does not get.
    Request(usize),
    /// When the CA has done what this request asks for, and the browser does not know.
    Answer(usize),
    /// When this write to the vault has begun.
    Write(usize),
    /// When it is on disk.
    Written(usize),
}

/// What was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) requests: usize,
    pub(crate) answers: usize,
    pub(crate) writes: usize,
    pub(crate) written: usize,
    /// Accounts that the CA has made.
    pub(crate) accounts: usize,
    /// Orders that the CA has made.
    pub(crate) orders: usize,
}

/// Both ends of the wire.
#[derive(Clone, Default)]
pub(crate) struct Tripwire(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    killed: Notify,
}

#[derive(Default)]
struct State {
    counts: Counts,
    armed: Option<(At, Pid)>,
}

impl Tripwire {
    /// Counts from zero.
    pub(crate) fn reset(&self) {
        *self.state() = State::default();
    }

    /// Kills these processes at a step.
    pub(crate) fn arm(&self, at: At, group: Pid) {
        self.state().armed = Some((at, group));
    }

    /// Kills these processes now.
    pub(crate) fn kill(&self, group: Pid) {
        // Before, so that whoever talks to them knows why they fall silent.
        self.0.killed.notify_one();
        let _ = kill_process_group(group, Signal::KILL);
    }

    /// Waits until the browser is killed.
    pub(crate) async fn killed(&self) {
        self.0.killed.notified().await;
    }

    pub(crate) fn counts(&self) -> Counts {
        self.state().counts
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect("no thread panics with it")
    }

    fn reach(&self, at: At) {
        let armed = self.state().armed.take_if(|(armed, _)| *armed == at);
        if let Some((_, group)) = armed {
            self.kill(group);
        }
    }
}

impl Passage for Tripwire {
    fn intercept(&self, request: &Head) -> Option<Vec<u8>> {
        if request.method() == Some("OPTIONS") {
            return None;
        }
        let target = request.target().unwrap_or_default();
        let Some(what) = target.strip_prefix(STORES) else {
            let number = {
                let counts = &mut self.state().counts;
                counts.requests += 1;
                counts.requests
            };
            let kills = self
                .state()
                .armed
                .is_some_and(|(at, _)| at == At::Request(number));
            self.reach(At::Request(number));
            // Who is dead asks for nothing.
            return kills.then(Vec::new);
        };
        let at = {
            let counts = &mut self.state().counts;
            if what == "before" {
                counts.writes += 1;
                At::Write(counts.writes)
            } else {
                counts.written += 1;
                At::Written(counts.written)
            }
        };
        self.reach(at);
        let answer = b"HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n";
        Some(answer.to_vec())
    }

    fn answer(&self, request: &Head, answer: Head) -> Head {
        if request.method() == Some("OPTIONS") {
            return answer;
        }
        let number = {
            let counts = &mut self.state().counts;
            counts.answers += 1;
            if answer.status() == Some(201) {
                match request.target() {
                    Some("/sign-me-up") => counts.accounts += 1,
                    Some("/order-plz") => counts.orders += 1,
                    _ => {}
                }
            }
            counts.answers
        };
        self.reach(At::Answer(number));
        answer
    }
}
