//! One sentence and one next step for what a CA refuses, by the request and the error's type
//! (RFC 8555 §6.7): the same type means one thing of a host and another of an account.

use tabcert_acme::problem::ProblemKind as Kind;

use crate::failure::Refusal;
use crate::transcript::RequestKind as Request;

/// What happened, and what to do.
pub(super) type Advice = (&'static str, &'static str);

/// What a refusal means.
pub(super) fn of_refusal(refusal: &Refusal) -> Advice {
    let kind = refusal.problem.kind();
    match (kind, refusal.status()) {
        // RFC 9110 §15.6.2.
        (Kind::Other | Kind::ServerInternal | Kind::RejectedIdentifier, Some(501)) => NOT_OFFERED,
        (Kind::Other, Some(500..=599)) => of(Kind::ServerInternal, refusal.kind),
        (Kind::Other, Some(429)) => of(Kind::RateLimited, refusal.kind),
        (Kind::Other | Kind::Malformed, Some(404 | 410)) => NOT_THERE,
        (Kind::RateLimited, _) if refusal.link.is_some() && refusal.retry_at_ms.is_none() => {
            RATE_LIMITED_WITH_LINK
        }
        (Kind::UserActionRequired, _) if refusal.link.is_none() => ACTION_WITHOUT_LINK,
        _ if super::words::is_bare(&refusal.problem) => NO_REASON,
        _ => of(kind, refusal.kind),
    }
}

/// What a proof that failed means.
pub(super) const NO_REASON_FOR_PROOF: Advice = (
    "The CA gave no reason.",
    "Check that exactly what was shown is in place, at exactly this name, and that it can be seen from the Internet.",
);

const NO_REASON: Advice = (
    "The CA refused the request, and gave no reason.",
    "Try again; if it stays like this, ask the CA.",
);

const NOT_OFFERED: Advice = (
    "This CA does not offer this.",
    "Look on the CA's site whether it can be done there.",
);

const NOT_THERE: Advice = (
    "The CA does not know what it was asked for.",
    "Its servers may not have told each other yet: try again in a minute.",
);

const RATE_LIMITED_WITH_LINK: Advice = (
    "The CA's rate limit is reached.",
    "Visit the address that the CA gives, do what it says there, then try again.",
);

const ACTION_WITHOUT_LINK: Advice = (
    "The CA wants you to do something on its site first.",
    "Do what the CA's words ask for, on its site, then try again.",
);

/// By the request and the error's type.
pub(super) fn of(kind: Kind, request: Request) -> Advice {
    match request {
        Request::Challenge | Request::Authorization => of_proof(kind),
        Request::RevokeCertificate => of_revocation(kind),
        Request::Account | Request::UpdateAccount | Request::KeyChange => of_account(kind),
        _ => None,
    }
    .unwrap_or_else(|| in_general(kind))
}

/// The visitor's record or file, not the name, nor the account.
fn of_proof(kind: Kind) -> Option<Advice> {
    Some(match kind {
        Kind::Unauthorized => (
            "The CA found something else than what was asked for.",
            "Check that exactly the value shown is in place, at exactly this name, and no other site answers for it.",
        ),
        Kind::RejectedIdentifier | Kind::Malformed | Kind::Other | Kind::Compound => (
            "The CA did not accept the proof.",
            "Read the CA's words, and check that exactly what was shown is in place, at exactly this name.",
        ),
        _ => return None,
    })
}

fn of_revocation(kind: Kind) -> Option<Advice> {
    Some(match kind {
        Kind::Unauthorized => (
            "The CA does not let this key revoke the certificate.",
            "Use the account that ordered the certificate, or the certificate's own private key.",
        ),
        // Also where the certificate's own key signs: some CAs look for an account all the same.
        Kind::AccountDoesNotExist => (
            "The CA does not revoke with this key: it knows no account that has it.",
            "Use the account that ordered the certificate.",
        ),
        _ => return None,
    })
}

fn of_account(kind: Kind) -> Option<Advice> {
    Some(match kind {
        Kind::AccountDoesNotExist => (
            "The CA does not know this account.",
            "It may have been ended, or its key changed elsewhere. Without a key that the CA knows nothing can be done with it.",
        ),
        Kind::Unauthorized => (
            "The CA refuses this account.",
            "It may have been ended, or its key changed elsewhere.",
        ),
        Kind::RejectedIdentifier => (
            "The CA refused the request.",
            "Read the CA's words; then change what it names, or try again.",
        ),
        _ => return None,
    })
}

