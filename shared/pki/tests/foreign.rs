//! Files and requests that other programs made: OpenSSL.

#![allow(clippy::unwrap_used)]

mod common;

use common::{EC_P256, EC_P384, EC_P521, RSA_2048, Workshop, issued, names};
use tabcert_pki::{CertificateFiles, CertificationRequest, Error, KeyType, check_issued_for};

#[test]
fn files_in_any_order_and_form_become_a_chain_with_its_key() {
    let (workshop, key, chain) = issued(KeyType::P256, &["example.org"]);
    workshop.write("leaf.key", key.to_pkcs8_pem().unwrap().as_bytes());
    workshop.openssl(&[
        "x509", "-in", "leaf.pem", "-outform", "DER", "-out", "leaf.der",
    ]);
    workshop.openssl(&["ec", "-in", "leaf.key", "-out", "sec1.key"]);
    workshop.openssl(&[
        "ec",
        "-in",
        "leaf.key",
        "-outform",
        "DER",
        "-out",
        "ignored.der",
    ]);
    let [leaf, issuing, root, der, sec1, pkcs8] = [
        "leaf.pem",
        "issuing.pem",
        "root.pem",
        "leaf.der",
        "sec1.key",
        "leaf.key",
    ]
    .map(|name| workshop.read(name));
    let explained = [b"\xEF\xBB\xBFBag Attributes: none\r\n".as_slice(), &leaf].concat();
    for files in [
        vec![leaf.as_slice(), &issuing],
        vec![issuing.as_slice(), &explained, &leaf],
        vec![der.as_slice(), &issuing],
    ] {
        let read = CertificateFiles::read(&files).unwrap();
        assert_eq!(read.chain, chain);
        assert!(read.key.is_none());
    }
    for key_file in [&sec1, &pkcs8] {
        let read = CertificateFiles::read(&[key_file, &leaf, &root, &issuing]).unwrap();
        assert_eq!(read.chain.issuers().len(), 2, "up to the root");
        let public = read.key.unwrap().public_key_der().unwrap();
        assert_eq!(public, chain.leaf().public_key_der());
    }
    let alone = CertificateFiles::read(&[&root]).unwrap();
    assert_eq!(alone.chain.leaf().subject().short(), "root");
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let (workshop, key, _) = issued(KeyType::P384, &["example.org"]);
    let (other, other_key, _) = issued(KeyType::P256, &["example.net"]);
    let [leaf, another] = [workshop.read("leaf.pem"), other.read("leaf.pem")];
    let other_pem = other_key.to_pkcs8_pem().unwrap();
    workshop.write("plain.key", key.to_pkcs8_pem().unwrap().as_bytes());
    workshop.openssl(&[
        "pkcs8",
        "-topk8",
        "-in",
        "plain.key",
        "-passout",
        "pass:x",
        "-out",
        "new.key",
    ]);
    workshop.openssl(&[
        "ec",
        "-in",
        "plain.key",
        "-aes128",
        "-passout",
        "pass:x",
        "-out",
        "old.key",
    ]);
    let read = |files: &[&[u8]]| CertificateFiles::read(files).map(|_| ()).unwrap_err();
    assert_eq!(read(&[]), Error::FilesWithoutCertificate);
    assert_eq!(read(&[b"hello"]), Error::FilesWithoutCertificate);
    assert_eq!(read(&[&leaf, &another]), Error::FilesOfSeveral { count: 2 });
    assert_eq!(read(&[&leaf, other_pem.as_bytes()]), Error::KeyMismatch);
    for encrypted in ["new.key", "old.key"] {
        let encrypted = workshop.read(encrypted);
        assert_eq!(read(&[&leaf, &encrypted]), Error::KeyEncrypted);
    }
    assert_eq!(
        read(&[&[0x30, 0x80]]),
        Error::CertificateMalformed { position: 1 }
    );
    assert_eq!(
        read(&[&vec![b'x'; CertificateFiles::MAX_BYTES + 1]]),
        Error::FilesTooLarge
    );
    let half = &leaf[..leaf.len() / 2];
    assert_eq!(read(&[half]), Error::FilesWithoutCertificate);
}

