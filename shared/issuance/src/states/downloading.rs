//! The certificate is fetched (RFC 8555 §7.4.2).

use tabcert_acme::url::HttpsUrl;

use super::{Behaviour, Checking, Journey, State};
use crate::answer::Answer;
use crate::session::Reply;
use crate::transcript::RequestKind;
use crate::view::{Phase, Stage};

/// Waits for the CA's answer, whatever it is: the check knows more forms than the protocol has.
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
        match reply.result {
            Ok(response) => Checking::begin(self.journey, Answer::new(response.body)),
            Err(failure) => self.journey.fail(failure),
        }
    }
}
