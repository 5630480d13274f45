//! The certificate's key and the request signed by it, on their way or here.

use tabcert_acme::key::AccountKey;
use tabcert_pki::{CertificationRequest, PrivateKey};

use crate::effect::CsrTask;
use crate::event::{Application, CertificateKey, KeyError, PreparedCsr};

/// Where key and CSR stand. At most one task is with the shell, and a key is made once.
#[derive(Debug)]
pub(super) enum Csr {
    Missing {
        key: Option<CertificateKey>,
    },
    Preparing {
        key: Option<CertificateKey>,
        /// The names have changed since: the key that comes will do, the CSR will not.
        outdated: bool,
    },
    Prepared(PreparedCsr),
    /// The visitor brought a request, whose key is not here.
    Given(Vec<u8>),
}

impl Csr {
    /// What the shell has to do, unless it is done or being done.
    pub(super) fn prepare(&mut self, application: &Application) -> Option<CsrTask> {
        let Self::Missing { key } = self else {
            return None;
        };
        let key = key.take();
        *self = Self::Preparing {
            key: key.clone(),
            outdated: false,
        };
        Some(CsrTask {
            key,
            key_type: application.key_type,
            names: application.names.clone(),
        })
    }

    /// Takes what the shell has made, and says what it has to do next. What nobody asked for is
    /// dropped.
    pub(super) fn take(
        &mut self,
        result: Result<PreparedCsr, KeyError>,
        application: &Application,
    ) -> Result<Option<CsrTask>, KeyError> {
        let Self::Preparing { key, outdated } = self else {
            return Ok(None);
        };
        match result {
            Ok(prepared) if *outdated => {
                let key = Some(prepared.key);
                *self = Self::Missing { key };
                Ok(self.prepare(application))
            }
            Ok(prepared) => {
                *self = Self::Prepared(prepared);
                Ok(None)
            }
            Err(error) => {
                *self = Self::Missing { key: key.take() };
                Err(error)
            }
        }
    }

    /// The names have changed, which those of a given request cannot: the key stays, the CSR has to be made again.
    pub(super) fn outdate(&mut self) {
        match self {
            Self::Missing { .. } | Self::Given(_) => {}
            Self::Preparing { outdated, .. } => *outdated = true,
            Self::Prepared(prepared) => {
                let key = Some(prepared.key.clone());
                *self = Self::Missing { key };
            }
        }
    }

    /// Goes on with what an earlier tab made.
    pub(super) fn restore(key: Option<CertificateKey>, csr_der: Option<Vec<u8>>) -> Self {
        match (key, csr_der) {
            (Some(key), Some(csr_der)) => Self::Prepared(PreparedCsr { key, csr_der }),
            (None, Some(csr_der)) => Self::Given(csr_der),
            (key, None) => Self::Missing { key },
        }
    }

    /// Whether a task is with the shell.
    pub(super) fn is_preparing(&self) -> bool {
        matches!(self, Self::Preparing { .. })
    }

    /// The key, once there is one.
    pub(super) fn key(&self) -> Option<&CertificateKey> {
        match self {
            Self::Missing { key } | Self::Preparing { key, .. } => key.as_ref(),
            Self::Prepared(prepared) => Some(&prepared.key),
            Self::Given(_) => None,
        }
    }

    /// The request, PKCS#10 in DER, once there is one.
    pub(super) fn der(&self) -> Option<&[u8]> {
        match self {
            Self::Prepared(prepared) => Some(&prepared.csr_der),
            Self::Given(csr_der) => Some(csr_der),
            Self::Missing { .. } | Self::Preparing { .. } => None,
        }
    }

    /// Whether the visitor brought a request for this account key. What is no request is for no key.
    pub(super) fn is_for(&self, account_key: &AccountKey) -> bool {
        let Self::Given(csr_der) = self else {
            return false;
        };
        let asked = CertificationRequest::from_der(csr_der).and_then(|request| request.facts());
        let own = account_key.to_pkcs8_der().ok().and_then(|der| {
            let key = PrivateKey::from_pkcs8_der(&der).ok()?;
            key.public_key_der().ok()
        });
        asked.is_ok_and(|asked| own == Some(asked.public_key_der))
    }

    /// Whether the visitor brought it.
    pub(super) fn is_given(&self) -> bool {
        matches!(self, Self::Given(_))
    }
}
