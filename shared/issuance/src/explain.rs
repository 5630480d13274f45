//! Failures in human words: the one place where text for the visitor is derived.

mod advice;
pub mod words;

use serde::{Deserialize, Serialize};
use tabcert_acme::key::AccountKey;
use tabcert_acme::problem::{Problem, ProblemKind};
use tabcert_pki::Misfit;

use crate::event::{CheckError, TransportError};
use crate::failure::{Failure, ProofStanding, Refusal, UnprovenName};
use crate::transcript::RequestKind;
use crate::view::{Failed, NameCause, NameFailure, OrderStanding};

/// A failure for people: what happened, what the CA said, what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// One plain sentence.
    pub sentence: String,
    /// The CA's (or the browser's) own words.
    pub detail: Option<String>,
    /// What to do next.
    pub next_step: String,
    /// A page of the CA's about it.
    pub link: Option<String>,
}

impl Explanation {
    fn new(sentence: &str, next_step: &str) -> Self {
        Self {
            sentence: sentence.to_owned(),
            detail: None,
            next_step: next_step.to_owned(),
            link: None,
        }
    }

    fn quoting(self, detail: &str) -> Self {
        Self {
            detail: words::presentable(detail),
            ..self
        }
    }

    fn quoting_problem(self, problem: Option<&Problem>) -> Self {
        Self {
            detail: problem.and_then(words::of),
            ..self
        }
    }
}

/// Everything that is shown of a failure, apart from what the journey knows of its order. `key` is the
/// account's, where there is one.
pub(crate) fn failed(failure: &Failure, key: Option<&AccountKey>) -> Failed {
    Failed {
        cause: failure.cause(),
        explanation: explanation(failure, key),
        names: names(failure),
        can_try_again: match failure {
            Failure::NotOffered(_) | Failure::AccountKeyInRequest => false,
            Failure::NotServed(refusal) => refusal.kind.is_handed_out(),
            _ => true,
        },
        not_before_ms: match failure {
            Failure::Refused(refusal) => refusal.retry_at_ms,
            _ => None,
        },
        names_are_fixed: false,
        order: OrderStanding::None,
        misfit: None,
    }
}

fn explanation(failure: &Failure, key: Option<&AccountKey>) -> Explanation {
    match failure {
        Failure::Unreachable { direct, edge } => unreachable(direct, edge.as_ref()),
        Failure::Silent { kind, error } => silent(*kind, error),
        Failure::TooLarge { kind } => Explanation::new(
            "The answer is larger than any answer of a CA, so it was not read.",
            "Check the CA's address, and whether something on the way answers in its place; then try again.",
        )
        .quoting(kind.as_str()),
        Failure::UnusableNonce => Explanation::new(
            "The CA's nonces are not base64url, as the ACME protocol requires, so nothing can be signed for it.",
            "Tell the CA, and use another one meanwhile.",
        ),
        Failure::Refused(refusal) => refused(refusal, key),
        Failure::NotServed(refusal) => Explanation::new(
            "This CA does not offer this over ACME.",
            "Look on the CA's site whether it can be done there.",
        )
        .quoting_problem(Some(&refusal.problem)),
        Failure::Unproven(names) => many_unproven(names),
        Failure::SilentAboutProofs(_) => Explanation::new(
            "The CA has said nothing about your proofs for a quarter of an hour.",
            "Check that each record or file is in place exactly as shown, and can be seen from the Internet. Then try again: the CA is asked to look once more. Or start a new order, which gets new values.",
        ),
        Failure::ForeignNames(_) => Explanation::new(
            "The CA asks for proofs of names that you did not order.",
            "Nothing has to be put in place for them. Check that the address is that of your CA, and try again.",
        ),
        Failure::OrderInvalid(problem) => order_invalid(problem.as_deref()),
        Failure::OrderEnded(problem) => Explanation::new(
            "This order has ended at the CA meanwhile: orders wait for a few days only.",
            "Try again: a new order for the same names, with the same key. Proofs that the CA still accepts are not asked for again; for the others it has new values.",
        )
        .quoting_problem(problem.as_deref()),
        Failure::OrderUnknown(refusal) => Explanation::new(
            "The CA no longer knows this order.",
            "Start a new order for the same names, with the same key; or try again, if you think that the CA is only having trouble.",
        )
        .quoting_problem(Some(&refusal.problem)),
        Failure::NoUsableChallenge(_) => Explanation::new(
            "The CA offers no way to prove control of some names that works from here.",
            "Leave these names out, or use another CA.",
        ),
        Failure::Protocol(error) => Explanation::new(
            "The CA's answer is not what the ACME protocol allows.",
            "Try again. If it stays like this, check that you can reach other sites and that the address is that of an ACME directory; otherwise the CA has a fault.",
        )
        .quoting(&error.to_string()),
        Failure::TookTooLong => Explanation::new(
            "The CA has not finished in a quarter of an hour.",
            "Try again to keep waiting: the order stays. Or start a new one; proofs that the CA accepted meanwhile need not be repeated.",
        ),
        Failure::Stopped => Explanation::new(
            "You stopped waiting.",
            "Try again to go on where it stood: the account, the key, the order and proofs that the CA accepted are kept.",
        ),
        Failure::Key(error) => Explanation::new(
            "This browser could not make the certificate's key.",
            "Try again, or choose another kind of key.",
        )
        .quoting(&error.to_string()),
        Failure::AccountKeyInRequest => Explanation::new(
            "This request is for the key of your account, which must not be a certificate's.",
            "Make a request with a key of its own, and bring that.",
        ),
        Failure::NotOffered(what) => Explanation::new(
            "This CA does not offer this over ACME.",
            "Look on the CA's site whether it can be done there.",
        )
        .quoting(&format!("The CA's directory has no {what}.")),
        Failure::Mismatch(error) => mismatch(error),
    }
}

