//! A certificate for servers on this machine.

use std::fmt;
use std::fs;
use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PublicKeyData,
};

use crate::{Error, Result};

/// A certificate for `localhost`, `127.0.0.1` and `::1`, and the CA of its own that signed it.
///
/// This is for HTTPS to the test servers; what the test CA issues has another root.
#[derive(Clone)]
pub struct TestCertificate {
    ca_pem: String,
    certificate_pem: String,
    key_pem: String,
    public_key_der: Vec<u8>,
}

impl TestCertificate {
    /// Makes a new CA, key and certificate.
    ///
    /// # Errors
    /// [`Error::Certificate`] when the system gives no randomness.
    pub fn generate() -> Result<Self> {
        let ca_key = KeyPair::generate()?;
        let mut ca = CertificateParams::default();
        ca.distinguished_name
            .push(DnType::CommonName, "Tabcert test servers");
        ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let ca_pem = ca.self_signed(&ca_key)?.pem();
        let issuer = Issuer::new(ca, ca_key);

        let key = KeyPair::generate()?;
        let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let mut server = CertificateParams::new(names)?;
        server
            .distinguished_name
            .push(DnType::CommonName, "localhost");
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        server.use_authority_key_identifier_extension = true;
        let certificate_pem = server.signed_by(&key, &issuer)?.pem();
        Ok(Self {
            ca_pem,
            certificate_pem,
            key_pem: key.serialize_pem(),
            public_key_der: key.subject_public_key_info(),
        })
    }

    /// The certificate to trust.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The server's public key, as the DER of a SubjectPublicKeyInfo: what Chromium can be told to
    /// accept, by the SHA-256 of it.
    pub fn public_key_der(&self) -> &[u8] {
        &self.public_key_der
    }

    /// The server's certificate.
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// The server's private key (PKCS#8).
    pub fn key_pem(&self) -> &str {
        &self.key_pem
    }

    /// Writes `cert.pem` and `key.pem`.
    pub(crate) fn write_to(&self, folder: &Path) -> Result<()> {
        for (name, pem) in [
            ("cert.pem", &self.certificate_pem),
            ("key.pem", &self.key_pem),
        ] {
            let path = folder.join(name);
            fs::write(&path, pem).map_err(Error::file(&path))?;
        }
        Ok(())
    }
}

impl fmt::Debug for TestCertificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TestCertificate(..)")
    }
}
