//! Failures in human words: the one place where text for the visitor is derived.

use serde::{Deserialize, Serialize};
use tabcert_acme::problem::{Problem, ProblemKind};

use crate::event::TransportError;
use crate::failure::{Failure, Refusal, UnprovenName};
use crate::transcript::RequestKind;
use crate::view::{Failed, NameFailure};

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

    fn quoting(self, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self {
            detail: (!detail.is_empty()).then_some(detail),
            ..self
        }
    }
}

/// Everything that is shown of a failure.
pub(crate) fn failed(failure: &Failure) -> Failed {
    let plain = |explanation| Failed {
        explanation,
        names: Vec::new(),
        can_try_again: true,
        not_before_ms: None,
        names_are_fixed: false,
    };
    match failure {
        Failure::Unreachable { direct, edge } => plain(unreachable(direct, edge.as_ref())),
        Failure::Silent { kind, error } => plain(
            Explanation::new(
                "The CA does not answer any more.",
                "Check your connection and try again: the account, the key and proofs that the CA accepted are kept.",
            )
            .quoting(format!("{}: {error}", kind.as_str())),
        ),
        Failure::TooLarge { kind } => plain(
            Explanation::new(
                "The answer is larger than any answer of a CA, so it was not read.",
                "Check the CA's address, and whether something on the way answers in its place; then try again.",
            )
            .quoting(kind.as_str()),
        ),
        Failure::UnusableNonce => plain(Explanation::new(
            "The CA's nonces are not base64url, as the ACME protocol requires, so nothing can be signed for it.",
            "Tell the CA, and use another one meanwhile.",
        )),
        Failure::Refused(refusal) => refused(refusal),
        Failure::NotServed(refusal) => Failed {
            can_try_again: false,
            ..plain(
                Explanation::new(
                    "This CA does not offer this over ACME.",
                    "Look on the CA's site whether it can be done there.",
                )
                .quoting(words(&refusal.problem)),
            )
        },
        Failure::OrderUnknown(refusal) => plain(
            Explanation::new(
                "The CA no longer knows this order.",
                "Order anew: with the same key, and without repeating proofs that the CA still accepts. Or try again later, if the CA has trouble at the moment.",
            )
            .quoting(words(&refusal.problem)),
        ),
        Failure::Unproven(names) => Failed { names: names.iter().map(unproven).collect(), ..plain(many_unproven(names)) },
        Failure::OrderInvalid(problem) => Failed {
            names: problem.as_deref().map(blamed_names).unwrap_or_default(),
            ..plain(
            Explanation::new(
                "The CA gave this order up.",
                "Try again: a new order with the same key, and without repeating proofs that the CA accepted.",
            )
            .quoting(problem.as_deref().map(words).unwrap_or_default()),
            )
        },
        Failure::OrderEnded(problem) => plain(
            Explanation::new(
                "This order has ended at the CA meanwhile: orders wait for a few days only.",
                "Try again: a new order for the same names, with the same key. Proofs that the CA still accepts are not asked for again; for the others it has new values.",
            )
            .quoting(problem.as_deref().map(words).unwrap_or_default()),
        ),
        Failure::NoUsableChallenge(names) => Failed {
            names: names.iter().map(|name| unusable(name)).collect(),
            can_try_again: false,
            ..plain(Explanation::new(
                "The CA offers no way to prove control of some names that works from here.",
                "Leave these names out, or use another CA.",
            ))
        },
        Failure::Protocol(error) => plain(
            Explanation::new(
                "The CA's answer is not what the ACME protocol allows.",
                "Check that the address is that of an ACME directory, and try again. If it stays like this, the CA has a fault.",
            )
            .quoting(error.to_string()),
        ),
        Failure::TookTooLong => plain(Explanation::new(
            "The CA has not finished in a quarter of an hour.",
            "Try again later. Proofs that the CA accepted meanwhile need not be repeated.",
        )),
        Failure::Key(error) => plain(
            Explanation::new("This browser could not make the certificate's key.", "Try again, or choose another kind of key.")
                .quoting(error.to_string()),
        ),
        Failure::NotOffered(what) => Failed {
            can_try_again: false,
            ..plain(
                Explanation::new(
                    "This CA does not offer this over ACME.",
                    "Look on the CA's site whether it can be done there.",
                )
                .quoting(format!("The CA's directory has no {what}.")),
            )
        },
        Failure::Mismatch(error) => plain(
            Explanation::new(
                "What the CA delivered does not belong to your key and names, so it is not offered for download.",
                "Try again with a new order. If it happens twice, tell the CA.",
            )
            .quoting(error.to_string()),
        ),
    }
}

