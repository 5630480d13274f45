//! Certification requests: PKCS#10 (RFC 2986) as ACME's finalize wants it (RFC 8555 section 7.4).

use crate::{
    DnsName, Error, PrivateKey, SubjectName,
    oid::{COMMON_NAME, SUBJECT_ALT_NAME},
    pem,
};
use der::{
    Any, Decode, Encode, Sequence, Tag,
    asn1::{BitString, Ia5String, OctetString, SetOfVec},
};
use rand_core::CryptoRng;
use std::collections::BTreeSet;
use x509_cert::{
    attr::{Attribute, AttributeTypeAndValue, Attributes},
    ext::{Extension, pkix::name::GeneralName},
    name::{RdnSequence, RelativeDistinguishedName},
    request::{CertReq, ExtensionReq, Version},
    spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned},
};

/// `ub-common-name`, RFC 5280 appendix A.1.
const MAX_COMMON_NAME: usize = 64;

/// A signed certification request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificationRequest {
    der: Vec<u8>,
}

/// `CertificationRequestInfo` of RFC 2986 section 4.1 with the subject as a bare `RDNSequence`.
#[derive(Sequence)]
struct Info {
    version: Version,
    subject: RdnSequence,
    public_key: SubjectPublicKeyInfoOwned,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT")]
    attributes: Attributes,
}

#[derive(Sequence)]
struct Request {
    info: Info,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
}

impl CertificationRequest {
    /// Largest request that [`from_der`](Self::from_der) looks at; 100 long names and an RSA 4096
    /// key need less than 32 KiB.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// Asks for a certificate for `names` and the public half of `key`.
    ///
    /// All names stand in the subjectAltName extension, each once. RFC 8555 section 7.4: "The CSR
    /// MUST indicate the exact same set of requested identifiers as the initial newOrder request",
    /// and a `dns` identifier may stand in the subject too: the common name is the first DNS name of
    /// at most 64 characters, for software that still looks there; without one the subject is empty
    /// and the extension critical (RFC 5280 section 4.2.1.6).
    ///
    /// The result is the same every time for the same key and names; see
    /// [`PrivateKey`] on what `rng` is for.
    ///
    /// # Errors
    /// [`Error::NoNames`]; [`Error::KeyOperation`] if the signature fails.
    pub fn build<R: CryptoRng + ?Sized>(
        key: &PrivateKey,
        names: &[SubjectName],
        rng: &mut R,
    ) -> Result<Self, Error> {
        if names.is_empty() {
            return Err(Error::NoNames);
        }
        let common_name = names.iter().find_map(|name| match name {
            SubjectName::Dns(dns) if dns.as_str().len() <= MAX_COMMON_NAME => Some(dns),
            _ => None,
        });
        let info = Info {
            version: Version::V1,
            subject: subject(common_name)?,
            public_key: SubjectPublicKeyInfoOwned::from_der(&key.public_key_der()?)?,
            attributes: extension_request(names, common_name.is_none())?,
        };
        let signature = key.sign(&info.to_der()?, rng)?;
        let request = Request {
            info,
            algorithm: key.signature_algorithm(),
            signature,
        };
        Ok(Self {
            der: request.to_der()?,
        })
    }

    /// Reads a request back, for example from storage. The signature is not checked.
    ///
    /// # Errors
    /// [`Error::RequestMalformed`].
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        if der.len() > Self::MAX_BYTES || CertReq::from_der(der).is_err() {
            return Err(Error::RequestMalformed);
        }
        Ok(Self { der: der.to_vec() })
    }

    /// The request in DER: base64url of it is the `csr` field of finalize.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The request in PEM (RFC 7468 section 7).
    ///
    /// # Errors
    /// [`Error::Encoding`], which no bounded request causes.
    pub fn to_pem(&self) -> Result<String, Error> {
        pem::serialize(pem::CERTIFICATE_REQUEST, &self.der)
    }
}

fn subject(common_name: Option<&DnsName>) -> Result<RdnSequence, Error> {
    let mut subject = RdnSequence::default();
    if let Some(name) = common_name {
        let value = Any::new(Tag::Utf8String, name.as_str().as_bytes())?;
        let attribute = AttributeTypeAndValue {
            oid: COMMON_NAME,
            value,
        };
        subject.push(RelativeDistinguishedName::try_from(vec![attribute])?);
    }
    Ok(subject)
}

/// The `extensionRequest` attribute (RFC 2985 section 5.4.2) with the names.
fn extension_request(names: &[SubjectName], critical: bool) -> Result<Attributes, Error> {
    let mut seen = BTreeSet::new();
    let mut general_names = Vec::with_capacity(names.len());
    for name in names.iter().filter(|name| seen.insert(*name)) {
        general_names.push(match name {
            SubjectName::Dns(dns) => GeneralName::DnsName(Ia5String::new(dns.as_str())?),
            SubjectName::Ip(address) => GeneralName::from(*address),
        });
    }
    let extension = Extension {
        extn_id: SUBJECT_ALT_NAME,
        critical,
        extn_value: OctetString::new(general_names.to_der()?)?,
    };
    let attribute = Attribute::try_from(ExtensionReq(vec![extension]))?;
    Ok(SetOfVec::try_from(vec![attribute])?)
}
