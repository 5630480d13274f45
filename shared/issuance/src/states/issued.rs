//! Done: a checked certificate with its key.

use super::{Behaviour, Checking, Journey, State};
use crate::event::{CertificateSummary, Delivery};
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
        let Some(csr_der) = journey.csr_der().map(<[u8]>::to_vec) else {
            return Checking::begin(journey, saved.chain_pem);
        };
        let delivery = delivery(&journey, csr_der, saved.chain_pem);
        Self {
            journey,
            delivery,
            shown: saved.shown,
        }
        .into()
    }

    pub(super) fn enter(
        mut journey: Journey,
        csr_der: Vec<u8>,
        chain_pem: String,
        summary: CertificateSummary,
    ) -> State {
        let delivery = delivery(&journey, csr_der, chain_pem);
        let shown = view::Issued {
            summary,
            issued_at_ms: journey.cx.now_ms,
            has_key: delivery.key.is_some(),
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

fn delivery(journey: &Journey, csr_der: Vec<u8>, chain_pem: String) -> Delivery {
    Delivery {
        key: journey.certificate_key().cloned(),
        csr_der,
        names: journey.application.names.clone(),
        chain_pem,
    }
}
