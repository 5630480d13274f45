//! Keys and certification requests, and whether a chain belongs to them.

use tabcert_acme::domain::DomainName;
use tabcert_engine_api::EngineError;
use tabcert_issuance::effect::{CheckTask, CsrTask};
use tabcert_issuance::event::{
    CertificateKey, CertificateSummary, CheckError, KeyError, PreparedCsr,
};
use tabcert_pki::{
    CertificationRequest, CheckedChain, Delivered, KeyType, Misfit, PrivateKey, SubjectName,
    check_issued_for,
};

use crate::files::Parts;
use crate::random::seeded_rng;
use crate::web_crypto;

/// Makes a key, unless the task has one, and a CSR.
///
/// # Errors
/// [`KeyError`]
pub(crate) async fn prepare_csr(task: CsrTask) -> Result<PreparedCsr, KeyError> {
    prepare(task)
        .await
        .map_err(|error| KeyError(error.to_string()))
}

async fn prepare(task: CsrTask) -> Result<PreparedCsr, EngineError> {
    let names = subject_names(&task.names)?;
    let key = match task.key {
        Some(key) => read_key(&key)?,
        None => generate(task.key_type).await?,
    };
    let csr = CertificationRequest::build(&key, &names, &mut seeded_rng()?)?;
    Ok(PreparedCsr {
        key: CertificateKey::from_pkcs8_der(key.to_pkcs8_der()?),
        csr_der: csr.as_der().to_vec(),
    })
}

/// RSA keys come from the browser, which makes them natively, and from here where it does not.
async fn generate(key_type: KeyType) -> Result<PrivateKey, EngineError> {
    if let Some(bits) = key_type.rsa_bits()
        && let Ok(der) = web_crypto::generate_rsa(bits).await
    {
        return Ok(PrivateKey::from_pkcs8_der(&der)?);
    }
    Ok(PrivateKey::generate(key_type, &mut seeded_rng()?)?)
}

/// Looks for the certificate for the key and the names in what the CA delivered.
///
/// # Errors
/// [`CheckError`]
pub(crate) fn check_chain(task: &CheckTask) -> Result<CertificateSummary, CheckError> {
    let no_key = |error: tabcert_pki::Error| CheckError::NoKey(error.to_string());
    let parts = Parts {
        key: task.key.clone(),
        csr_der: Some(task.csr_der.clone()),
        names: subject_names(&task.names).map_err(no_key)?,
        answer: task.answer.clone(),
    };
    let wanted = wanted_key(&parts).map_err(no_key)?;
    let checked = check(&parts, wanted)?;
    Ok(CertificateSummary::of(&checked, task.now_ms))
}

/// Everything that is made of a certificate is made of a checked one: it is for the key, or for the
/// request's where the key is elsewhere.
///
/// # Errors
/// [`EngineError`], in words for the visitor: the key cannot be read, or there is no certificate for it.
pub(crate) fn verify(parts: &Parts) -> Result<CheckedChain, EngineError> {
    Ok(check(parts, wanted_key(parts)?)?)
}

/// The key that the certificate has to be for, where one is known here.
fn wanted_key(parts: &Parts) -> Result<Option<Vec<u8>>, tabcert_pki::Error> {
    match (&parts.key, &parts.csr_der) {
        (Some(key), _) => Ok(Some(read_key(key)?.public_key_der()?)),
        (None, Some(csr_der)) => {
            let request = CertificationRequest::from_der(csr_der)?;
            Ok(Some(request.facts()?.public_key_der))
        }
        (None, None) => Ok(None),
    }
}

fn check(parts: &Parts, wanted: Option<Vec<u8>>) -> Result<CheckedChain, Misfit> {
    let delivered = Delivered::read(parts.answer.as_bytes());
    // Nobody asked for it here: there is nothing that it could differ from.
    let own = || {
        delivered
            .certificates()
            .first()
            .map(|first| first.public_key_der().to_vec())
    };
    let public_key_der = wanted.or_else(own).unwrap_or_default();
    check_issued_for(public_key_der, &parts.names, &delivered)
}

/// A kept key.
///
/// # Errors
/// Those of [`PrivateKey::from_pkcs8_der`].
pub(crate) fn read_key(key: &CertificateKey) -> Result<PrivateKey, tabcert_pki::Error> {
    PrivateKey::from_pkcs8_der(key.pkcs8_der())
}

/// Names as certificates have them.
///
/// # Errors
/// [`tabcert_pki::Error::NameInvalid`]
pub(crate) fn subject_names(names: &[DomainName]) -> Result<Vec<SubjectName>, tabcert_pki::Error> {
    names
        .iter()
        .map(|name| SubjectName::dns(name.as_str()))
        .collect()
}
