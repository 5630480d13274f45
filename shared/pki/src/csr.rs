//! Certification requests: PKCS#10 (RFC 2986) as ACME's finalize wants it (RFC 8555 section 7.4).

use crate::{
    DnsName, Error, PrivateKey, SubjectName,
    alternative_names::{DNS, IP},
    asn1::{
        Elements, Malformed, bit_string, constructed, element, integer, octet_string, oid, sequence,
    },
    oid::{COMMON_NAME, EXTENSION_REQUEST, SUBJECT_ALT_NAME},
    pem,
};
use der::Tag;
use rand_core::CryptoRng;
use std::net::IpAddr;

/// `ub-common-name`, RFC 5280 appendix A.1.
const MAX_COMMON_NAME: usize = 64;
/// TRUE in DER.
const TRUE: &[u8] = &[0x01, 0x01, 0xFF];

/// A signed certification request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificationRequest {
    der: Vec<u8>,
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
    /// The result is the same every time for the same key and names: ECDSA takes its nonces from the
    /// message (RFC 6979), and RSA uses `rng` for blinding against timing only.
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
        // `CertificationRequestInfo`, RFC 2986 section 4.1
        let info = sequence(&[
            &integer(0)?,
            &subject(common_name)?,
            &key.public_key_der()?,
            &element(
                constructed(0),
                &[&extension_request(names, common_name.is_none())?],
            )?,
        ])?;
        let signature = bit_string(&key.sign(&info, rng)?)?;
        Ok(Self {
            der: sequence(&[&info, &key.signature_algorithm()?, &signature])?,
        })
    }

    /// Takes a request back, for example from storage. Only its outline is checked: neither the
    /// signature nor what it asks for.
    ///
    /// # Errors
    /// [`Error::RequestMalformed`].
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        if der.len() > Self::MAX_BYTES || check_outline(der).is_err() {
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

/// `Name`, RFC 5280 section 4.1.2.4, with the common name as its only attribute.
fn subject(common_name: Option<&DnsName>) -> Result<Vec<u8>, Error> {
    let Some(name) = common_name else {
        return sequence(&[]);
    };
    let value = element(Tag::Utf8String, &[name.as_str().as_bytes()])?;
    let attribute = sequence(&[&oid(COMMON_NAME)?, &value])?;
    sequence(&[&element(Tag::Set, &[&attribute])?])
}

/// The `extensionRequest` attribute (RFC 2985 section 5.4.2) with the names.
fn extension_request(names: &[SubjectName], critical: bool) -> Result<Vec<u8>, Error> {
    let mut general_names = Vec::new();
    for (index, name) in names.iter().enumerate() {
        if !names[..index].contains(name) {
            general_names.extend(match name {
                SubjectName::Dns(dns) => element(DNS, &[dns.as_str().as_bytes()])?,
                SubjectName::Ip(IpAddr::V4(v4)) => element(IP, &[&v4.octets()])?,
                SubjectName::Ip(IpAddr::V6(v6)) => element(IP, &[&v6.octets()])?,
            });
        }
    }
    let extension = sequence(&[
        &oid(SUBJECT_ALT_NAME)?,
        if critical { TRUE } else { &[] },
        &octet_string(&sequence(&[&general_names])?)?,
    ])?;
    let extensions = sequence(&[&extension])?;
    sequence(&[
        &oid(EXTENSION_REQUEST)?,
        &element(Tag::Set, &[&extensions])?,
    ])
}

/// `CertificationRequest` and `CertificationRequestInfo`, RFC 2986 section 4, without their contents.
fn check_outline(der: &[u8]) -> Result<(), Malformed> {
    let mut request = Elements::of_sequence(der)?;
    let mut info = request.sequence()?;
    info.expect(Tag::Integer)?;
    info.expect(Tag::Sequence)?;
    info.expect(Tag::Sequence)?;
    // RFC 2986 section 4.1 wants them even where there are none; OpenSSL takes requests without.
    info.optional(constructed(0))?;
    info.finish()?;
    request.expect(Tag::Sequence)?;
    request.bit_string()?;
    request.finish()
}
