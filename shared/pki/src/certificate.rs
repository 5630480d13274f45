//! One X.509 certificate (RFC 5280), as the CA sent it, byte for byte.

use crate::{
    DistinguishedName, Error, KeyType, SubjectName,
    asn1::{Element, Elements, Malformed, constructed, primitive},
    extensions::Extensions,
    pem,
    public_key::PublicKey,
    time::parse_time,
};
use base64ct::{Base64UrlUnpadded, Encoding};
use der::Tag;
use sha2::{Digest, Sha256};

/// A parsed certificate with the bytes that it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    serial: Vec<u8>,
    issuer: DistinguishedName,
    not_before: u64,
    not_after: u64,
    subject: DistinguishedName,
    public_key_der: Vec<u8>,
    extensions: Extensions,
}

/// The three parts of a `Certificate`, RFC 5280 section 4.1, and of a `CertificationRequest`, RFC 2986
/// section 4.2.
pub(crate) struct Parts<'a> {
    pub(crate) tbs: Element<'a>,
    pub(crate) signature_algorithm: Element<'a>,
    pub(crate) signature: &'a [u8],
}

impl<'a> Parts<'a> {
    pub(crate) fn from_der(der: &'a [u8]) -> Result<Self, Malformed> {
        let mut certificate = Elements::of_sequence(der)?;
        let parts = Self {
            tbs: certificate.expect(Tag::Sequence)?,
            signature_algorithm: certificate.expect(Tag::Sequence)?,
            signature: certificate.bit_string()?,
        };
        certificate.finish()?;
        Ok(parts)
    }

    /// The algorithm as it stands in what is signed: `signature` of a `TBSCertificate`.
    pub(crate) fn inner_algorithm(&self) -> Result<Element<'a>, Malformed> {
        let mut fields = Elements::new(self.tbs.value);
        let _version = fields.optional(constructed(0))?;
        let _serial = fields.expect(Tag::Integer)?;
        fields.element()
    }
}

impl Certificate {
    /// Largest certificate that is looked at.
    pub const MAX_BYTES: usize = 64 * 1024;

    /// Reads one certificate in DER. Nothing is verified, and what is not looked at is not judged: an
    /// extension that cannot be read costs only itself, see
    /// [`unreadable_extensions`](Self::unreadable_extensions).
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
        Self::parse(der).map_err(|Malformed| Error::CertificateMalformed { position })
    }

    /// `Certificate` and `TBSCertificate`, RFC 5280 section 4.1.
    fn parse(der: &[u8]) -> Result<Self, Malformed> {
        let parts = Parts::from_der(der)?;
        let mut fields = Elements::new(parts.tbs.value);
        let _version = fields.optional(constructed(0))?;
        let serial = fields.expect(Tag::Integer)?.value;
        let _signature = fields.element()?;
        let issuer = DistinguishedName::from_element(fields.element()?)?;
        let mut validity = fields.sequence()?;
        let not_before = parse_time(validity.element()?)?;
        let not_after = parse_time(validity.element()?)?;
        let subject = DistinguishedName::from_element(fields.element()?)?;
        let public_key_der = fields.expect(Tag::Sequence)?.der;
        let _issuer_unique_id = fields.optional(primitive(1))?;
        let _subject_unique_id = fields.optional(primitive(2))?;
        let extensions = match fields.optional(constructed(3))? {
            Some(extensions) => Extensions::from_der(extensions.value),
            None => Extensions::default(),
        };
        Ok(Self {
            der: der.to_vec(),
            serial: serial.to_vec(),
            issuer,
            not_before,
            not_after,
            subject,
            public_key_der: public_key_der.to_vec(),
            extensions,
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
        self.extensions
            .alternative_names
            .as_ref()
            .map_or(&[], |names| &names.names)
    }

    /// Names of other kinds, as text: `email:`, `URI:`, … and malformed DNS names.
    #[must_use]
    pub fn other_names(&self) -> &[String] {
        self.extensions
            .alternative_names
            .as_ref()
            .map_or(&[], |names| &names.others)
    }

    /// First second of the validity period, since 1970-01-01 00:00 UTC.
    #[must_use]
    pub fn not_before(&self) -> u64 {
        self.not_before
    }

    /// Last second of the validity period (RFC 5280 section 4.1.2.5: "inclusive"), since
    /// 1970-01-01 00:00 UTC.
    #[must_use]
    pub fn not_after(&self) -> u64 {
        self.not_after
    }

    /// Whom the certificate is for; often empty, see [`names`](Self::names).
    #[must_use]
    pub fn subject(&self) -> &DistinguishedName {
        &self.subject
    }

    /// Who signed it.
    #[must_use]
    pub fn issuer(&self) -> &DistinguishedName {
        &self.issuer
    }

    /// The serial number as the octets of its DER value, with the leading zero octet that keeps it
    /// positive.
    #[must_use]
    pub fn serial_der_value(&self) -> &[u8] {
        &self.serial
    }

    /// The serial number in upper-case hexadecimal with colons, such as `03:A1:…`.
    #[must_use]
    pub fn serial_hex(&self) -> String {
        match self.serial.as_slice() {
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
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.extensions.authority_key_identifier.as_deref()
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
            Base64UrlUnpadded::encode_string(key),
            Base64UrlUnpadded::encode_string(&self.serial)
        ))
    }

    /// Whether it is a CA's: basicConstraints with cA (RFC 5280 section 4.2.1.9).
    #[must_use]
    pub fn is_ca(&self) -> bool {
        self.extensions.is_ca.unwrap_or_default()
    }

    /// Whether basicConstraints say something, be it yes or no. Roots of X.509 version 1 have none.
    pub(crate) fn has_basic_constraints(&self) -> bool {
        self.extensions.is_ca.is_some()
    }

    /// The types of extensions that could not be read, in dotted form, empty where that could not be read
    /// either; at most ten.
    #[must_use]
    pub fn unreadable_extensions(&self) -> &[String] {
        &self.extensions.unreadable
    }

    /// Whether subject and issuer are the same, as in a root.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.subject.matches(&self.issuer)
    }

    /// The key for people: "ECDSA P-256", "RSA 2048", …, or its object identifier; empty where it cannot be
    /// read.
    #[must_use]
    pub fn key_description(&self) -> String {
        PublicKey::from_der(&self.public_key_der)
            .map_or_else(|_| String::new(), |key| key.describe())
    }

    /// The type of the certified key, where it is one that keys are made of here.
    #[must_use]
    pub fn key_type(&self) -> Option<KeyType> {
        let says = self.key_description();
        KeyType::ALL
            .into_iter()
            .find(|kind| kind.to_string() == says)
    }

    /// The certified key as a `SubjectPublicKeyInfo` in DER.
    #[must_use]
    pub fn public_key_der(&self) -> &[u8] {
        &self.public_key_der
    }
}

fn colon_hex(octets: &[u8]) -> String {
    let pairs: Vec<String> = octets.iter().map(|octet| format!("{octet:02X}")).collect();
    pairs.join(":")
}
