//! Key, names and chain have to belong together before anything is offered to the visitor.

use super::{Behaviour, Issued, Journey, State};
use crate::Effect;
use crate::effect::CheckTask;
use crate::event::{CertificateSummary, CheckError};
use crate::failure::Failure;
use crate::view::{Phase, Stage};

/// Waits for the verdict.
#[derive(Debug)]
pub(crate) struct Checking {
    pub(crate) journey: Journey,
    csr_der: Vec<u8>,
    chain_pem: String,
}

impl Checking {
    pub(super) fn begin(mut journey: Journey, chain_pem: String) -> State {
        let Some(csr_der) = journey.csr_der().map(<[u8]>::to_vec) else {
            let error = CheckError("the key of this certificate is not in this tab".to_owned());
            return journey.fail(Failure::Mismatch(error));
        };
        let task = CheckTask {
            key: journey.certificate_key().cloned(),
            csr_der: csr_der.clone(),
            names: journey.application.names.clone(),
            chain_pem: chain_pem.clone(),
        };
        journey.cx.push(Effect::CheckChain(task));
        journey.enter();
        Self {
            journey,
            csr_der,
            chain_pem,
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
            Ok(summary) => Issued::enter(self.journey, self.csr_der, self.chain_pem, summary),
            Err(error) => self.journey.fail(Failure::Mismatch(error)),
        }
    }
}
