//! Done: a checked certificate with its key.

use super::{Behaviour, Journey, State};
use crate::event::{CertificateSummary, Delivery, PreparedCsr};
use crate::view::{self, Phase};

/// The end of a journey.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) journey: Journey,
    delivery: Delivery,
    shown: view::Issued,
}

impl Issued {
    pub(super) fn enter(
        journey: Journey,
        prepared: PreparedCsr,
        chain_pem: String,
        summary: CertificateSummary,
    ) -> State {
        let delivery = Delivery {
            key: prepared.key,
            csr_der: prepared.csr_der,
            names: journey.application.names.clone(),
            chain_pem,
        };
        let shown = view::Issued {
            summary,
            issued_at_ms: journey.cx.now_ms,
        };
        Self {
            journey,
            delivery,
            shown,
        }
        .into()
    }

    pub(crate) fn delivery(&self) -> &Delivery {
        &self.delivery
    }
}

impl Behaviour for Issued {
    fn phase(&self) -> Phase {
        Phase::Issued(Box::new(self.shown.clone()))
    }
}