fn mismatch(error: &CheckError) -> Explanation {
    const AGAIN: &str = "Download it again: the order, the key and the proofs are kept. If it stays so, save what the CA sent and ask the CA about it.";
    let explanation = match error {
        CheckError::Misfit(Misfit::NoCertificate { .. } | Misfit::NoNames) => {
            Explanation::new("There is no certificate in what the CA sent.", AGAIN)
        }
        CheckError::Misfit(Misfit::OtherKey { .. }) => Explanation::new(
            "The CA sent a certificate for another key. Your server could not use it.",
            AGAIN,
        ),
        CheckError::Misfit(Misfit::NamesMissing { .. }) => Explanation::new(
            "The certificate that the CA sent is not for all of the names.",
            AGAIN,
        ),
        CheckError::NoKey(_) => Explanation::new(
            "The certificate cannot be checked: its key is not here.",
            "Open the order where the key was made, or start a new one.",
        ),
    };
    explanation.quoting(&error.to_string())
}

/// What is said about single names.
fn names(failure: &Failure) -> Vec<NameFailure> {
    let plain = |cause: NameCause, sentence: &str, next_step: &str| {
        let explanation = Explanation::new(sentence, next_step);
        move |name: &String| NameFailure {
            name: name.clone(),
            cause,
            explanation: explanation.clone(),
        }
    };
    match failure {
        Failure::Refused(refusal) => blamed_names(&refusal.problem, refusal.kind),
        Failure::OrderInvalid(Some(problem)) => blamed_names(problem, RequestKind::Finalize),
        Failure::Unproven(names) => names.iter().map(unproven).collect(),
        Failure::NoUsableChallenge(names) => names
            .iter()
            .map(plain(
                NameCause::Unusable,
                "None of the challenges that the CA offers for this name can be answered here.",
                "Leave it out, or use another CA.",
            ))
            .collect(),
        Failure::SilentAboutProofs(names) => names
            .iter()
            .map(plain(
                NameCause::Undecided,
                "The CA has neither accepted nor refused this proof.",
                "Check the record or file; then try again.",
            ))
            .collect(),
        Failure::ForeignNames(names) => names
            .iter()
            .map(plain(
                NameCause::NotOrdered,
                "You did not order this name.",
                "Put nothing in place for it.",
            ))
            .collect(),
        _ => Vec::new(),
    }
}

fn unreachable(direct: &TransportError, edge: Option<&TransportError>) -> Explanation {
    match edge {
        None => Explanation::new(
            "This CA cannot be reached from the browser.",
            "Check the address and your connection. Many CAs do not let browsers in (no CORS); for those, this page needs an edge worker.",
        )
        .quoting(&direct.to_string()),
        Some(edge) => Explanation::new(
            "This CA cannot be reached, neither directly nor through the edge.",
            "Check the address, and try again in a minute. The edge relays only to CAs that its operator allows.",
        )
        .quoting(&format!("Directly: {} Through the edge: {}", sentence(direct), sentence(edge))),
    }
}

/// With one full stop.
fn sentence(error: &TransportError) -> String {
    let text = error.to_string();
    format!("{}.", text.trim_end_matches(['.', ' ']))
}

