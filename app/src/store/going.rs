//! What the engine is at, so that another engine can go on with it.

use tabcert_acme::url::HttpsUrl;
use tabcert_engine_api::certificates::RenewalKey;
use tabcert_engine_api::vault::KeptAs;
use tabcert_engine_api::{Command, SessionId};

/// What was begun last, or where it is kept since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Going {
    /// A CA was turned to; nothing of it is kept yet.
    Connected {
        directory_url: HttpsUrl,
        redirected: Vec<String>,
    },
    /// A certificate was to be ordered again; nothing of it is kept yet.
    Renewal {
        certificate: String,
        key: RenewalKey,
    },
    /// It is kept.
    Kept(KeptAs),
}

impl Going {
    /// Whether the engine does something for an order: not where it only knows a CA.
    pub(super) fn is_an_order(&self) -> bool {
        !matches!(self, Self::Connected { .. })
    }

    /// What begins it, and goes on with it.
    pub(super) fn command(self, session: SessionId, edge_available: bool) -> Command {
        match self {
            Self::Connected {
                directory_url,
                redirected,
            } => Command::Connect {
                session,
                directory_url,
                edge_available,
                redirected,
            },
            Self::Renewal { certificate, key } => Command::Renew {
                session,
                certificate,
                key,
                edge_available,
            },
            Self::Kept(KeptAs::Order(order)) => Command::Resume {
                session,
                order,
                edge_available,
            },
            Self::Kept(KeptAs::Certificate(certificate)) => Command::Open {
                session,
                certificate,
            },
        }
    }
}
