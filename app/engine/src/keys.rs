//! Keys and certification requests, and whether a chain belongs to them.

use tabcert_acme::domain::DomainName;
use tabcert_engine_api::EngineError;
use tabcert_issuance::effect::{CheckTask, CsrTask};
use tabcert_issuance::event::{
    CertificateKey, CertificateSummary, CheckError, KeyError, PreparedCsr,
};
use tabcert_pki::{
    CertificationRequest, Chain, KeyType, PrivateKey, SubjectName, VerifiedChain, check_issued_for,
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

/// Checks that key, names and chain belong together.
///
/// # Errors
/// [`CheckError`]
pub(crate) fn check_chain(task: &CheckTask) -> Result<CertificateSummary, CheckError> {
    let check = || {
        verify(&Parts {
            key: task.key.clone(),
            csr_der: Some(task.csr_der.clone()),
            names: subject_names(&task.names)?,
            chain_pem: task.chain_pem.clone(),
        })
    };
    match check() {
        Ok(chain) => Ok(CertificateSummary::from(&chain)),
        Err(error) => Err(CheckError(EngineError::from(error).to_string())),
    }
}

/// Everything that is made of a certificate is made of a verified one: it is for the key, or for the
/// request's where the key is elsewhere.
///
/// # Errors
/// [`tabcert_pki::Error`] says what does not belong together.
pub(crate) fn verify(parts: &Parts) -> Result<VerifiedChain, tabcert_pki::Error> {
    let chain = Chain::from_pem(&parts.chain_pem)?;
    let public_key_der = match (&parts.key, &parts.csr_der) {
        (Some(key), _) => read_key(key)?.public_key_der()?,
        (None, Some(csr_der)) => {
            let request = CertificationRequest::from_der(csr_der)?;
            request.facts()?.public_key_der
        }
        // Nobody asked for it here: there is nothing that it could differ from.
        (None, None) => chain.leaf().public_key_der().to_vec(),
    };
    check_issued_for(public_key_der, &parts.names, &chain)
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
