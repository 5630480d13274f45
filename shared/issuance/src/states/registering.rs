//! The account is made, or found again.

use tabcert_acme::account::{AccountStatus, KnownAccount, NewAccount};
use tabcert_acme::problem::{Problem, ProblemKind, TYPE_PREFIX};

use super::{Behaviour, Journey, State};
use crate::failure::{Failure, Refusal};
use crate::session::Reply;
use crate::transcript::RequestKind;
use crate::view::{Phase, Stage};

/// Waits for newAccount.
#[derive(Debug)]
pub(crate) struct Registering {
    pub(crate) journey: Journey,
}

impl Registering {
    /// Sends newAccount: it finds the account of this key, or makes it (RFC 8555 §7.3, §7.3.1).
    pub(super) fn begin(mut journey: Journey) -> State {
        journey.prepare_csr();
        let payload = NewAccount {
            contact: journey.application.contact.clone(),
            terms_of_service_agreed: journey.application.terms_agreed,
            only_return_existing: false,
        };
        // Strings and booleans only: serialising them cannot fail.
        let payload = serde_json::to_string(&payload).unwrap_or_default();
        let url = journey.session.directory.new_account.clone();
        journey.call(RequestKind::NewAccount, url, payload);
        journey.enter();
        Self { journey }.into()
    }
}

impl Behaviour for Registering {
    fn phase(&self) -> Phase {
        self.journey.phase(Stage::Registering)
    }

    fn on_reply(mut self, reply: Reply) -> State {
        let known = match reply.result.map(|response| KnownAccount::parse(&response)) {
            Ok(Ok(known)) => known,
            Ok(Err(error)) => return self.journey.fail(Failure::Protocol(error)),
            Err(failure) => return self.journey.fail(failure),
        };
        if matches!(
            known.account.status,
            AccountStatus::Deactivated | AccountStatus::Revoked
        ) {
            return self
                .journey
                .fail(Failure::Refused(Box::new(ended_account())));
        }
        self.journey.account_known(known.url);
        self.journey.go_on()
    }
}

/// A CA that answers 200 for an account that cannot be used would refuse the next request with
/// "unauthorized" (RFC 8555 §7.3.6); say so at once.
fn ended_account() -> Refusal {
    let problem = Problem {
        type_uri: format!("{TYPE_PREFIX}{}", ProblemKind::Unauthorized.name()),
        detail: "The account of this key is not valid any more.".to_owned(),
        ..Problem::blank()
    };
    Refusal {
        kind: RequestKind::NewAccount,
        problem,
        retry_at_ms: None,
        link: None,
    }
}