fn unreachable(direct: &TransportError, edge: Option<&TransportError>) -> Explanation {
    match edge {
        None => Explanation::new(
            "This CA cannot be reached from the browser.",
            "Check the address and your connection. Many CAs do not let browsers in (no CORS); for those, this page needs an edge worker.",
        )
        .quoting(direct.to_string()),
        Some(edge) => Explanation::new(
            "This CA cannot be reached, neither directly nor through the edge.",
            "Check the address. The edge relays only to CAs that its operator allows.",
        )
        .quoting(format!("Directly: {direct}. Through the edge: {edge}.")),
    }
}

fn refused(refusal: &Refusal) -> Failed {
    let (sentence, next_step) = advice(refusal.problem.kind(), refusal.kind);
    let mut explanation = Explanation::new(sentence, next_step).quoting(words(&refusal.problem));
    explanation.link.clone_from(&refusal.link);
    Failed {
        explanation,
        names: blamed_names(&refusal.problem),
        can_try_again: true,
        not_before_ms: refusal.retry_at_ms,
        names_are_fixed: false,
    }
}

fn many_unproven(names: &[UnprovenName]) -> Explanation {
    let sentence = match names {
        [one] => format!("The CA was not convinced that you control {}.", one.name),
        _ => format!(
            "The CA was not convinced that you control {} of the names.",
            names.len()
        ),
    };
    Explanation::new(
        &sentence,
        "Mend what is named below, then try again: a new order with new values, while the account, the key and the other names' proofs stay.",
    )
}

fn unproven(name: &UnprovenName) -> NameFailure {
    NameFailure {
        name: name.name.clone(),
        explanation: about_name(&name.problem),
    }
}

/// What the subproblems say about single names (RFC 8555 §6.7.1).
fn blamed_names(problem: &Problem) -> Vec<NameFailure> {
    let about = |problem: &Problem| {
        let name = problem.identifier.as_ref()?.value.clone();
        Some(NameFailure {
            name,
            explanation: about_name(problem),
        })
    };
    problem.subproblems.iter().filter_map(about).collect()
}

fn unusable(name: &str) -> NameFailure {
    NameFailure {
        name: name.to_owned(),
        explanation: Explanation::new(
            "None of the challenges that the CA offers for this name can be answered here.",
            "Leave it out, or use another CA.",
        ),
    }
}

fn about_name(problem: &Problem) -> Explanation {
    let (sentence, next_step) = advice(problem.kind(), RequestKind::Challenge);
    Explanation::new(sentence, next_step).quoting(words(problem))
}

/// The CA's own words, subproblems included.
fn words(problem: &Problem) -> String {
    let details: Vec<_> = problem
        .flatten()
        .map(|problem| problem.detail.trim())
        .filter(|detail| !detail.is_empty())
        .collect();
    details.join(" – ")
}

