//! Keys, names and certificates for the tests' conversations.

use std::sync::LazyLock;

use tabcert_acme::base64url;
use tabcert_acme::domain::DomainName;
use tabcert_acme::key::AccountKey;
use tabcert_issuance::event::{Application, CertificateKey, CertificateSummary};
use tabcert_pki::KeyType;

/// 1994-11-06 08:49:00 UTC, 37 seconds before the date in RFC 9110 §5.6.7.
pub(crate) const BEGIN_MS: u64 = 784_111_740_000;

pub(crate) fn account_key() -> AccountKey {
    static KEY: LazyLock<AccountKey> = LazyLock::new(|| {
        // PKCS#8 around the scalar of RFC 7515 appendix A.3.
        let head = "MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCA";
        let scalar = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";
        let decode = |text| base64url::decode(text).expect("base64url");
        AccountKey::from_pkcs8_der(&[decode(head), decode(scalar)].concat()).expect("a key")
    });
    KEY.clone()
}

pub(crate) fn application(names: &[&str]) -> Application {
    let parse = |name: &&str| DomainName::parse_a_labels(name).expect("a name");
    Application {
        names: names.iter().map(parse).collect(),
        key_type: KeyType::P256,
        contact: Vec::new(),
        terms_agreed: true,
    }
}

pub(crate) fn certificate_key(number: usize) -> CertificateKey {
    CertificateKey::from_pkcs8_der(format!("key-{number}").into_bytes().into())
}

pub(crate) fn summary(names: &[DomainName]) -> CertificateSummary {
    CertificateSummary {
        names: names.iter().map(ToString::to_string).collect(),
        not_before: BEGIN_MS / 1000,
        not_after: BEGIN_MS / 1000 + 86_400,
        issuer: "the test CA".to_owned(),
        serial: "01".to_owned(),
        fingerprint: "00".to_owned(),
        key_type: "ECDSA P-256".to_owned(),
        chain: Vec::new(),
        notes: Vec::new(),
    }
}
