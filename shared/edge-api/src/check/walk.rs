//! The walk from the host to the answer: one hop per answer, one type per state.

use std::net::IpAddr;

use tabcert_acme::key_authorization::{http_path, key_authorization};

use super::address::is_public;
use super::answer::{judge, limit, reading_limit};
use super::target::Target;
use super::{Break, CheckReport, CheckRequest, Hop, MAX_REDIRECTS, Sought, TIMEOUT_MS};
use crate::path::{CHALLENGE_PREFIX, EDGE_TOKEN};

/// Which addresses names may lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// Those of the internet only.
    Public,
    /// Any: the operator's own network, with a CA in it.
    Private,
    /// Unknown: names are not looked up. For tests, where the network is not real.
    Unresolved,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Look a name up.
    Resolve(Resolving),
    /// Fetch a URL.
    Fetch(Fetching),
    /// Nothing: this was found.
    Done(CheckReport),
}

/// A walk that waits for a name's addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolving(Walk);

/// A walk that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetching(Walk);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Walk {
    expected: String,
    seeks_edge: bool,
    network: Network,
    deadline_ms: u64,
    passed: Vec<Hop>,
    at: Target,
    hop: Hop,
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The header `Location`.
    pub location: Option<String>,
    /// The body's first bytes, at most [`Fetching::reading_limit`].
    pub body: Vec<u8>,
    /// Whether the body goes on.
    pub truncated: bool,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It took too long.
    Timeout,
    /// TLS failed.
    Tls(String),
    /// Anything else, in the runtime's words.
    NoAnswer(String),
}

/// Begins a walk. `edge_mark` is what the edge itself would answer; `now_ms` is in milliseconds of any clock, the same all along.
#[must_use]
pub fn start(request: &CheckRequest, edge_mark: &str, network: Network, now_ms: u64) -> Step {
    let (path, expected) = match &request.sought {
        Sought::KeyAuthorization { token, thumbprint } => {
            (http_path(token), key_authorization(token, thumbprint))
        }
        Sought::Edge => (
            format!("{CHALLENGE_PREFIX}{EDGE_TOKEN}"),
            edge_mark.to_owned(),
        ),
    };
    let at = Target::first(request.host.clone(), path);
    let walk = Walk {
        expected,
        seeks_edge: request.sought == Sought::Edge,
        network,
        deadline_ms: now_ms + TIMEOUT_MS,
        passed: Vec::new(),
        hop: Hop::at(&at),
        at,
    };
    walk.arrive()
}

impl Resolving {
    /// The name whose A and AAAA records are wanted.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.at.host().as_str()
    }

    /// How long that may take, in milliseconds.
    #[must_use]
    pub fn time_left_ms(&self, now_ms: u64) -> u64 {
        self.0.time_left_ms(now_ms)
    }

    /// Goes on with the addresses, or with why there are none.
    #[must_use]
    pub fn resolved(mut self, addresses: Result<Vec<IpAddr>, String>, now_ms: u64) -> Step {
        let walk = &mut self.0;
        if walk.time_left_ms(now_ms) == 0 {
            return self.0.time_out();
        }
        let addresses = match addresses {
            Ok(addresses) => addresses,
            Err(reason) => return self.0.stop(Break::Lookup { reason }),
        };
        walk.hop.addresses = addresses.iter().map(ToString::to_string).collect();
        if addresses.is_empty() {
            return self.0.stop(Break::NoAddress);
        }
        // Any of them: whoever fetches takes the one that it likes.
        let private = addresses.into_iter().find(|&address| !is_public(address));
        match (private, walk.network) {
            (Some(address), Network::Public) => self.0.stop(Break::PrivateAddress {
                address: address.to_string(),
            }),
            _ => Step::Fetch(Fetching(self.0)),
        }
    }
}