fn silent(kind: RequestKind, error: &TransportError) -> Explanation {
    let explanation = match error {
        TransportError::Edge(_) | TransportError::EdgeRefused(_) => Explanation::new(
            "The edge gets no answer from the CA.",
            "Try again in a minute: the account, the key, the order and proofs that the CA accepted are kept.",
        ),
        _ => Explanation::new(
            "The CA does not answer any more.",
            "Check your connection and try again: the account, the key, the order and proofs that the CA accepted are kept.",
        ),
    };
    explanation.quoting(&format!("{}: {error}", kind.as_str()))
}

fn refused(refusal: &Refusal, key: Option<&AccountKey>) -> Explanation {
    let (sentence, next_step) = advice::of_refusal(refusal);
    let mut explanation =
        Explanation::new(sentence, next_step).quoting_problem(Some(&refusal.problem));
    if let (ProblemKind::BadSignatureAlgorithm, Some(key)) = (refusal.problem.kind(), key) {
        explanation.sentence = format!(
            "The CA does not accept account keys of this kind ({}).",
            key_kind(key)
        );
    }
    explanation.link.clone_from(&refusal.link);
    explanation
}

/// The kinds of account keys by their signatures (RFC 7518 §3.1).
fn key_kind(key: &AccountKey) -> &'static str {
    match key.algorithm() {
        "ES256" => "P-256",
        "ES384" => "P-384",
        _ => "RSA",
    }
}

/// The order says why, or the request that it did not survive.
fn order_invalid(problem: Option<&Problem>) -> Explanation {
    const SENTENCE: &str = "The CA gave this order up.";
    let explanation = match problem.map(Problem::kind) {
        Some(kind @ (ProblemKind::BadCsr | ProblemKind::BadPublicKey | ProblemKind::Caa)) => {
            let (sentence, next_step) = advice::of(kind, RequestKind::Finalize);
            Explanation::new(sentence, next_step)
        }
        _ => Explanation::new(
            SENTENCE,
            "Try again: a new order with the same key, and without repeating proofs that the CA accepted.",
        ),
    };
    explanation.quoting_problem(problem)
}

fn many_unproven(names: &[UnprovenName]) -> Explanation {
    let all =
        |standing: fn(ProofStanding) -> bool| names.iter().all(|name| standing(name.standing));
    let is_over = |standing| {
        matches!(
            standing,
            ProofStanding::Expired | ProofStanding::Deactivated | ProofStanding::Revoked
        )
    };
    if all(is_over) {
        return Explanation::new(
            "The CA's wait for your proofs is over.",
            "Try again: a new order with new values, while the account, the key and the other names' proofs stay.",
        );
    }
    let sentence = match names {
        [one] => format!("The CA was not convinced that you control {}.", one.name),
        _ => format!(
            "The CA was not convinced that you control {} of the names.",
            names.len()
        ),
    };
    let next_step = if all(|standing| standing == ProofStanding::Pending) {
        "Mend what is named below, then try again: the CA is asked to look once more, for the same values."
    } else {
        "Mend what is named below, then try again: a new order with new values, while the account, the key and the other names' proofs stay."
    };
    Explanation::new(&sentence, next_step)
}

fn unproven(name: &UnprovenName) -> NameFailure {
    let (sentence, next_step) = match name.standing {
        ProofStanding::Expired => (
            "The CA waited for this proof until its time was over.",
            "Try again with a new order.",
        ),
        ProofStanding::Deactivated => (
            "The account gave this authorization up.",
            "Try again with a new order.",
        ),
        ProofStanding::Revoked => (
            "The CA took this authorization back.",
            "Try again with a new order.",
        ),
        ProofStanding::Pending | ProofStanding::Failed if words::is_bare(&name.problem) => {
            advice::NO_REASON_FOR_PROOF
        }
        ProofStanding::Pending | ProofStanding::Failed => {
            advice::of(name.problem.kind(), RequestKind::Challenge)
        }
    };
    NameFailure {
        name: name.name.clone(),
        cause: name.standing.cause(),
        explanation: Explanation::new(sentence, next_step).quoting_problem(Some(&name.problem)),
    }
}

/// What the subproblems say about single names (RFC 8555 §6.7.1).
fn blamed_names(problem: &Problem, request: RequestKind) -> Vec<NameFailure> {
    let about = |problem: &Problem| {
        let name = problem.identifier.as_ref()?.value.clone();
        let (sentence, next_step) = advice::of(problem.kind(), request);
        Some(NameFailure {
            name,
            cause: NameCause::Blamed,
            explanation: Explanation::new(sentence, next_step).quoting_problem(Some(problem)),
        })
    };
    problem.subproblems.iter().filter_map(about).collect()
}

#[cfg(test)]
mod tests;
