//! Requests that other programs made: OpenSSL.

#![allow(clippy::unwrap_used)]

mod common;

use common::{EC_P256, EC_P384, EC_P521, RSA_2048, Workshop, delivered, issued, names};
use tabcert_pki::{
    CertificationRequest, Error, KeyType, Misfit, RefusedAlgorithm,
    brought::{Brought, BroughtError, File, NotRead, Obstacle, Thing},
    check_issued_for,
};

fn read(content: &[u8]) -> Result<CertificationRequest, BroughtError> {
    let file = File {
        name: "request.csr",
        content,
    };
    Brought::read(&[file]).unwrap().into_request()
}

fn request(workshop: &Workshop, algorithm: &[&str], arguments: &[&str]) -> CertificationRequest {
    workshop.openssl(&[&["genpkey", "-out", "request.key"], algorithm].concat());
    let make = ["req", "-new", "-key", "request.key", "-out", "request.csr"];
    workshop.openssl(&[&make, arguments].concat());
    read(&workshop.read("request.csr")).unwrap()
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
}

/// RFC 2986 section 4.1 has the attributes in every request; OpenSSL verifies those without.
#[test]
fn a_request_without_attributes_says_its_common_name() {
    let workshop = Workshop::new();
    let with = request(&workshop, EC_P256, &["-subj", "/CN=a.example"]);
    let info = &with.as_der()[3..];
    let at = info
        .windows(2)
        .position(|octets| octets == [0xA0, 0])
        .unwrap();
    let info = [&info[..at], &info[at + 2..]].concat();
    let info = &info[..usize::from(info[1]) + 2 - 2];
    let info = [&[0x30, u8::try_from(info.len() - 2).unwrap()], &info[2..]].concat();
    workshop.write("info.der", &info);
    workshop.openssl(&[
        "dgst",
        "-sha256",
        "-sign",
        "request.key",
        "-out",
        "signature",
        "info.der",
    ]);
    let signature = workshop.read("signature");
    let der = der_sequence(&[
        &info,
        // ecdsa-with-SHA256
        b"\x30\x0A\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03\x02",
        &[
            &[0x03, u8::try_from(signature.len() + 1).unwrap(), 0],
            signature.as_slice(),
        ]
        .concat(),
    ]);
    workshop.write("bare.csr", &der);
    let verified = workshop.openssl(&["req", "-inform", "DER", "-in", "bare.csr", "-verify"]);
    assert!(verified.contains("verify OK"), "{verified}");
    assert_eq!(
        read(&der).unwrap().facts().unwrap().names,
        names(&["a.example"])
    );
}

fn der_sequence(parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u8::try_from(content.len()).unwrap();
    assert!(
        (0x80..).contains(&length),
        "one octet of length behind 0x81"
    );
    [&[0x30, 0x81, length], content.as_slice()].concat()
}

#[test]
fn a_signature_that_cas_refuse_is_named() {
    let workshop = Workshop::new();
    let pss: &[&str] = &["-sha256", "-sigopt", "rsa_padding_mode:pss"];
    for (algorithm, arguments, refused) in [
        (RSA_2048, &["-sha1"][..], RefusedAlgorithm::Sha1),
        (EC_P256, &["-sha1"], RefusedAlgorithm::Sha1),
        (RSA_2048, &["-sha224"], RefusedAlgorithm::Sha224),
        (EC_P256, &["-sha224"], RefusedAlgorithm::Sha224),
        (RSA_2048, &["-md5"], RefusedAlgorithm::Md5),
        (RSA_2048, pss, RefusedAlgorithm::RsaPss),
    ] {
        let arguments = [&["-subj", "/CN=a.example"], arguments].concat();
        let request = request(&workshop, algorithm, &arguments);
        assert_eq!(
            request.facts(),
            Err(Error::RequestAlgorithm { algorithm: refused })
        );
    }
}

#[test]
fn what_is_no_request_is_named() {
    let (workshop, key, _) = issued(KeyType::P256, &["example.org"]);
    let request = workshop.read_text("leaf.csr");
    let half = &request[..request.len() / 2];
    let bad = request.replace("MI", "M!");
    let key = key.to_pkcs8_pem().unwrap();
    let both = [request.as_str(), &workshop.read_text("leaf.pem")].concat();
    assert!(read(both.as_bytes()).is_ok(), "a certificate beside it");
    for (content, obstacle) in [
        (&b""[..], Obstacle::Empty),
        (b"hello", Obstacle::OtherText),
        (b"\x01\x02\x03", Obstacle::OtherData),
        (half.as_bytes(), Obstacle::CutOff(Thing::Request)),
        (bad.as_bytes(), Obstacle::Damaged(Thing::Request)),
        (
            &workshop.read("leaf.pem"),
            Obstacle::NotWanted(Thing::Certificate),
        ),
        (key.as_bytes(), Obstacle::NotWanted(Thing::Key)),
    ] {
        let not_read = vec![NotRead {
            file: "request.csr".to_owned(),
            obstacle,
        }];
        let thing = Thing::Request;
        assert_eq!(
            read(content),
            Err(BroughtError::Missing { thing, not_read })
        );
    }
    let other = self::request(&workshop, EC_P256, &["-subj", "/CN=a.example"]);
    let two = [request, other.to_pem().unwrap()].concat();
    assert_eq!(
        read(two.as_bytes()),
        Err(BroughtError::Several {
            thing: Thing::Request,
            count: 2
        })
    );
}

#[test]
fn a_certificate_for_a_request_is_checked_without_its_key() {
    let (workshop, _, chain) = issued(KeyType::P256, &["example.org"]);
    let request = read(&workshop.read("leaf.csr")).unwrap();
    let key = request.facts().unwrap().public_key_der;
    let expected = names(&["example.org"]);
    assert!(check_issued_for(key, &expected, &delivered(&chain)).is_ok());
    let other = self::request(&workshop, EC_P256, &["-subj", "/CN=example.org"]);
    let key = other.facts().unwrap().public_key_der;
    assert_eq!(
        check_issued_for(key, &expected, &delivered(&chain)),
        Err(Misfit::OtherKey {
            names: vec!["example.org".to_owned()]
        })
    );
}
