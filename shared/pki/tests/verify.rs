//! What is accepted as issued, and what is not: chains made by OpenSSL.

#![allow(clippy::unwrap_used)]

mod common;

use common::{
    EC_P256, EC_P384, EC_P521, ED25519, LEAF_EXTENSIONS, RSA_2048, Workshop, issued, key, names,
    rng,
};
use tabcert_pki::{
    CertificationRequest, Chain, Error, Fault, KeyType, PrivateKey, bundle, check_issued,
};

const NAMES: [&str; 3] = ["example.org", "*.example.org", "192.0.2.1"];

#[test]
fn every_usual_signature_is_verified() {
    // leaf ← issuing ← root, each arrow with an algorithm and a digest of its own
    for (root, root_digest, issuing, issuing_digest) in [
        (EC_P384, "-sha384", EC_P256, "-sha256"),
        (EC_P256, "-sha384", EC_P384, "-sha256"),
        (EC_P384, "-sha512", EC_P256, "-sha512"),
        (RSA_2048, "-sha256", RSA_2048, "-sha384"),
        (RSA_2048, "-sha512", EC_P256, "-sha384"),
    ] {
        let workshop = Workshop::new();
        workshop.root("root", root);
        workshop.intermediate("issuing", issuing, "root", root_digest);
        let key = key(&workshop, KeyType::P256);
        workshop.issue(&key, &NAMES, "issuing", issuing_digest);
        let chain = workshop.chain(&["leaf", "issuing", "root"]);
        let verified = check_issued(&key, &names(&NAMES), &chain).unwrap();
        assert_eq!(verified.chain(), &chain);
        assert_eq!(verified.names(), names(&NAMES));
    }
}

#[test]
fn the_order_and_case_of_names_do_not_matter() {
    let (_, key, chain) = issued(KeyType::P256, &NAMES);
    let expected = names(&["192.0.2.1", "*.EXAMPLE.org", "Example.Org", "example.org"]);
    let verified = check_issued(&key, &expected, &chain).unwrap();
    assert_eq!(verified.names()[0], expected[0]);
}

#[test]
fn missing_and_extra_names_are_told() {
    let (_, key, chain) = issued(KeyType::P256, &NAMES);
    let error =
        check_issued(&key, &names(&["example.org", "www.example.org"]), &chain).unwrap_err();
    let Error::NamesMismatch { missing, extra } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(*missing, names(&["www.example.org"]));
    assert_eq!(*extra, ["*.example.org", "192.0.2.1"]);
    assert_eq!(
        error.to_string(),
        "the certificate's names are wrong: missing: www.example.org; \
         not asked for: *.example.org, 192.0.2.1"
    );
    assert_eq!(error.fault(), Fault::Ca);
    assert_eq!(check_issued(&key, &[], &chain), Err(Error::NoNames));
}

#[test]
fn names_of_other_kinds_are_extra() {
    let workshop = Workshop::new();
    workshop.root("root", EC_P256);
    let key = key(&workshop, KeyType::P256);
    workshop.write("key.pem", &*key.to_pkcs8_pem().unwrap());
    workshop.openssl(&[
        "req",
        "-new",
        "-key",
        "key.pem",
        "-subj",
        "/CN=example.org",
        "-out",
        "leaf.csr",
        "-addext",
        "subjectAltName=DNS:example.org,email:root@example.org,URI:https://example.net/",
    ]);
    workshop.sign("leaf", "root", "-sha256", LEAF_EXTENSIONS, &[]);
    let error =
        check_issued(&key, &names(&["example.org"]), &workshop.chain(&["leaf"])).unwrap_err();
    assert_eq!(
        error,
        Error::NamesMismatch {
            missing: vec![],
            extra: vec![
                "email:root@example.org".into(),
                "URI:https://example.net/".into()
            ],
        }
    );
}

/// The common name alone makes no certificate for a name.
#[test]
fn a_common_name_without_alternative_name_does_not_count() {
    let workshop = Workshop::new();
    workshop.root("root", EC_P256);
    let key = key(&workshop, KeyType::P256);
    workshop.write("key.pem", &*key.to_pkcs8_pem().unwrap());
    workshop.openssl(&[
        "req",
        "-new",
        "-key",
        "key.pem",
        "-subj",
        "/CN=example.org",
        "-out",
        "leaf.csr",
    ]);
    workshop.sign("leaf", "root", "-sha256", LEAF_EXTENSIONS, &[]);
    assert!(matches!(
        check_issued(&key, &names(&["example.org"]), &workshop.chain(&["leaf"])),
        Err(Error::NamesMismatch { missing, .. }) if missing == names(&["example.org"])
    ));
}

#[test]
fn a_certificate_for_another_key_is_refused() {
    let (_, _, chain) = issued(KeyType::P256, &NAMES);
    for kind in [KeyType::P256, KeyType::P384] {
        let other = PrivateKey::generate(kind, &mut rng(50)).unwrap();
        assert_eq!(
            check_issued(&other, &names(&NAMES), &chain),
            Err(Error::KeyMismatch)
        );
    }
}

