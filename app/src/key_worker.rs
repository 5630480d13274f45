//! The slow work on keys, in a dedicated Worker: the same WebAssembly module as the page, in a
//! thread of its own.
//!
//! The page's half is [`crate::shell::keygen`]; what the two say to each other is [`message`]. Keys
//! go between the page and its own worker only. Rust wipes its copies; those that JavaScript makes
//! on the way (structured clones, WebCrypto's export) cannot be wiped and last until they are
//! collected.

pub(crate) mod message;
mod web_crypto;

use tabcert_issuance::event::{CertificateKey, CertificateSummary};
use tabcert_pki::bundle::archive::{self, Contents};
use tabcert_pki::bundle::pfx::{self, Password};
use tabcert_pki::{
    CertificationRequest, Chain, KeyType, PrivateKey, SubjectName, VerifiedChain, check_issued,
};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

use crate::shell::random::seeded_rng;
use message::{Answer, Delivery, Done, KeySource, KeyWorkerError, Request, Task};

/// Answers one message of the page: called by `worker.js`.
///
/// # Errors
/// What is not a [`Request`] throws, which ends the worker.
#[wasm_bindgen]
pub async fn key_worker(request: JsValue) -> Result<JsValue, JsValue> {
    let Request { id, task } = serde_wasm_bindgen::from_value(request)?;
    let answer = Answer {
        id,
        result: perform(task).await,
    };
    Ok(serde_wasm_bindgen::to_value(&answer)?)
}

async fn perform(task: Task) -> Result<Done, KeyWorkerError> {
    match task {
        Task::PrepareCsr { key, names } => prepare_csr(key, &names).await,
        Task::CheckChain(delivery) => {
            let (_, chain) = verify(&delivery)?;
            Ok(Done::Checked(summarize(&chain)))
        }
        Task::MakePfx { delivery, options } => {
            let (key, chain) = verify(&delivery)?;
            let file = pfx::build(
                &key,
                &chain,
                &Password::new(&options.password)?,
                &options.friendly_name,
                options.encoding,
                &mut seeded_rng()?,
            )?;
            Ok(Done::File(Zeroizing::new(file)))
        }
        Task::MakeArchive {
            delivery,
            csr_der,
            pfx,
        } => {
            let (key, chain) = verify(&delivery)?;
            let csr = CertificationRequest::from_der(&csr_der)?;
            let archive = archive::build(&Contents {
                key: &key,
                chain: &chain,
                request: Some(&csr),
                pfx: pfx.as_deref(),
            })?;
            Ok(Done::File(archive.bytes))
        }
    }
}

async fn prepare_csr(key: KeySource, names: &[String]) -> Result<Done, KeyWorkerError> {
    let names = parse_names(names)?;
    let key = match key {
        KeySource::Given(key) => PrivateKey::from_pkcs8_der(key.pkcs8_der())?,
        KeySource::New(key_type) => generate(key_type.parse()?).await?,
    };
    let csr = CertificationRequest::build(&key, &names, &mut seeded_rng()?)?;
    Ok(Done::Prepared {
        key: CertificateKey::from_pkcs8_der(key.to_pkcs8_der()?),
        csr_der: csr.as_der().to_vec(),
    })
}

/// RSA keys come from the browser, which makes them natively, and from here where it does not.
async fn generate(key_type: KeyType) -> Result<PrivateKey, KeyWorkerError> {
    if let Some(bits) = key_type.rsa_bits()
        && let Ok(der) = web_crypto::generate_rsa(bits).await
    {
        return Ok(PrivateKey::from_pkcs8_der(&der)?);
    }
    Ok(PrivateKey::generate(key_type, &mut seeded_rng()?)?)
}

/// Everything that is made of a delivery is made of a verified one.
fn verify(delivery: &Delivery) -> Result<(PrivateKey, VerifiedChain), KeyWorkerError> {
    let key = PrivateKey::from_pkcs8_der(delivery.key.pkcs8_der())?;
    let chain = Chain::from_pem(&delivery.chain_pem)?;
    let verified = check_issued(&key, &parse_names(&delivery.names)?, &chain)?;
    Ok((key, verified))
}

fn parse_names(names: &[String]) -> Result<Vec<SubjectName>, KeyWorkerError> {
    Ok(names
        .iter()
        .map(|name| name.parse())
        .collect::<Result<_, _>>()?)
}

fn summarize(chain: &VerifiedChain) -> CertificateSummary {
    let leaf = chain.leaf();
    CertificateSummary {
        names: chain.names().iter().map(ToString::to_string).collect(),
        not_before: leaf.not_before(),
        not_after: leaf.not_after(),
        issuer: leaf.issuer().to_string(),
        serial: leaf.serial_hex(),
        fingerprint: leaf.sha256_fingerprint(),
        key_type: leaf.key_description(),
        chain: chain
            .chain()
            .iter()
            .map(|certificate| certificate.subject().to_string())
            .collect(),
    }
}
