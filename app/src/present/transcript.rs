//! Requests to the CA, in words.

use tabcert_issuance::transcript::{Exchange, RequestKind};

/// What a request is for.
pub(crate) fn what(kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::Directory => "Read the directory",
        RequestKind::NewNonce => "Fetch a nonce",
        RequestKind::NewAccount => "Register the account",
        RequestKind::Account => "Read the account",
        RequestKind::Orders => "Read the list of orders",
        RequestKind::NewOrder => "Place the order",
        RequestKind::Authorization => "Read what has to be proven",
        RequestKind::Challenge => "Ask for a check",
        RequestKind::Order => "Ask how the order stands",
        RequestKind::Finalize => "Hand in the request",
        RequestKind::Certificate => "Download the certificate",
        RequestKind::UpdateAccount => "Change the account",
        RequestKind::KeyChange => "Change the account’s key",
        RequestKind::RevokeCertificate => "Revoke the certificate",
        RequestKind::RenewalInfo => "Ask when to renew",
    }
}

/// How it went.
pub(crate) fn outcome(exchange: &Exchange) -> String {
    let Some(outcome) = exchange.outcome else {
        return "…".to_owned();
    };
    let status = outcome
        .status
        .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let again = if outcome.retried { ", again" } else { "" };
    format!("{status}{again}, {} ms", outcome.took_ms)
}

#[cfg(test)]
mod tests {
    use tabcert_issuance::effect::Route;
    use tabcert_issuance::transcript::Outcome;

    use super::*;

    #[test]
    fn tells_how_a_request_ended() {
        let mut exchange = Exchange {
            kind: RequestKind::NewOrder,
            route: Route::Direct,
            sent_ms: 0,
            outcome: None,
        };
        assert_eq!(outcome(&exchange), "…");
        for (status, retried, expected) in [
            (Some(201), false, "201, 7 ms"),
            (Some(400), true, "400, again, 7 ms"),
            (None, false, "no answer, 7 ms"),
        ] {
            exchange.outcome = Some(Outcome {
                status,
                took_ms: 7,
                retried,
            });
            assert_eq!(outcome(&exchange), expected);
        }
    }
}
