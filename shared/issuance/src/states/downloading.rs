//! The chain is fetched (RFC 8555 §7.4.2).

use tabcert_acme::AcmeError;
use tabcert_acme::error::Resource;
use tabcert_acme::url::HttpsUrl;

use super::{Behaviour, Checking, Journey, State};
use crate::failure::Failure;
use crate::session::Reply;
use crate::transcript::RequestKind;
use crate::view::{Phase, Stage};

/// Waits for the chain.
#[derive(Debug)]
pub(crate) struct Downloading {
    pub(crate) journey: Journey,
}

impl Downloading {
    pub(super) fn begin(mut journey: Journey, url: HttpsUrl) -> State {
        journey.fetch(RequestKind::Certificate, 0, url);
        journey.enter();
        Self { journey }.into()
    }
}

impl Behaviour for Downloading {
    fn phase(&self) -> Phase {
        self.journey.phase(Stage::Downloading)
    }

    fn on_reply(self, reply: Reply) -> State {
        let response = match reply.result {
            Ok(response) => response,
            Err(failure) => return self.journey.fail(failure),
        };
        match String::from_utf8(response.body) {
            Ok(chain_pem) => Checking::begin(self.journey, chain_pem),
            Err(error) => {
                let reason = error.to_string();
                let error = AcmeError::MalformedResource {
                    resource: Resource::Certificate,
                    reason,
                };
                self.journey.fail(Failure::Protocol(error))
            }
        }
    }
}
