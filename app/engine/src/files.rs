//! The files of an issued certificate.

use tabcert_acme::domain::DomainName;
use tabcert_engine_api::EngineError;
use tabcert_engine_api::files::{Content, File, PemFile, PfxOptions};
use tabcert_issuance::answer::Answer;
use tabcert_issuance::event::{CertificateKey, Delivery};
use tabcert_pki::bundle::archive::{self, Contents};
use tabcert_pki::bundle::pem;
use tabcert_pki::bundle::pfx::{self, Password};
use tabcert_pki::{CertificationRequest, CheckedChain, PrivateKey, SubjectName};
use tabcert_vault::id::CertificateId;
use zeroize::Zeroizing;

use crate::keys::{read_key, subject_names, verify};
use crate::random::seeded_rng;

/// What files are made of.
pub(crate) struct Parts {
    /// The private key, where it is here.
    pub(crate) key: Option<CertificateKey>,
    /// The request that the certificate was made for, PKCS#10 in DER, where it is here.
    pub(crate) csr_der: Option<Vec<u8>>,
    /// The names that the certificate is for.
    pub(crate) names: Vec<SubjectName>,
    /// What the CA sent.
    pub(crate) answer: Answer,
}

impl TryFrom<Delivery> for Parts {
    type Error = tabcert_pki::Error;

    fn try_from(delivery: Delivery) -> Result<Self, Self::Error> {
        let names: Vec<DomainName> = delivery.names;
        Ok(Self {
            key: delivery.key,
            csr_der: Some(delivery.csr_der),
            names: subject_names(&names)?,
            answer: delivery.answer,
        })
    }
}

/// What was issued, and what was made of it.
pub(crate) struct Issued {
    /// What it is kept as; nothing where there is no certificate for the key in what the CA sent.
    certificate: Option<CertificateId>,
    parts: Parts,
    /// The PFX that was made last: the archive takes it along.
    pfx: Option<Zeroizing<Vec<u8>>>,
}

impl Issued {
    pub(crate) fn new(certificate: CertificateId, parts: Parts) -> Self {
        Self {
            certificate: Some(certificate),
            parts,
            pfx: None,
        }
    }

    /// What came instead of a certificate for the key and the names.
    pub(crate) fn misdelivered(parts: Parts) -> Self {
        Self {
            certificate: None,
            parts,
            pfx: None,
        }
    }

    /// What it is kept as.
    pub(crate) fn certificate(&self) -> Option<CertificateId> {
        self.certificate
    }

    /// Whether its private key is here.
    pub(crate) fn has_key(&self) -> bool {
        self.parts.key.is_some()
    }
}

/// Makes a file.
///
/// # Errors
/// [`EngineError`], in words for the visitor: password or friendly name may not do, or the key or the
/// request is not here.
pub(crate) fn make(issued: &mut Issued, file: File) -> Result<Content, EngineError> {
    match (&file, issued.certificate) {
        (File::Answer, _) => {
            let octets = issued.parts.answer.as_bytes().to_vec();
            return Ok(Content(Zeroizing::new(octets)));
        }
        // Whatever the CA has sent, the key is the visitor's.
        (File::Pem(PemFile::PrivateKey), None) => {
            let key = issued.parts.key.as_ref().ok_or_else(no_key)?;
            let text = read_key(key)?.to_pkcs8_pem()?;
            return Ok(Content(Zeroizing::new(text.as_bytes().to_vec())));
        }
        _ => {}
    }
    let chain = verify(&issued.parts)?;
    let key = issued.parts.key.as_ref().map(read_key).transpose()?;
    let request = issued.parts.csr_der.as_deref();
    let request = request.map(CertificationRequest::from_der).transpose()?;
    let content = match file {
        File::Pem(file) => make_pem(file, key.as_ref(), &chain, request.as_ref())?,
        File::Pfx(options) => {
            let made = make_pfx(&options, key.as_ref().ok_or_else(no_key)?, &chain)?;
            issued.pfx = Some(made.clone());
            made
        }
        File::Archive => {
            let pfx = issued.pfx.as_ref();
            archive::build(&Contents {
                key: key.as_ref().ok_or_else(no_key)?,
                chain: &chain,
                answer: Some(issued.parts.answer.as_bytes()),
                request: request.as_ref(),
                pfx: pfx.map(|pfx| pfx.as_slice()),
            })?
            .bytes
        }
        // The keeper's, which is about all certificates, and what was made above.
        File::Calendar { .. } | File::Answer => return Err(EngineError::NothingIssued),
    };
    Ok(Content(content))
}

fn no_key() -> EngineError {
    EngineError::Unfit {
        message: "The private key of this certificate is not here".to_owned(),
        hint: "Take the files without it, and put them where the key is.".to_owned(),
    }
}

fn make_pem(
    file: PemFile,
    key: Option<&PrivateKey>,
    chain: &CheckedChain,
    request: Option<&CertificationRequest>,
) -> Result<Zeroizing<Vec<u8>>, EngineError> {
    let text = match file {
        PemFile::Fullchain => pem::fullchain(chain)?,
        PemFile::Certificate => pem::certificate(chain)?,
        PemFile::Chain => pem::issuers(chain)?,
        PemFile::Request => match request {
            Some(request) => request.to_pem()?,
            None => {
                return Err(EngineError::Unfit {
                    message: "The request of this certificate is not here".to_owned(),
                    hint: "Servers do not need it.".to_owned(),
                });
            }
        },
        PemFile::PrivateKey => {
            let text = pem::private_key(key.ok_or_else(no_key)?, chain)?;
            return Ok(Zeroizing::new(text.as_bytes().to_vec()));
        }
    };
    Ok(Zeroizing::new(text.into_bytes()))
}

fn make_pfx(
    options: &PfxOptions,
    key: &PrivateKey,
    chain: &CheckedChain,
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
