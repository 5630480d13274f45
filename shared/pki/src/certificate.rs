//! One X.509 certificate (RFC 5280), as the CA sent it, byte for byte.

use crate::{
    DistinguishedName, Error, KeyType, SubjectName,
    alternative_names::AlternativeNames,
    key::bit_length,
    oid::{EC_PUBLIC_KEY, ED25519, RSA_ENCRYPTION, SECP256R1, SECP384R1, SECP521R1},
    pem,
};
use base64ct::{Base64UrlUnpadded, Encoding};
use der::{Decode, Encode, Reader, SliceReader};
use sha2::{Digest, Sha256};
use x509_cert::{
    ext::pkix::{AuthorityKeyIdentifier, BasicConstraints, SubjectAltName},
    spki::SubjectPublicKeyInfoOwned,
};

/// A parsed certificate with the bytes that it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    parsed: x509_cert::Certificate,
    alternative_names: AlternativeNames,
    is_ca: bool,
}

impl Certificate {
    /// Largest certificate that is looked at.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// Reads one certificate in DER. Nothing is verified.
    ///
    /// # Errors
    /// [`Error::CertificateMalformed`] with position 1.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        Self::from_der_at(der, 1)
    }

    /// As [`from_der`](Self::from_der) for the certificate at `position` of a chain, from 1.
    pub(crate) fn from_der_at(der: &[u8], position: usize) -> Result<Self, Error> {
        if der.len() > Self::MAX_BYTES {
            return Err(Error::CertificateMalformed { position });
        }
        Self::parse(der).map_err(|_| Error::CertificateMalformed { position })
    }

    fn parse(der: &[u8]) -> Result<Self, der::Error> {
        let parsed = x509_cert::Certificate::from_der(der)?;
        let tbs = parsed.tbs_certificate();
        let alternative_names = tbs
            .get_extension::<SubjectAltName>()?
            .map(|(_, names)| AlternativeNames::from_general_names(&names.0))
            .unwrap_or_default();
        let is_ca = tbs
            .get_extension::<BasicConstraints>()?
            .is_some_and(|(_, constraints)| constraints.ca);
        Ok(Self {
            der: der.to_vec(),
            alternative_names,
            is_ca,
            parsed,
        })
    }

    /// The certificate in DER, as it came.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The certificate in PEM (RFC 7468 section 5), ended by a line feed.
    ///
    /// # Errors
    /// [`Error::Encoding`], which no bounded certificate causes.
    pub fn to_pem(&self) -> Result<String, Error> {
        pem::serialize(pem::CERTIFICATE, &self.der)
    }

    /// The DNS names and IP addresses that the certificate is for, in its order. The subject is not
    /// looked at: RFC 9525 section 2 takes names from subjectAltName alone.
    #[must_use]
    pub fn names(&self) -> &[SubjectName] {
        &self.alternative_names.names
    }

    /// Names of other kinds, as text: `email:`, `URI:`, … and malformed DNS names.
    #[must_use]
    pub fn other_names(&self) -> &[String] {
        &self.alternative_names.others
    }

    /// First second of the validity period, since 1970-01-01 00:00 UTC.
    #[must_use]
    pub fn not_before(&self) -> u64 {
        self.parsed
            .tbs_certificate()
            .validity()
            .not_before
            .to_unix_duration()
            .as_secs()
    }

    /// Last second of the validity period (RFC 5280 section 4.1.2.5: "inclusive"), since
    /// 1970-01-01 00:00 UTC.
    #[must_use]
    pub fn not_after(&self) -> u64 {
        self.parsed
            .tbs_certificate()
            .validity()
            .not_after
            .to_unix_duration()
            .as_secs()
    }

    /// Whom the certificate is for; often empty, see [`names`](Self::names).
    #[must_use]
    pub fn subject(&self) -> DistinguishedName<'_> {
        DistinguishedName(self.parsed.tbs_certificate().subject())
    }

    /// Who signed it.
    #[must_use]
    pub fn issuer(&self) -> DistinguishedName<'_> {
        DistinguishedName(self.parsed.tbs_certificate().issuer())
    }

    /// The serial number as the octets of its DER value, with the leading zero octet that keeps it
    /// positive.
    #[must_use]
    pub fn serial_der_value(&self) -> &[u8] {
        self.parsed.tbs_certificate().serial_number().as_bytes()
    }

    /// The serial number in upper-case hexadecimal with colons, such as `03:A1:…`.
    #[must_use]
    pub fn serial_hex(&self) -> String {
        match self.serial_der_value() {
            [0, rest @ ..] if !rest.is_empty() => colon_hex(rest),
            octets => colon_hex(octets),
        }
    }

    /// SHA-256 of the certificate in upper-case hexadecimal with colons.
    #[must_use]
    pub fn sha256_fingerprint(&self) -> String {
        colon_hex(&Sha256::digest(&self.der))
    }

    /// The `keyIdentifier` of the authority key identifier (RFC 5280 section 4.2.1.1), if there is
    /// one.
    #[must_use]
    pub fn authority_key_identifier(&self) -> Option<Vec<u8>> {
        let extension = self
            .parsed
            .tbs_certificate()
            .get_extension::<AuthorityKeyIdentifier>()
            .ok()??
            .1;
        extension
            .key_identifier
            .map(|octets| octets.as_bytes().to_vec())
    }

    /// The certificate's name in ACME renewal information. RFC 9773 section 4.1: "the
    /// base64url-encoding of the bytes of the keyIdentifier field of the certificate's Authority Key
    /// Identifier (AKI) extension", a period, and "the base64url-encoding of the bytes of the DER
    /// encoding of the certificate's Serial Number (without the tag and length bytes)".
    ///
    /// # Errors
    /// [`Error::NoAuthorityKeyIdentifier`].
    pub fn ari_cert_id(&self) -> Result<String, Error> {
        let key = self
            .authority_key_identifier()
            .ok_or(Error::NoAuthorityKeyIdentifier)?;
        Ok(format!(
            "{}.{}",
            Base64UrlUnpadded::encode_string(&key),
            Base64UrlUnpadded::encode_string(self.serial_der_value())
        ))
    }

    /// Whether it is a CA's: basicConstraints with cA (RFC 5280 section 4.2.1.9).
    #[must_use]
    pub fn is_ca(&self) -> bool {
        self.is_ca
    }

    /// Whether subject and issuer are the same, as in a root.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.subject() == self.issuer()
    }

    /// The key for people: "ECDSA P-256", "RSA 2048", …, or its object identifier.
    #[must_use]
    pub fn key_description(&self) -> String {
        let key = self.public_key();
        let algorithm = &key.algorithm;
        match (
            algorithm.oid,
            algorithm.parameters.as_ref().map(|p| p.decode_as()),
        ) {
            (EC_PUBLIC_KEY, Some(Ok(SECP256R1))) => KeyType::P256.to_string(),
            (EC_PUBLIC_KEY, Some(Ok(SECP384R1))) => KeyType::P384.to_string(),
            (EC_PUBLIC_KEY, Some(Ok(SECP521R1))) => "ECDSA P-521".to_owned(),
            (EC_PUBLIC_KEY, Some(Ok(curve))) => format!("ECDSA {curve}"),
            (RSA_ENCRYPTION, _) => {
                rsa::pkcs1::RsaPublicKeyRef::from_der(key.subject_public_key.raw_bytes())
                    .map_or_else(
                        |_| "RSA".to_owned(),
                        |rsa| format!("RSA {}", bit_length(rsa.modulus)),
                    )
            }
            (ED25519, _) => "Ed25519".to_owned(),
            (oid, _) => oid.to_string(),
        }
    }

    /// The certified key as a `SubjectPublicKeyInfo` in DER.
    ///
    /// # Errors
    /// [`Error::Encoding`], which nothing that was parsed causes.
    pub fn public_key_der(&self) -> Result<Vec<u8>, Error> {
        Ok(self.public_key().to_der()?)
    }

    pub(crate) fn public_key(&self) -> &SubjectPublicKeyInfoOwned {
        self.parsed.tbs_certificate().subject_public_key_info()
    }

    pub(crate) fn parsed(&self) -> &x509_cert::Certificate {
        &self.parsed
    }

    /// The octets that are signed, as they came: encoding them anew could change them.
    pub(crate) fn signed_octets(&self) -> Result<&[u8], Error> {
        let mut reader = SliceReader::new(&self.der)?;
        Ok(reader.sequence(|certificate| {
            let tbs = certificate.tlv_bytes()?;
            certificate.tlv_bytes()?;
            certificate.tlv_bytes()?;
            Ok::<_, der::Error>(tbs)
        })?)
    }
}

fn colon_hex(octets: &[u8]) -> String {
    let pairs: Vec<String> = octets.iter().map(|octet| format!("{octet:02X}")).collect();
    pairs.join(":")
}