fn in_general(kind: Kind) -> Advice {
    match kind {
        Kind::AccountDoesNotExist => (
            "The CA does not know this account.",
            "Try again; the account is made again.",
        ),
        Kind::BadNonce => (
            "The CA kept refusing its own nonces.",
            "Try again in a minute; the CA is having trouble.",
        ),
        Kind::BadCsr => (
            "The CA does not accept the request that was made for it.",
            "Choose another kind of key, or fewer names.",
        ),
        Kind::BadPublicKey => (
            "The CA does not accept this key.",
            "Choose another kind of key.",
        ),
        Kind::BadSignatureAlgorithm => (
            "The CA does not accept this kind of account key.",
            "Change the account's key to another kind, or use another CA.",
        ),
        Kind::Caa => (
            "The domain's CAA records forbid this CA to issue.",
            "Allow the CA in the domain's CAA records, or use another CA.",
        ),
        Kind::Connection => (
            "The CA could not connect to the host.",
            "Check that the host answers from the Internet on port 80, on every address in its A and AAAA records.",
        ),
        Kind::Dns => (
            "The CA could not find what it looked for in the DNS.",
            "Check the record's name and value, and that your provider has published it; old answers may be cached for some minutes.",
        ),
        Kind::ExternalAccountRequired => (
            "This CA takes only accounts that were made on its site first.",
            "External account binding is not supported here yet: use another CA.",
        ),
        Kind::IncorrectResponse => (
            "The host answered, but not with what the CA expected.",
            "Check that the file has exactly the content shown, and that no redirect or other site answers instead.",
        ),
        Kind::InvalidContact | Kind::UnsupportedContact => (
            "The CA does not accept the contact address.",
            "Correct it or leave it out.",
        ),
        Kind::InvalidProfile => (
            "The CA does not offer this kind of certificate.",
            "Choose another profile.",
        ),
        Kind::OrderNotReady => ("The CA says that the order is not ready.", "Try again."),
        Kind::RateLimited => (
            "The CA's rate limit is reached.",
            "Wait as long as the CA says. Its staging environment has far higher limits for rehearsals.",
        ),
        Kind::RejectedIdentifier => (
            "The CA does not issue for some of these names.",
            "Leave out the names that it refuses, or use another CA.",
        ),
        Kind::ServerInternal => (
            "The CA has a fault of its own.",
            "Try again in some minutes.",
        ),
        Kind::Tls => (
            "The CA met a TLS error at the host.",
            "Check where the host redirects to, and its certificate's presence on port 443.",
        ),
        Kind::BadRevocationReason => (
            "The CA does not accept this reason.",
            "Choose another reason, or none in particular.",
        ),
        Kind::Unauthorized => (
            "The CA refuses this account.",
            "Try again; if it stays like this, start over with a new account.",
        ),
        Kind::UnsupportedIdentifier => (
            "The CA does not certify this kind of name.",
            "Leave it out, or use another CA.",
        ),
        Kind::UserActionRequired => (
            "The CA wants you to do something on its site first.",
            "Open the link, do what it asks for, then try again.",
        ),
        Kind::Malformed
        | Kind::AlreadyReplaced
        | Kind::AlreadyRevoked
        | Kind::Compound
        | Kind::Other => (
            "The CA refused the request.",
            "Read the CA's words; then change what it names, or try again.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use tabcert_acme::problem::{Problem, TYPE_PREFIX};

    use super::*;

    fn refusal(request: Request, status: u16, kind: Kind, detail: &str) -> Refusal {
        let mut problem = Problem::blank();
        if kind != Kind::Other {
            problem.type_uri = format!("{TYPE_PREFIX}{}", kind.name());
        }
        detail.clone_into(&mut problem.detail);
        problem.status = Some(status);
        Refusal {
            kind: request,
            problem,
            retry_at_ms: None,
            link: None,
        }
    }

    /// The same type, of another request, has another meaning.
    #[test]
    fn the_request_matters_as_much_as_the_type() {
        let differ = [
            (Kind::Unauthorized, Request::Challenge, Request::NewOrder),
            (
                Kind::Unauthorized,
                Request::RevokeCertificate,
                Request::Account,
            ),
            (
                Kind::RejectedIdentifier,
                Request::Challenge,
                Request::NewOrder,
            ),
            (
                Kind::RejectedIdentifier,
                Request::KeyChange,
                Request::NewOrder,
            ),
            (
                Kind::AccountDoesNotExist,
                Request::RevokeCertificate,
                Request::NewOrder,
            ),
            (
                Kind::AccountDoesNotExist,
                Request::KeyChange,
                Request::NewOrder,
            ),
        ];
        for (kind, one, other) in differ {
            assert_ne!(of(kind, one), of(kind, other), "{kind:?} {one:?} {other:?}");
        }
    }

    #[test]
    fn what_is_not_offered_is_no_fault() {
        for kind in [Kind::Other, Kind::RejectedIdentifier, Kind::ServerInternal] {
            let refused = refusal(Request::KeyChange, 501, kind, "not implemented");
            assert_eq!(of_refusal(&refused), NOT_OFFERED);
        }
    }

    #[test]
    fn a_refusal_without_words_is_told_as_that() {
        for (status, expected) in [
            (400, NO_REASON),
            (403, NO_REASON),
            (503, of(Kind::ServerInternal, Request::NewOrder)),
            (429, of(Kind::RateLimited, Request::NewOrder)),
            (404, NOT_THERE),
        ] {
            let refused = refusal(Request::NewOrder, status, Kind::Other, "");
            assert_eq!(of_refusal(&refused), expected, "{status}");
        }
    }

    #[test]
    fn nobody_is_sent_to_a_link_that_is_not_there() {
        let mut refused = refusal(Request::NewOrder, 403, Kind::UserActionRequired, "go there");
        assert_eq!(of_refusal(&refused), ACTION_WITHOUT_LINK);
        refused.link = Some("https://ca.example/terms".to_owned());
        assert_eq!(
            of_refusal(&refused),
            of(Kind::UserActionRequired, Request::NewOrder)
        );
        let mut paused = refusal(Request::NewOrder, 429, Kind::RateLimited, "paused");
        assert_eq!(
            of_refusal(&paused),
            of(Kind::RateLimited, Request::NewOrder)
        );
        paused.link = Some("https://ca.example/unpause".to_owned());
        assert_eq!(of_refusal(&paused), RATE_LIMITED_WITH_LINK);
    }
}
