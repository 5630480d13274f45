//! Done: a checked certificate with its key.

use super::{Behaviour, Journey, State};
use crate::event::{CertificateSummary, PreparedCsr};
use crate::view::{self, Phase};

/// The end of a journey.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) journey: Journey,
    result: view::Issued,
}

impl Issued {
    pub(super) fn enter(
        journey: Journey,
        prepared: PreparedCsr,
        chain_pem: String,
        summary: CertificateSummary,
    ) -> State {
        let result = view::Issued {
            summary,
            chain_pem,
            key: prepared.key,
            csr_der: prepared.csr_der,
            issued_at_ms: journey.cx.now_ms,
        };
        Self { journey, result }.into()
    }
}

impl Behaviour for Issued {
    fn phase(&self) -> Phase {
        Phase::Issued(Box::new(self.result.clone()))
    }
}