/// One sentence and one next step per error type (RFC 8555 §6.7).
fn advice(kind: ProblemKind, request: RequestKind) -> (&'static str, &'static str) {
    match kind {
        ProblemKind::AccountDoesNotExist
            if matches!(
                request,
                RequestKind::Account | RequestKind::UpdateAccount | RequestKind::KeyChange
            ) =>
        {
            (
                "The CA does not know this account.",
                "It may have been ended, or its key changed elsewhere. Without a key that the CA knows nothing can be done with it.",
            )
        }
        ProblemKind::AccountDoesNotExist if request == RequestKind::RevokeCertificate => (
            "The CA does not let this key revoke the certificate: it looks for an account with it.",
            "Use the account that ordered the certificate.",
        ),
        ProblemKind::AccountDoesNotExist => (
            "The CA does not know this account.",
            "Start over; a new account is made.",
        ),
        ProblemKind::BadNonce => (
            "The CA kept refusing its own nonces.",
            "Try again in a minute; the CA is having trouble.",
        ),
        ProblemKind::BadCsr => (
            "The CA does not accept the request that was made for it.",
            "Choose another kind of key, or fewer names.",
        ),
        ProblemKind::BadPublicKey => (
            "The CA does not accept this key.",
            "Choose another kind of key.",
        ),
        ProblemKind::BadSignatureAlgorithm => (
            "The CA does not accept P-256 account keys.",
            "Use another CA.",
        ),
        ProblemKind::Caa => (
            "The domain's CAA records forbid this CA to issue.",
            "Allow the CA in the domain's CAA records, or use another CA.",
        ),
        ProblemKind::Connection => (
            "The CA could not connect to the host.",
            "Check that the host answers from the Internet on port 80, on every address in its A and AAAA records.",
        ),
        ProblemKind::Dns => (
            "The CA could not find what it looked for in the DNS.",
            "Check the record's name and value, and that your provider has published it; old answers may be cached for some minutes.",
        ),
        ProblemKind::ExternalAccountRequired => (
            "This CA takes only accounts that were made on its site first.",
            "External account binding is not supported here yet: use another CA.",
        ),
        ProblemKind::IncorrectResponse => (
            "The host answered, but not with what the CA expected.",
            "Check that the file has exactly the content shown, and that no redirect or other site answers instead.",
        ),
        ProblemKind::InvalidContact | ProblemKind::UnsupportedContact => (
            "The CA does not accept the contact address.",
            "Correct it or leave it out.",
        ),
        ProblemKind::InvalidProfile => (
            "The CA does not offer this kind of certificate.",
            "Choose another profile.",
        ),
        ProblemKind::OrderNotReady => ("The CA says that the order is not ready.", "Try again."),
        ProblemKind::RateLimited => (
            "The CA's rate limit is reached.",
            "Wait as long as the CA says. Its staging environment has far higher limits for rehearsals.",
        ),
        ProblemKind::RejectedIdentifier
            if matches!(
                request,
                RequestKind::UpdateAccount
                    | RequestKind::KeyChange
                    | RequestKind::RevokeCertificate
            ) =>
        {
            (
                "The CA refused the request.",
                "Read the CA's words; then change what it names, or try again.",
            )
        }
        ProblemKind::RejectedIdentifier => (
            "The CA does not issue for some of these names.",
            "Leave out the names that it refuses, or use another CA.",
        ),
        ProblemKind::ServerInternal => (
            "The CA has a fault of its own.",
            "Try again in some minutes.",
        ),
        ProblemKind::Tls => (
            "The CA met a TLS error at the host.",
            "Check where the host redirects to, and its certificate's presence on port 443.",
        ),
        ProblemKind::Unauthorized if request == RequestKind::Challenge => (
            "The CA found something else than what was asked for.",
            "Check that exactly the value shown is in place, at exactly this name, and no other site answers for it.",
        ),
        ProblemKind::Unauthorized if request == RequestKind::RevokeCertificate => (
            "The CA does not let this key revoke the certificate.",
            "Use the account that ordered the certificate, or the certificate's own private key.",
        ),
        ProblemKind::Unauthorized
            if matches!(
                request,
                RequestKind::Account | RequestKind::UpdateAccount | RequestKind::KeyChange
            ) =>
        {
            (
                "The CA refuses this account.",
                "It may have been ended, or its key changed elsewhere.",
            )
        }
        ProblemKind::BadRevocationReason => (
            "The CA does not accept this reason.",
            "Choose another reason, or none in particular.",
        ),
        ProblemKind::Unauthorized => (
            "The CA refuses this account.",
            "Start over with a new account.",
        ),
        ProblemKind::UnsupportedIdentifier => (
            "The CA does not certify this kind of name.",
            "Leave it out, or use another CA.",
        ),
        ProblemKind::UserActionRequired => (
            "The CA wants you to do something on its site first.",
            "Open the link, do what it asks for, then try again.",
        ),
        ProblemKind::Malformed
        | ProblemKind::AlreadyReplaced
        | ProblemKind::AlreadyRevoked
        | ProblemKind::Compound
        | ProblemKind::Other => (
            "The CA refused the request.",
            "Read the CA's words; then change what it names, or try again.",
        ),
    }
}

#[cfg(test)]
mod tests;
