//! What becomes of an answer: the end of a call, a second attempt, or a nonce.

use tabcert_acme::AcmeError;
use tabcert_acme::http::{Method, Response};

use super::{Call, Reply, Session};
use crate::effect::{RequestId, Route};
use crate::event::TransportError;
use crate::failure::Failure;
use crate::patience::Verdict;
use crate::states::Context;
use crate::transcript::RequestKind;
use crate::view::HoldReason;

/// The answer to a request, or why there is none.
type Answer = Result<Response, TransportError>;

impl Session {
    /// Takes an answer. Returns the end of a call; `None` for what the session deals with itself:
    /// nonces, second attempts, and answers that nobody waits for any more.
    pub(crate) fn receive(
        &mut self,
        cx: &mut Context,
        id: RequestId,
        mut result: Answer,
    ) -> Option<Reply> {
        let mut call = self.in_flight.remove(&id)?;
        if let Ok(response) = &mut result {
            response.url = Some(call.url.clone());
        }
        if let Ok(response) = &result {
            self.nonces.extend(response.nonce());
        }
        let status = result.as_ref().ok().map(|response| response.status);
        let goes_at_once = self.goes_at_once(&mut call, &result);
        let verdict = match goes_at_once {
            true => Verdict::AgainAtOnce,
            false => call.patience.judge(result, cx.now_ms),
        };
        let retried = verdict.is_again() && !call.abandoned;
        let took_ms = cx.finish(id, status, retried);
        if let (Some(_), Some(took_ms)) = (status, took_ms) {
            self.fastest_ms = self.fastest_ms.min(took_ms);
        }
        let reply = match verdict {
            _ if call.abandoned => None,
            Verdict::Ended(result) if !call.is_signed() => self.new_nonce_ended(result),
            Verdict::Ended(result) => Some(Reply {
                purpose: call.purpose,
                result,
                route: call.route,
                is_doubtful: call.patience.is_doubtful(),
                first_fault: call.patience.first_fault().cloned().map(Box::new),
            }),
            Verdict::AgainAtOnce => {
                self.send_again(cx, call);
                None
            }
            // There are other nonces, and the CA wants to be asked for fewer.
            Verdict::AgainAfter(ref postponement)
                if !call.is_signed()
                    && postponement.hold.reason == HoldReason::Limited
                    && self.nonce_supply() > 0 =>
            {
                self.nonce_limit = self.nonce_supply();
                None
            }
            Verdict::AgainAfter(postponement) => {
                self.postpone(cx, call, postponement);
                None
            }
        };
        self.pump(cx);
        reply
    }

    /// Whether the answer says that the same has to be asked in another manner: by another way, or with
    /// another method.
    fn goes_at_once(&mut self, call: &mut Call, result: &Answer) -> bool {
        if call.route == Route::Direct && result.is_err() {
            call.unanswered_directly += 1;
        }
        let takes_the_other_way = self.routing.learn(call, result);
        if takes_the_other_way {
            // An order may have been made all the same: whoever asked for it looks first.
            let never_arrived = matches!(result, Err(TransportError::EdgeRefused(_)));
            return never_arrived || call.purpose.kind != RequestKind::NewOrder;
        }
        let by_get = !call.is_signed()
            && call.method == Method::Head
            && matches!(result, Ok(response) if head_is_refused(response));
        if by_get {
            self.nonce_method = Method::Get;
        }
        by_get
    }

    /// A nonce that never came is the failure of a call only where no other call brings one.
    fn new_nonce_ended(&mut self, result: Result<Response, Failure>) -> Option<Reply> {
        let failure = match result {
            Ok(response) => match response.new_nonce() {
                Ok(_) => return None,
                Err(error) => no_nonce(error),
            },
            Err(failure) => failure,
        };
        self.expected_calls = 0;
        let supply = self.nonce_supply();
        if supply > 0 {
            self.nonce_limit = supply;
            return None;
        }
        let call = self.queue.pop_front()?;
        Some(Reply {
            purpose: call.purpose,
            result: Err(failure),
            route: call.route,
            is_doubtful: call.patience.is_doubtful(),
            first_fault: None,
        })
    }
}

/// Whether newNonce has to be asked by GET. RFC 8555 §7.2: "The server MUST also respond to GET
/// requests for this resource"; not all respond to HEAD.
pub(crate) fn head_is_refused(response: &Response) -> bool {
    let is_refusal = match response.status {
        408 | 425 | 429 => false,
        status => matches!(status, 200..=299 | 400..=499 | 501),
    };
    is_refusal && response.replay_nonce.is_none()
}

/// What it means that an answer brings no nonce.
pub(crate) fn no_nonce(error: AcmeError) -> Failure {
    match error {
        AcmeError::InvalidHeader { .. } => Failure::UnusableNonce,
        error => Failure::Protocol(error),
    }
}
