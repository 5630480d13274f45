//! What visitors bring.

use tabcert_acme::key::AccountKey;
use tabcert_pki::brought::{Brought, File, Key, NotRead};
use tabcert_pki::{Certificate, CertificationRequest, PrivateKey};
use tabcert_vault::account_import::{self, account_key};

/// A file of any kind: what is read of it is written and read again, and what is not is named.
pub fn pem(content: &[u8]) {
    let file = File {
        name: "file",
        content,
    };
    let read = || Brought::read(&[file]);
    let Ok(brought) = read() else {
        return;
    };
    let keys = brought.into_keys();
    keys.keys.iter().for_each(key_holds);
    keys.not_read.iter().for_each(is_told);
    for (name, text) in &keys.texts {
        assert_eq!(name, "file");
        assert!(text.len() <= 3 * content.len());
    }
    match read().map(Brought::into_server) {
        Ok(Ok(server)) => {
            server.chain.iter().for_each(certificate_holds);
            server.not_read.iter().for_each(is_told);
            if let Some(key) = &server.key {
                assert_eq!(key.public_key_der(), server.chain.leaf().public_key_der());
            }
        }
        Ok(Err(error)) | Err(error) => {
            assert!(!error.to_string().is_empty() && !error.hint().is_empty());
            error.not_read().iter().for_each(is_told);
        }
    }
    if let Ok(Ok(pair)) = read().map(Brought::into_pair) {
        assert_eq!(pair.key.public_key_der(), pair.certificate.public_key_der());
    }
    if let Ok(Ok(request)) = read().map(Brought::into_request) {
        request_holds(&request);
    }
    if let Ok(account) = account_import::import(&[file]) {
        account.not_read.iter().for_each(is_told);
        account_key_holds(&account.key);
    }
}

/// A key in DER, in every form that there is.
pub fn key(der: &[u8]) {
    if let Ok(key) = PrivateKey::from_pkcs8_der(der) {
        let again = PrivateKey::from_pkcs8_der(&key.to_pkcs8_der().expect("DER"));
        let public = again.and_then(|key| key.public_key_der()).expect("a key");
        assert_eq!(public, key.public_key_der().expect("DER"));
    }
    for read in [
        AccountKey::from_pkcs8_der,
        AccountKey::from_pkcs1_der,
        AccountKey::from_sec1_der,
    ] {
        if let Ok(key) = read(der) {
            account_key_holds(&key);
        }
    }
    pem(der);
}

/// A key as JSON.
pub fn jwk(json: &[u8]) {
    if let Ok(text) = std::str::from_utf8(json)
        && let Ok(key) = AccountKey::from_private_jwk(text)
    {
        account_key_holds(&key);
    }
    pem(json);
}

/// A certificate in DER.
pub fn x509(der: &[u8]) {
    if let Ok(certificate) = Certificate::from_der(der) {
        certificate_holds(&certificate);
        assert_eq!(certificate.as_der(), der);
    }
}

/// A request in DER.
pub fn csr(der: &[u8]) {
    if let Ok(request) = CertificationRequest::from_der(der) {
        request_holds(&request);
    }
}

fn certificate_holds(certificate: &Certificate) {
    let pem = certificate.to_pem().expect("PEM");
    let file = File {
        name: "again",
        content: pem.as_bytes(),
    };
    let again = Brought::read(&[file]).and_then(Brought::into_server);
    assert_eq!(again.expect("a certificate").chain.leaf(), certificate);
    // What is shown of it is no larger than it is.
    let names = certificate.names().iter().map(ToString::to_string);
    let shown: usize = names
        .chain(certificate.other_names().iter().cloned())
        .map(|name| name.len())
        .sum();
    assert!(shown <= 8 * certificate.as_der().len());
    let _ = certificate.subject().short();
    let _ = certificate.issuer().short();
    let _ = certificate.ari_cert_id();
    assert_eq!(certificate.sha256_fingerprint().len(), 32 * 3 - 1);
    let _ = (certificate.serial_hex(), certificate.key_description());
}

fn request_holds(request: &CertificationRequest) {
    let again = CertificationRequest::from_der(request.as_der());
    assert_eq!(again.as_ref(), Ok(request));
    match request.facts() {
        Ok(facts) => assert!(!facts.public_key_der.is_empty()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn key_holds(key: &Key) {
    assert!(!key.public_key_der().is_empty());
    if let Ok(private) = key.private_key() {
        assert_eq!(private.public_key_der().expect("DER"), key.public_key_der());
    }
    if let Ok(account) = account_key(key) {
        account_key_holds(&account);
    }
}

/// Every form that a key is exported in is the same key.
fn account_key_holds(key: &AccountKey) {
    let der = key.to_pkcs8_der().expect("DER");
    let jwk = key.to_private_jwk().expect("a JWK");
    for again in [
        AccountKey::from_pkcs8_der(&der),
        AccountKey::from_private_jwk(&jwk),
    ] {
        assert_eq!(again.expect("a key").thumbprint(), key.thumbprint());
    }
}

/// It has words, and they are not longer than people read.
fn is_told(what: &NotRead) {
    assert!(!what.advice().is_empty() && !what.obstacle.code().is_empty());
    assert!((1..300).contains(&what.to_string().len()), "{what}");
}
