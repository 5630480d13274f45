//! The certificate for the key and the names is looked for in what the CA sent.

use super::{Behaviour, Issued, Journey, State};
use crate::Effect;
use crate::answer::Answer;
use crate::effect::CheckTask;
use crate::event::{CertificateSummary, CheckError};
use crate::failure::Failure;
use crate::view::{Phase, Stage};

/// Waits for the verdict. The answer is kept meanwhile: the CA has issued something.
#[derive(Debug)]
pub(crate) struct Checking {
    pub(crate) journey: Journey,
    csr_der: Vec<u8>,
    answer: Answer,
}

impl Checking {
    pub(super) fn begin(mut journey: Journey, answer: Answer) -> State {
        journey.kept.deliver(answer.clone());
        let Some(csr_der) = journey.csr_der().map(<[u8]>::to_vec) else {
            let error = "the request of this certificate is not in this tab".to_owned();
            return journey.fail(Failure::Mismatch(CheckError::NoKey(error)));
        };
        let task = CheckTask {
            key: journey.certificate_key().cloned(),
            csr_der: csr_der.clone(),
            names: journey.application.names.clone(),
            answer: answer.clone(),
            now_ms: journey.cx.now_ms,
        };
        journey.cx.push(Effect::CheckChain(task));
        journey.enter();
        Self {
            journey,
            csr_der,
            answer,
        }
        .into()
    }
}

impl Behaviour for Checking {
    fn phase(&self) -> Phase {
        self.journey.phase(Stage::Checking)
    }

    fn on_checked(self, result: Result<CertificateSummary, CheckError>) -> State {
        match result {
            Ok(summary) => Issued::enter(self.journey, self.csr_der, self.answer, summary),
            Err(error) => self.journey.fail(Failure::Mismatch(error)),
        }
    }
}
