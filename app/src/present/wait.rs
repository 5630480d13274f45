//! What the machine waits for, for those who wait with it.

use tabcert_issuance::view::HoldReason;

/// Why a request is sent again.
pub(crate) fn why(reason: HoldReason) -> &'static str {
    match reason {
        HoldReason::Busy => "The CA is busy, or has trouble of its own. It is asked again.",
        HoldReason::Limited => "The CA has had enough requests for now. It is asked again.",
        HoldReason::NoAnswer => "Nobody answered. The CA is asked again.",
        HoldReason::NotKnownYet => {
            "The CA does not know yet what it has just handed out: its servers tell each other late. It is asked again."
        }
        HoldReason::NonceRefused => {
            "The CA refuses the nonces that it gives out. It is asked again."
        }
        HoldReason::OddAnswer => {
            "What answered does not look like the CA. Are you logged in to your network? It is asked again."
        }
    }
}

/// The same as an attribute.
pub(crate) fn id(reason: HoldReason) -> &'static str {
    match reason {
        HoldReason::Busy => "busy",
        HoldReason::Limited => "limited",
        HoldReason::NoAnswer => "no-answer",
        HoldReason::NotKnownYet => "not-known-yet",
        HoldReason::NonceRefused => "nonce-refused",
        HoldReason::OddAnswer => "odd-answer",
    }
}
