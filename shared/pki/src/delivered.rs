//! The CA's answer to a certificate download, as far as it can be read.

use crate::{
    Certificate, ChainNote, Contents,
    asn1::Element,
    pem::{self, Scan},
    pkcs7,
};
use base64ct::{Base64, Encoding};
use serde::{Deserialize, Serialize};

/// The certificates of an answer, in its order.
///
/// RFC 8555 section 9.1 defines `application/pem-certificate-chain` and says that "the first certificate
/// MUST be an end-entity certificate"; CAs and what stands between them and a browser send other things
/// too. Whatever holds certificates is read: PEM with anything around it, PKCS#7, DER, and base64 of
/// those. What was unusual is in the [`notes`](Self::notes); what the certificates say is not looked at,
/// see [`check_issued`](crate::check_issued).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    certificates: Vec<Certificate>,
    form: Option<Form>,
    unreadable: usize,
    contents: Contents,
    notes: Vec<ChainNote>,
}

/// How an answer holds its certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// PEM blocks with a certificate each.
    Pem,
    /// One certificate, or several after each other, in DER.
    Der,
    /// PKCS#7 in DER.
    Pkcs7,
    /// PKCS#7 in a PEM block.
    Pkcs7Pem,
    /// Base64 of DER, with nothing around it.
    Base64,
}

impl Form {
    /// The extension of a file in this form.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pem => "pem",
            Self::Der => "der",
            Self::Pkcs7 | Self::Pkcs7Pem => "p7b",
            Self::Base64 => "txt",
        }
    }
}

impl Delivered {
    /// Most of an answer that is looked at.
    pub const MAX_BYTES: usize = 256 * 1024;

    /// Reads an answer. What cannot be read costs only itself.
    #[must_use]
    pub fn read(answer: &[u8]) -> Self {
        let content = answer.get(..Self::MAX_BYTES).unwrap_or(answer);
        let mut delivered = Self {
            certificates: Vec::new(),
            form: None,
            unreadable: 0,
            contents: Contents::of(content),
            notes: Vec::new(),
        };
        if content.len() < answer.len() {
            delivered.note(ChainNote::Truncated);
        }
        let scan = pem::scan(content);
        if !scan.blocks.is_empty() || !scan.broken.is_empty() {
            delivered.read_pem(scan);
        } else if delivered.read_der(content) {
            // The form is known now.
        } else if let Some(der) = base64(content)
            && delivered.read_der(&der)
        {
            delivered.form = Some(Form::Base64);
        }
        if delivered.unreadable > 0 {
            let count = delivered.unreadable;
            delivered.note(ChainNote::CertificatesUnreadable { count });
        }
        if let Some(form) = delivered.form
            && form != Form::Pem
        {
            delivered.note(ChainNote::OtherForm { form });
        }
        delivered
    }

    /// The certificates that can be read.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// How the answer holds them; nothing where it holds none.
    #[must_use]
    pub fn form(&self) -> Option<Form> {
        self.form.filter(|_| !self.certificates.is_empty())
    }

    /// What is unusual about the form.
    #[must_use]
    pub fn notes(&self) -> &[ChainNote] {
        &self.notes
    }

    /// What an answer without certificates seems to be.
    pub(crate) fn contents(&self) -> Contents {
        match self.unreadable {
            0 => self.contents,
            _ => Contents::UnreadableCertificates,
        }
    }

    /// Each note once.
    fn note(&mut self, note: ChainNote) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn read_pem(&mut self, scan: Scan) {
        for block in scan.blocks {
            match block.label.as_str() {
                // Followed by settings of OpenSSL's.
                "TRUSTED CERTIFICATE" => self.read_block(&block.der, false),
                "CERTIFICATE" | "X509 CERTIFICATE" | "PKCS7" | "PKCS #7 SIGNED DATA" | "CMS" => {
                    self.read_block(&block.der, true);
                }
                label if label.ends_with("PRIVATE KEY") => self.note(ChainNote::PrivateKeyInside),
                _ => self.note(ChainNote::TextAround),
            }
        }
        for block in scan.broken {
            if block.label.ends_with("PRIVATE KEY") {
                self.note(ChainNote::PrivateKeyInside);
            } else {
                self.unreadable += 1;
            }
        }
        if scan.outside.byte_order_mark {
            self.note(ChainNote::ByteOrderMark);
        }
        if scan.outside.text {
            self.note(ChainNote::TextAround);
        }
        if scan.outside.octets {
            self.note(ChainNote::OctetsAround);
        }
    }

    /// The contents of one PEM block.
    fn read_block(&mut self, der: &[u8], tells_rest: bool) {
        let Ok((element, rest)) = Element::split(der) else {
            self.unreadable += 1;
            return;
        };
        if tells_rest && !rest.is_empty() {
            self.note(ChainNote::OctetsAround);
        }
        match self.read_element(element) {
            Some(Form::Pkcs7) => self.form = self.form.or(Some(Form::Pkcs7Pem)),
            Some(_) => self.form = Some(Form::Pem),
            None => self.unreadable += 1,
        }
    }

    /// Elements of DER after each other; `false` where the first is none with certificates.
    fn read_der(&mut self, der: &[u8]) -> bool {
        let mut rest = der;
        while let Ok((element, after)) = Element::split(rest) {
            let Some(form) = self.read_element(element) else {
                break;
            };
            self.form = self.form.or(Some(form));
            rest = after;
        }
        let is_read = self.form.is_some();
        if is_read && !rest.is_empty() {
            self.note(ChainNote::OctetsAround);
        }
        is_read
    }

    fn read_element(&mut self, element: Element<'_>) -> Option<Form> {
        if let Ok(certificate) = Certificate::from_der(element.der) {
            self.certificates.push(certificate);
            return Some(Form::Der);
        }
        for der in pkcs7::certificates(element.der).ok()? {
            match Certificate::from_der(der) {
                Ok(certificate) => self.certificates.push(certificate),
                Err(_) => self.unreadable += 1,
            }
        }
        Some(Form::Pkcs7)
    }
}

/// What a text of nothing but base64 holds.
fn base64(content: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(content).ok()?;
    let text = text.trim_start_matches('\u{feff}').trim();
    let text: String = text.trim_matches('"').split_whitespace().collect();
    Base64::decode_vec(&text).ok()
}
