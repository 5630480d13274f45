//! The files of an issued certificate.

use tabcert_engine_api::EngineError;
use tabcert_engine_api::files::{Content, File, PemFile, PfxOptions};
use tabcert_issuance::event::Delivery;
use tabcert_pki::bundle::archive::{self, Contents};
use tabcert_pki::bundle::pem;
use tabcert_pki::bundle::pfx::{self, Password};
use tabcert_pki::{CertificationRequest, PrivateKey, VerifiedChain};
use tabcert_vault::id::CertificateId;
use zeroize::Zeroizing;

use crate::keys::verify;
use crate::random::seeded_rng;

/// What was issued, and what was made of it.
pub(crate) struct Issued {
    certificate: CertificateId,
    delivery: Delivery,
    /// The PFX that was made last: the archive takes it along.
    pfx: Option<Zeroizing<Vec<u8>>>,
}

impl Issued {
    pub(crate) fn new(certificate: CertificateId, delivery: Delivery) -> Self {
        Self {
            certificate,
            delivery,
            pfx: None,
        }
    }

    /// What it is kept as.
    pub(crate) fn certificate(&self) -> CertificateId {
        self.certificate
    }
}

/// Makes a file.
///
/// # Errors
/// [`EngineError`], in words for the visitor: password or friendly name may not do.
pub(crate) fn make(issued: &mut Issued, file: File) -> Result<Content, EngineError> {
    let Delivery {
        key,
        csr_der,
        names,
        chain_pem,
    } = &issued.delivery;
    let (key, chain) = verify(key, names, chain_pem)?;
    let csr = CertificationRequest::from_der(csr_der)?;
    let content = match file {
        File::Pem(file) => make_pem(file, &key, &chain, &csr)?,
        File::Pfx(options) => {
            let made = make_pfx(&options, &key, &chain)?;
            issued.pfx = Some(made.clone());
            made
        }
        File::Archive => {
            let pfx = issued.pfx.as_ref();
            archive::build(&Contents {
                key: &key,
                chain: &chain,
                request: Some(&csr),
                pfx: pfx.map(|pfx| pfx.as_slice()),
            })?
            .bytes
        }
        // The keeper's: it is about all certificates.
        File::Calendar { .. } => return Err(EngineError::NothingIssued),
    };
    Ok(Content(content))
}

fn make_pem(
    file: PemFile,
    key: &PrivateKey,
    chain: &VerifiedChain,
    csr: &CertificationRequest,
) -> Result<Zeroizing<Vec<u8>>, EngineError> {
    let text = match file {
        PemFile::Fullchain => pem::fullchain(chain)?,
        PemFile::Certificate => pem::certificate(chain)?,
        PemFile::Chain => pem::issuers(chain)?,
        PemFile::Request => csr.to_pem()?,
        PemFile::PrivateKey => {
            let text = pem::private_key(key, chain)?;
            return Ok(Zeroizing::new(text.as_bytes().to_vec()));
        }
    };
    Ok(Zeroizing::new(text.into_bytes()))
}

fn make_pfx(
    options: &PfxOptions,
    key: &PrivateKey,
    chain: &VerifiedChain,
) -> Result<Zeroizing<Vec<u8>>, EngineError> {
    let file = pfx::build(
        key,
        chain,
        &Password::new(&options.password)?,
        &options.friendly_name,
        options.encoding,
        &mut seeded_rng()?,
    )?;
    Ok(Zeroizing::new(file))
}