#[test]
fn the_proof_is_bound_to_its_key() {
    let (_, key, chain) = issued(KeyType::P256, &NAMES);
    let verified = check_issued(&key, &names(&NAMES), &chain).unwrap();
    assert_eq!(verified.check_key(&key), Ok(()));
    let other = PrivateKey::generate(KeyType::P256, &mut rng(50)).unwrap();
    assert_eq!(verified.check_key(&other), Err(Error::KeyMismatch));
    assert_eq!(
        bundle::pem::private_key(&other, &verified),
        Err(Error::KeyMismatch)
    );
    assert_eq!(
        bundle::pem::haproxy(&other, &verified),
        Err(Error::KeyMismatch)
    );
}

#[test]
fn a_chain_in_the_wrong_order_is_refused() {
    let workshop = Workshop::new();
    workshop.root("root", EC_P384);
    workshop.intermediate("issuing", EC_P256, "root", "-sha256");
    workshop.intermediate("stranger", EC_P256, "root", "-sha256");
    let key = key(&workshop, KeyType::P256);
    workshop.issue(&key, &NAMES, "issuing", "-sha256");
    let check = |parts: &[&str]| check_issued(&key, &names(&NAMES), &workshop.chain(parts));

    assert!(check(&["leaf"]).is_ok());
    assert!(check(&["leaf", "issuing"]).is_ok());
    assert_eq!(
        check(&["leaf", "root"]),
        Err(Error::NotIssuedByNext { position: 1 })
    );
    assert_eq!(
        check(&["leaf", "stranger"]),
        Err(Error::NotIssuedByNext { position: 1 })
    );
    assert_eq!(
        check(&["leaf", "issuing", "stranger"]),
        Err(Error::NotIssuedByNext { position: 2 })
    );
    assert_eq!(
        check(&["leaf", "leaf"]),
        Err(Error::ChainOrder { position: 2 })
    );
    assert_eq!(check(&["issuing", "leaf"]), Err(Error::KeyMismatch));
}

/// Two CAs of the same name: only the signature tells them apart.
#[test]
fn a_namesake_of_the_issuer_is_found_out_by_its_signature() {
    for algorithm in [EC_P256, EC_P384, RSA_2048] {
        let workshop = Workshop::new();
        workshop.root("root", algorithm);
        let key = key(&workshop, KeyType::P256);
        workshop.issue(&key, &NAMES, "root", "-sha256");
        workshop.root("root", algorithm);
        assert_eq!(
            check_issued(&key, &names(&NAMES), &workshop.chain(&["leaf", "root"])),
            Err(Error::SignatureInvalid { position: 1 })
        );
        workshop.root(
            "root",
            if algorithm == RSA_2048 {
                EC_P256
            } else {
                RSA_2048
            },
        );
        assert_eq!(
            check_issued(&key, &names(&NAMES), &workshop.chain(&["leaf", "root"])),
            Err(Error::SignatureInvalid { position: 1 })
        );
    }
}

#[test]
fn algorithms_that_cannot_be_checked_are_named() {
    for (algorithm, digest, oid) in [
        (ED25519, "", "1.3.101.112"),
        (EC_P521, "-sha512", "1.3.132.0.35"),
        (RSA_2048, "-sha1", "1.2.840.113549.1.1.5"),
    ] {
        let workshop = Workshop::new();
        workshop.root("root", algorithm);
        let key = key(&workshop, KeyType::P256);
        workshop.issue(&key, &NAMES, "root", digest);
        assert_eq!(
            check_issued(&key, &names(&NAMES), &workshop.chain(&["leaf", "root"])),
            Err(Error::SignatureUnsupported {
                position: 1,
                algorithm: oid.into()
            })
        );
    }
}

#[test]
fn a_ca_certificate_is_no_server_certificate() {
    let workshop = Workshop::new();
    workshop.root("root", EC_P256);
    let key = key(&workshop, KeyType::P256);
    let request = CertificationRequest::build(&key, &names(&NAMES), &mut rng(1)).unwrap();
    workshop.write("leaf.csr", request.to_pem().unwrap());
    workshop.sign(
        "leaf",
        "root",
        "-sha256",
        "basicConstraints=critical,CA:TRUE\n",
        &[],
    );
    assert_eq!(
        check_issued(&key, &names(&NAMES), &workshop.chain(&["leaf", "root"])),
        Err(Error::ChainOrder { position: 1 })
    );
}

/// Any changed bit of a certificate is either unreadable or refused.
#[test]
fn no_bit_of_a_certificate_can_be_changed() {
    let (workshop, key, chain) = issued(KeyType::P256, &["example.org"]);
    let issuer = workshop.read_text("issuing.pem");
    let der = chain.leaf().as_der();
    for index in 0..der.len() {
        let mut changed = der.to_vec();
        changed[index] ^= 1 << (index % 8);
        workshop.write("changed.der", &changed);
        let pem = to_pem(&changed) + &issuer;
        let Ok(chain) = Chain::from_pem(&pem) else {
            continue;
        };
        assert!(
            check_issued(&key, &names(&["example.org"]), &chain).is_err(),
            "octet {index}"
        );
    }
}

fn to_pem(der: &[u8]) -> String {
    use base64ct::{Base64, Encoding};
    format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        Base64::encode_string(der)
    )
}
