//! Done: a checked certificate with its key.

use super::{Behaviour, Checking, Journey, State};
use crate::event::{CertificateSummary, Delivery, PreparedCsr};
use crate::saved::SavedCertificate;
use crate::view::{self, Phase};

/// The end of a journey.
#[derive(Debug)]
pub(crate) struct Issued {
    pub(crate) journey: Journey,
    delivery: Delivery,
    shown: view::Issued,
}

impl Issued {
    /// As an earlier tab left it.
    pub(super) fn restore(journey: Journey, saved: SavedCertificate) -> State {
        let Some(prepared) = journey.prepared_csr().cloned() else {
            return Checking::begin(journey, saved.chain_pem);
        };
        let delivery = Delivery {
            key: prepared.key,
            csr_der: prepared.csr_der,
            names: journey.application.names.clone(),
            chain_pem: saved.chain_pem,
        };
        Self {
            journey,
            delivery,
            shown: saved.shown,
        }
        .into()
    }

    pub(super) fn enter(
        mut journey: Journey,
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
        journey.kept.issue(SavedCertificate {
            chain_pem: delivery.chain_pem.clone(),
            shown: shown.clone(),
        });
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
