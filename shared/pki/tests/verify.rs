//! What is accepted as issued, and what is not: chains made by OpenSSL.

#![allow(clippy::unwrap_used)]

mod common;

use common::{
    EC_P256, EC_P384, LEAF_EXTENSIONS, RSA_2048, Workshop, delivered, issued, key, names, rng,
};
use tabcert_pki::{
    ChainNote, Contents, Delivered, Error, KeyType, Misfit, PrivateKey, bundle, check_issued,
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
        let parts = ["leaf", "issuing", "root"];
        let checked = check_issued(&key, &names(&NAMES), &workshop.delivered(&parts)).unwrap();
        assert_eq!(checked.path(), &workshop.chain(&parts));
        assert_eq!(checked.names(), names(&NAMES));
        let certificate = "root".to_owned();
        assert_eq!(checked.notes(), [ChainNote::RootIncluded { certificate }]);
    }
}

#[test]
fn the_order_and_case_of_names_do_not_matter() {
    let (_, key, chain) = issued(KeyType::P256, &NAMES);
    let expected = names(&["192.0.2.1", "*.EXAMPLE.org", "Example.Org", "example.org"]);
    let verified = check_issued(&key, &expected, &delivered(&chain)).unwrap();
    assert_eq!(verified.names()[0], expected[0]);
}

#[test]
fn missing_names_stop_and_extra_names_are_told() {
    let (_, key, chain) = issued(KeyType::P256, &NAMES);
    let delivered = delivered(&chain);
    let expected = names(&["www.example.org", "example.org", "www.example.org"]);
    assert_eq!(
        check_issued(&key, &expected, &delivered),
        Err(Misfit::NamesMissing {
            missing: vec!["www.example.org".to_owned()],
            found: NAMES.map(ToOwned::to_owned).to_vec(),
        })
    );
    let fewer = check_issued(&key, &names(&["example.org"]), &delivered).unwrap();
    assert_eq!(
        fewer.notes(),
        [ChainNote::NamesAdded {
            names: vec!["*.example.org".to_owned(), "192.0.2.1".to_owned()],
        }]
    );
    assert_eq!(fewer.names(), names(&["example.org"]));
    assert_eq!(check_issued(&key, &[], &delivered), Err(Misfit::NoNames));
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
    let delivered = workshop.delivered(&["leaf", "root"]);
    let checked = check_issued(&key, &names(&["example.org"]), &delivered).unwrap();
    let added = ChainNote::NamesAdded {
        names: vec![
            "email:root@example.org".to_owned(),
            "URI:https://example.net/".to_owned(),
        ],
    };
    assert!(checked.notes().contains(&added));
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
    assert_eq!(
        check_issued(
            &key,
            &names(&["example.org"]),
            &workshop.delivered(&["leaf"])
        ),
        Err(Misfit::NamesMissing {
            missing: vec!["example.org".to_owned()],
            found: vec![],
        })
    );
}

#[test]
fn a_certificate_for_another_key_stops() {
    let (_, _, chain) = issued(KeyType::P256, &NAMES);
    for kind in [KeyType::P256, KeyType::P384] {
        let other = PrivateKey::generate(kind, &mut rng(50)).unwrap();
        assert_eq!(
            check_issued(&other, &names(&NAMES), &delivered(&chain)),
            Err(Misfit::OtherKey {
                names: NAMES.map(ToOwned::to_owned).to_vec()
            })
        );
    }
}

#[test]
fn what_holds_no_certificate_stops_and_is_named() {
    let key = PrivateKey::generate(KeyType::P256, &mut rng(2)).unwrap();
    let key_pem = key.to_pkcs8_pem().unwrap();
    for (answer, contents) in [
        ("".as_bytes(), Contents::Nothing),
        (b" \r\n", Contents::Nothing),
        (b"<!DOCTYPE html><p>Sign in", Contents::Html),
        (b"{\"status\":\"valid\"}", Contents::Json),
        (b"hello", Contents::Text),
        (b"AAAA", Contents::Text),
        (b"\x30\x03\x02\x01\x01", Contents::Octets),
        (b"\xFF\xFE\x00", Contents::Octets),
        (key_pem.as_bytes(), Contents::PrivateKey),
        (
            b"-----BEGIN CERTIFICATE-----\nMIIB",
            Contents::UnreadableCertificates,
        ),
        (
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
            Contents::UnreadableCertificates,
        ),
    ] {
        let delivered = Delivered::read(answer);
        assert_eq!(delivered.form(), None);
        assert_eq!(
            check_issued(&key, &names(&NAMES), &delivered),
            Err(Misfit::NoCertificate { contents }),
            "{}",
            answer.escape_ascii()
        );
    }
}

#[test]
fn the_proof_is_bound_to_its_key() {
    let (_, key, chain) = issued(KeyType::P256, &NAMES);
    let verified = check_issued(&key, &names(&NAMES), &delivered(&chain)).unwrap();
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

/// Any changed bit of a certificate makes it unreadable, another's, or one with a wrong signature.
#[test]
fn no_bit_of_a_certificate_can_be_changed() {
    let (workshop, key, chain) = issued(KeyType::P256, &["example.org"]);
    let issuer = workshop.read("issuing.pem");
    let der = chain.leaf().as_der();
    for index in 0..der.len() {
        let mut changed = der.to_vec();
        changed[index] ^= 1 << (index % 8);
        let answer = [to_pem(&changed).as_bytes(), &issuer].concat();
        let checked = check_issued(&key, &names(&["example.org"]), &Delivered::read(&answer));
        let is_noticed = checked.map_or(true, |checked| {
            checked.notes().iter().any(|note| {
                matches!(
                    note,
                    ChainNote::SignatureWrong { .. }
                        | ChainNote::SignatureUnchecked { .. }
                        | ChainNote::IssuerMissing { .. }
                )
            })
        });
        assert!(is_noticed, "octet {index}");
    }
}

fn to_pem(der: &[u8]) -> String {
    use base64ct::{Base64, Encoding};
    format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        Base64::encode_string(der)
    )
}
