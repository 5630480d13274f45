//! Everything in one ZIP, with a README that says which file goes where.

use super::{answer_name, file_stem, pem, readme, zip::Zip};
use crate::{CertificationRequest, CheckedChain, Error, PrivateKey};
use zeroize::Zeroizing;

/// What goes into the archive.
#[derive(Clone, Copy, Debug)]
pub struct Contents<'a> {
    /// The key of the certificate.
    pub key: &'a PrivateKey,
    /// The certificate and its issuers.
    pub chain: &'a CheckedChain,
    /// What the CA sent, octet by octet, if it is still known.
    pub answer: Option<&'a [u8]>,
    /// The request, if it is still known.
    pub request: Option<&'a CertificationRequest>,
    /// A file made by [`pfx::build`](super::pfx::build), if the visitor has chosen a password.
    pub pfx: Option<&'a [u8]>,
}

/// A ZIP file; it holds the unencrypted key, so it is wiped when dropped.
pub struct Archive {
    /// Such as `example.org.zip`.
    pub file_name: String,
    /// The file.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// Packs `fullchain.pem`, `cert.pem`, `chain.pem`, `privkey.pem`, `haproxy.pem`, and if they are
/// given `request.csr` and `<name>.pfx`, together with `README.txt`. What the CA sent goes along as
/// `ca-answer.…` where that is not `fullchain.pem` octet by octet.
///
/// Every file bears the time at which the certificate's validity began, so the same contents make the
/// same archive; files with a key can be read by their owner alone where the system knows that.
///
/// # Errors
/// [`Error::KeyMismatch`] if the certificate is for another key.
pub fn build(contents: &Contents<'_>) -> Result<Archive, Error> {
    let Contents {
        key,
        chain,
        answer,
        request,
        pfx,
    } = *contents;
    let stem = file_stem(chain.primary_name());
    let pfx_name = format!("{stem}.pfx");
    let fullchain = pem::fullchain(chain)?;
    let answer = answer.filter(|answer| *answer != fullchain.as_bytes());
    let answer = answer.map(|answer| (answer_name(answer), answer));
    let answer_name = answer.as_ref().map(|(name, _)| name.as_str());
    let readme = readme::serialize(contents, &pfx_name, answer_name);
    let certificate = pem::certificate(chain)?;
    let issuers = pem::issuers(chain)?;
    let private_key = pem::private_key(key, chain)?;
    let haproxy = pem::haproxy(key, chain)?;
    let request = request.map(CertificationRequest::to_pem).transpose()?;

    let mut zip = Zip::new(chain.leaf().not_before());
    zip.add("README.txt", readme.as_bytes());
    zip.add("fullchain.pem", fullchain.as_bytes());
    zip.add("cert.pem", certificate.as_bytes());
    if !issuers.is_empty() {
        zip.add("chain.pem", issuers.as_bytes());
    }
    if let Some((name, answer)) = &answer {
        zip.add(name, answer);
    }
    zip.add_private("privkey.pem", private_key.as_bytes());
    zip.add_private("haproxy.pem", haproxy.as_bytes());
    if let Some(request) = &request {
        zip.add("request.csr", request.as_bytes());
    }
    if let Some(pfx) = pfx {
        zip.add_private(&pfx_name, pfx);
    }
    Ok(Archive {
        file_name: format!("{stem}.zip"),
        bytes: zip.serialize()?,
    })
}
