//! Certificates that were made elsewhere, and requests for which they are renewed.

use tabcert_engine_api::EngineError;
use tabcert_engine_api::accounts::BroughtFile;
use tabcert_engine_api::certificates::{Add, Added, CheckRequest, FitRequest};
use tabcert_pki::CertificationRequest;
use tabcert_pki::brought::{Brought, NotRead, Server};
use tabcert_vault::certificate::{Certificate, Facts, Label};
use tabcert_vault::id::CertificateId;
use tabcert_vault::secret::Secret;
use tabcert_vault::summary::Summary;

use super::finding::other;
use super::{Keeper, NotThere, written};
use crate::clock;

impl Keeper {
    /// Keeps a certificate from files, with its key where that is among them. One that is here already
    /// stays as it is.
    ///
    /// # Errors
    /// [`EngineError`], in words for the visitor.
    pub(crate) async fn add(&self, add: &Add) -> Result<Added, EngineError> {
        let files: Vec<_> = add.files.iter().map(BroughtFile::as_file).collect();
        let Server {
            chain,
            key,
            mut not_read,
        } = Brought::read(&files)?.into_server()?;
        let facts = Facts::of(chain.leaf());
        let all = self.summaries().await;
        let known = all
            .iter()
            .find(|known| known.facts.fingerprint == facts.fingerprint);
        if let Some(known) = known {
            return Ok(Added {
                certificate: other(known),
                was_here: true,
                with_key: known.has_key,
                not_read,
            });
        }
        let leaf = chain.leaf();
        let mut names: Vec<String> = leaf.names().iter().map(ToString::to_string).collect();
        if names.is_empty() {
            names.push(leaf.subject().short());
        }
        let key = match key.map(|key| (key.private_key(), key)) {
            Some((Ok(key), _)) => Some(Secret::new(key.to_pkcs8_der()?)),
            Some((Err(obstacle), key)) => {
                let file = key.file().to_owned();
                not_read.push(NotRead { file, obstacle });
                None
            }
            None => None,
        };
        let now_ms = clock::now_ms();
        let certificate = Certificate {
            id: CertificateId::from_random(self.random_bytes()),
            account: None,
            directory_url: None,
            names,
            key_type: leaf.key_type(),
            key,
            csr_der: None,
            chain_pem: chain.to_pem()?,
            answer: None,
            facts,
            label: Label::default(),
            methods: std::collections::BTreeMap::new(),
            issued_ms: now_ms,
            updated_ms: now_ms,
            downloaded_ms: Some(now_ms),
            replaces: None,
            replaced_by: None,
            revoked: None,
            renewal: None,
            ask_again_ms: None,
            reminded_ms: None,
            history: Vec::new(),
        };
        self.try_write(vec![written(certificate.id, &certificate)?])
            .await?;
        self.tell().await;
        Ok(Added {
            certificate: other(&Summary::from(&certificate)),
            was_here: false,
            with_key: certificate.key.is_some(),
            not_read,
        })
    }

    /// Looks at a request with which a certificate shall be renewed.
    ///
    /// # Errors
    /// [`EngineError`] says what does not fit.
    pub(crate) async fn check_request(
        &self,
        check: &CheckRequest,
    ) -> Result<FitRequest, EngineError> {
        let id: Option<CertificateId> = check.certificate.parse().ok();
        let summary = match id {
            Some(id) => self.summary(id).await,
            None => None,
        };
        let summary = summary.ok_or(NotThere::Certificate)?;
        let request = Brought::read(&[check.file.as_file()])?.into_request()?;
        let key_type = fits(&request, &summary.names)?;
        Ok(FitRequest {
            der: request.as_der().to_vec(),
            key_type,
        })
    }
}

/// RFC 8555 §7.4: "The CSR MUST indicate the exact same set of requested identifiers as the initial
/// newOrder request."
pub(super) fn fits(
    request: &CertificationRequest,
    names: &[String],
) -> Result<tabcert_pki::KeyType, EngineError> {
    let facts = request.facts()?;
    let asks: Vec<String> = facts.names.iter().map(ToString::to_string).collect();
    let missing = names.iter().filter(|name| !asks.contains(name));
    let missing: Vec<&str> = missing.map(String::as_str).collect();
    let surplus = asks.iter().filter(|name| !names.contains(name));
    let surplus: Vec<&str> = surplus
        .chain(&facts.other_names)
        .map(String::as_str)
        .collect();
    let message = match (missing.as_slice(), surplus.as_slice()) {
        ([], []) => return Ok(facts.key_type),
        ([], surplus) => format!("The request asks for more names: {}", surplus.join(", ")),
        (missing, []) => format!("The request lacks names: {}", missing.join(", ")),
        (missing, surplus) => format!(
            "The request lacks {} and asks for {} instead",
            missing.join(", "),
            surplus.join(", ")
        ),
    };
    Err(EngineError::Unfit {
        message,
        hint: "Make a request for exactly the names of this certificate.".to_owned(),
    })
}
