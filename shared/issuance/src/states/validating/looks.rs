//! Looks at the authorizations of an order that stays pending.

use tabcert_acme::authorization::{Authorization, AuthorizationStatus};
use tabcert_acme::challenge::{Challenge, ChallengeStatus};
use tabcert_acme::domain::DomainName;
use tabcert_acme::problem::Problem;
use tabcert_acme::url::HttpsUrl;

use super::super::active_order::shown_name;
use super::super::diagnosing::{most_telling, unproven};
use crate::explain::words;
use crate::failure::{ProofStanding, UnprovenName};
use crate::proof::Proof;
use crate::session::Reply;

/// The first look comes before ten seconds are over, answers included; CAs that do well are done by then.
const FIRST_MS: u64 = 8_000;
const SHORTEST_GAP_MS: u64 = 20_000;
const LONGEST_GAP_MS: u64 = 320_000;

/// When the next look is due, in waited time.
#[derive(Debug)]
pub(super) struct Looks {
    due_ms: u64,
    gap_ms: u64,
}

impl Default for Looks {
    fn default() -> Self {
        Self {
            due_ms: FIRST_MS,
            gap_ms: SHORTEST_GAP_MS,
        }
    }
}

impl Looks {
    pub(super) fn due_ms(&self) -> u64 {
        self.due_ms
    }

    /// There was a look: the next one comes later.
    pub(super) fn done(&mut self, waited_ms: u64) {
        self.due_ms = waited_ms + self.gap_ms;
        self.gap_ms = (self.gap_ms * 2).min(LONGEST_GAP_MS);
    }

    /// The CA has been asked to look again.
    pub(super) fn begin_again(&mut self, waited_ms: u64) {
        self.due_ms = waited_ms + FIRST_MS;
        self.gap_ms = SHORTEST_GAP_MS;
    }
}

/// One look, and what it found so far.
#[derive(Debug)]
pub(super) struct Look {
    left: usize,
    /// Authorizations that are valid now, by their place in the order.
    pub(super) valid: Vec<usize>,
    pub(super) unproven: Vec<UnprovenName>,
    /// Names that the CA has not decided on.
    pub(super) undecided: Vec<String>,
    /// What the CA says about these.
    pub(super) words: Option<String>,
    /// Challenges that nobody is looking at.
    pub(super) pending: Vec<HttpsUrl>,
}

impl Look {
    pub(super) fn at(authorizations: usize) -> Self {
        Self {
            left: authorizations,
            valid: Vec::new(),
            unproven: Vec::new(),
            undecided: Vec::new(),
            words: None,
            pending: Vec::new(),
        }
    }

    /// Takes an answer; returns whether it was the last. One that cannot be read says nothing.
    pub(super) fn take(&mut self, reply: Reply, ordered: &[DomainName]) -> bool {
        self.left = self.left.saturating_sub(1);
        let response = reply.result.ok();
        let read = response.and_then(|response| Authorization::parse(&response.body).ok());
        if let Some(authorization) = read {
            self.read(reply.purpose.index, &authorization, ordered);
        }
        self.left == 0
    }

    fn read(&mut self, index: usize, authorization: &Authorization, ordered: &[DomainName]) {
        if authorization.status == AuthorizationStatus::Valid {
            self.valid.push(index);
            return;
        }
        let challenges = &authorization.challenges;
        let is_pending = |status| status == ChallengeStatus::Pending;
        let pending = challenges.iter().filter(|it| is_pending(it.status));
        self.pending.extend(pending.map(|it| it.url.clone()));
        if let Some(name) = unproven(authorization, ordered) {
            self.unproven.push(name);
            return;
        }
        self.undecided.push(shown_name(authorization, ordered));
        if self.words.is_none() {
            let problem = most_telling(challenges).and_then(|it| it.error.as_ref());
            self.words = problem.and_then(words::of);
        }
    }

    /// Whether only another order helps.
    pub(super) fn has_ended(&self) -> bool {
        let mut unproven = self.unproven.iter();
        unproven.any(|name| name.standing != ProofStanding::Pending)
    }

    /// Whether the CA has looked, and waits for being asked again.
    pub(super) fn is_mendable(&self) -> bool {
        !self.unproven.is_empty()
    }
}

/// What the answer to a challenge that was started says of the proof; nothing, where the CA has not
/// looked yet, or found what it looked for.
pub(super) fn said_of(proof: &Proof, body: &[u8]) -> Option<UnprovenName> {
    let challenge = Challenge::parse(body).ok()?;
    let standing = match challenge.status {
        ChallengeStatus::Valid => return None,
        ChallengeStatus::Invalid => ProofStanding::Failed,
        _ if challenge.error.is_some() => ProofStanding::Pending,
        _ => return None,
    };
    Some(UnprovenName {
        name: proof.name.clone(),
        challenge: challenge.kind.to_string(),
        problem: challenge.error.unwrap_or_else(Problem::blank),
        standing,
    })
}