impl Fetching {
    /// The URL to GET, without following redirects.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.0.hop.url
    }

    /// How long that may take, in milliseconds.
    #[must_use]
    pub fn time_left_ms(&self, now_ms: u64) -> u64 {
        self.0.time_left_ms(now_ms)
    }

    /// How many bytes of the answer are wanted.
    #[must_use]
    pub fn reading_limit(&self) -> usize {
        reading_limit(&self.0.expected)
    }

    /// Goes on with the answer, or with why there is none.
    #[must_use]
    pub fn answered(mut self, answer: Result<Answer, Fault>, now_ms: u64) -> Step {
        let answer = match answer {
            Ok(_) if self.0.time_left_ms(now_ms) == 0 => return self.0.time_out(),
            Ok(answer) => answer,
            Err(Fault::Timeout) => return self.0.time_out(),
            Err(Fault::Tls(reason)) => return self.0.stop(Break::Tls { reason }),
            Err(Fault::NoAnswer(reason)) => return self.0.stop(Break::NoAnswer { reason }),
        };
        let shown = &answer.body[..answer.body.len().min(limit(&self.0.expected))];
        let received = String::from_utf8_lossy(shown).into_owned();
        let hop = &mut self.0.hop;
        hop.status = Some(answer.status);
        match answer.status {
            200 => {
                hop.received = Some(received);
                match judge(&self.0.expected, &answer.body, answer.truncated) {
                    None => self.0.report(None),
                    Some(why) => self.0.stop(why),
                }
            }
            301 | 302 | 307 | 308 => {
                hop.location = answer.location.as_deref().map(shorten);
                self.0.redirect(answer.location.as_deref())
            }
            403 if self.0.at.has_dot_segment() => {
                hop.received = Some(received);
                self.0.stop(Break::DotFileForbidden)
            }
            status => {
                hop.received = Some(received);
                self.0.stop(Break::Status { status })
            }
        }
    }
}

impl Walk {
    fn arrive(self) -> Step {
        match self.network {
            Network::Unresolved => Step::Fetch(Fetching(self)),
            Network::Public if self.at.is_local_name() => self.stop(Break::NoAddress),
            Network::Public | Network::Private => Step::Resolve(Resolving(self)),
        }
    }

    fn redirect(mut self, location: Option<&str>) -> Step {
        let Some(location) = location else {
            return self.stop(Break::NoLocation);
        };
        let at = match self.at.follow(location) {
            Ok(at) => at,
            Err(reason) => return self.stop(Break::Redirect { reason }),
        };
        let next = Hop::at(&at);
        if self.passed.len() == MAX_REDIRECTS {
            return self.stop(Break::TooManyRedirects {
                limit: MAX_REDIRECTS,
            });
        }
        let known = self.passed.iter().chain([&self.hop]);
        if known.into_iter().any(|hop| hop.url == next.url) {
            return self.stop(Break::Loop);
        }
        self.passed.push(std::mem::replace(&mut self.hop, next));
        self.at = at;
        self.arrive()
    }

    fn time_left_ms(&self, now_ms: u64) -> u64 {
        self.deadline_ms.saturating_sub(now_ms)
    }

    fn time_out(self) -> Step {
        self.stop(Break::Timeout {
            seconds: TIMEOUT_MS / 1000,
        })
    }

    fn stop(self, why: Break) -> Step {
        self.report(Some(why))
    }

    fn report(mut self, broken: Option<Break>) -> Step {
        let detail = broken
            .as_ref()
            .map(|why| format!("The check stops at {}: {why}.", self.at.host()));
        let next_step = broken.as_ref().map(|why| match why {
            // Some other server answers.
            Break::Status { .. }
            | Break::DotFileForbidden
            | Break::WrongAnswer
            | Break::TooLong { .. }
                if self.seeks_edge =>
            {
                "Lead the name, or its path /.well-known/acme-challenge/, to this edge."
            }
            why => why.next_step(),
        });
        let next_step = next_step.map(str::to_owned);
        self.hop.broken = broken;
        self.passed.push(self.hop);
        Step::Done(CheckReport {
            expected: self.expected,
            hops: self.passed,
            works: detail.is_none(),
            detail,
            next_step,
        })
    }
}

impl Hop {
    fn at(target: &Target) -> Self {
        Self {
            url: target.url(),
            addresses: Vec::new(),
            status: None,
            location: None,
            received: None,
            broken: None,
        }
    }
}

/// Enough to recognise it by.
fn shorten(location: &str) -> String {
    location.chars().take(500).collect()
}
