//! Done: a checked certificate with its key.

use super::{Behaviour, Checking, Journey, State};
use crate::answer::Answer;
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
            return Checking::begin(journey, saved.answer);
        };
        let delivery = journey.delivery_of(csr_der, saved.answer);
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
        answer: Answer,
        summary: CertificateSummary,
    ) -> State {
        let delivery = journey.delivery_of(csr_der, answer);
        let shown = view::Issued {
            summary,
            issued_at_ms: journey.cx.now_ms,
            has_key: delivery.key.is_some(),
        };
        journey.kept.issue(SavedCertificate {
            answer: delivery.answer.clone(),
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