#[test]
fn an_rsa_key_in_its_old_form_is_read() {
    let workshop = Workshop::new();
    workshop.root("rsa", RSA_2048);
    workshop.openssl(&["rsa", "-in", "rsa.key", "-traditional", "-out", "old.key"]);
    let [certificate, key] = ["rsa.pem", "old.key"].map(|name| workshop.read(name));
    let read = CertificateFiles::read(&[&certificate, &key]).unwrap();
    assert_eq!(read.key.unwrap().key_type(), KeyType::Rsa2048);
}

fn request(workshop: &Workshop, algorithm: &[&str], arguments: &[&str]) -> CertificationRequest {
    workshop.openssl(&[&["genpkey", "-out", "request.key"], algorithm].concat());
    let make = ["req", "-new", "-key", "request.key", "-out", "request.csr"];
    workshop.openssl(&[&make, arguments].concat());
    CertificationRequest::from_file(&workshop.read("request.csr")).unwrap()
}

#[test]
fn a_request_says_what_it_asks_for() {
    let workshop = Workshop::new();
    for (algorithm, key_type) in [
        (EC_P256, KeyType::P256),
        (EC_P384, KeyType::P384),
        (RSA_2048, KeyType::Rsa2048),
    ] {
        let asks = "subjectAltName=DNS:a.example,DNS:*.b.example,IP:192.0.2.1,email:x@a.example";
        let request = request(
            &workshop,
            algorithm,
            &["-subj", "/CN=C.example", "-addext", asks],
        );
        let facts = request.facts().unwrap();
        assert_eq!(facts.key_type, key_type);
        let expected = names(&["a.example", "*.b.example", "192.0.2.1", "c.example"]);
        assert_eq!(facts.names, expected);
        assert_eq!(facts.other_names, ["email:x@a.example"]);
    }
    let bare = request(&workshop, EC_P256, &["-subj", "/O=Nobody in particular"]);
    assert!(bare.facts().unwrap().names.is_empty());
    let foreign = request(&workshop, EC_P521, &["-subj", "/CN=a.example"]);
    let key = "ECDSA P-521".to_owned();
    assert_eq!(foreign.facts(), Err(Error::RequestKey { key }));
}

#[test]
fn a_request_that_was_changed_is_noticed() {
    let workshop = Workshop::new();
    let request = request(&workshop, EC_P256, &["-subj", "/CN=a.example"]);
    let mut der = request.as_der().to_vec();
    let name = der
        .windows(9)
        .position(|part| part == b"a.example")
        .unwrap();
    der[name] = b'b';
    let changed = CertificationRequest::from_der(&der).unwrap();
    assert_eq!(changed.facts(), Err(Error::RequestSignature));
    for nonsense in [
        b"".as_slice(),
        b"-----BEGIN CERTIFICATE REQUEST-----",
        &der[1..],
    ] {
        let read = CertificationRequest::from_file(nonsense);
        assert_eq!(read, Err(Error::RequestMalformed));
    }
}

#[test]
fn a_certificate_for_a_request_is_checked_without_its_key() {
    let (workshop, _, chain) = issued(KeyType::P256, &["example.org"]);
    let request = CertificationRequest::from_file(&workshop.read("leaf.csr")).unwrap();
    let key = request.facts().unwrap().public_key_der;
    let expected = names(&["example.org"]);
    assert!(check_issued_for(key, &expected, &chain).is_ok());
    let other = self::request(&workshop, EC_P256, &["-subj", "/CN=example.org"]);
    let key = other.facts().unwrap().public_key_der;
    assert_eq!(
        check_issued_for(key, &expected, &chain),
        Err(Error::KeyMismatch)
    );
}
