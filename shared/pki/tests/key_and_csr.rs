//! Keys and certification requests, judged by OpenSSL.

#![allow(clippy::unwrap_used)]

mod common;

use common::{EC_P521, ED25519, Workshop, key, names, rng};
use tabcert_pki::{CertificationRequest, Error, KeyType, PrivateKey};

/// A request in OpenSSL's words, its own signature verified.
fn described(workshop: &Workshop, key: &PrivateKey, texts: &[&str]) -> String {
    let request = CertificationRequest::build(key, &names(texts), &mut rng(3)).unwrap();
    workshop.write("request.der", request.as_der());
    let verdict = workshop.openssl(&[
        "req",
        "-verify",
        "-in",
        "request.der",
        "-inform",
        "DER",
        "-noout",
        "-text",
        "-nameopt",
        "RFC2253",
    ]);
    assert!(verdict.contains("self-signature verify OK"), "{verdict}");
    verdict
}

#[test]
fn every_key_type_signs_a_request_that_openssl_verifies() {
    let workshop = Workshop::new();
    for kind in KeyType::ALL {
        let key = key(&workshop, kind);
        assert_eq!(key.key_type(), kind);
        let text = described(
            &workshop,
            &key,
            &["example.org", "*.example.org", "www.example.org"],
        );
        let algorithm = match kind {
            KeyType::P256 => "ecdsa-with-SHA256",
            KeyType::P384 => "ecdsa-with-SHA384",
            _ => "sha256WithRSAEncryption",
        };
        assert!(text.contains(algorithm), "{kind}: {text}");
        assert!(text.contains("Version: 1 (0x0)"), "{text}");
        assert!(text.contains("Subject: CN=example.org\n"), "{text}");
        assert!(
            text.contains("DNS:example.org, DNS:*.example.org, DNS:www.example.org\n"),
            "{text}"
        );
        assert!(!text.contains("Alternative Name: critical"), "{text}");
    }
}

#[test]
fn the_common_name_is_the_first_dns_name_that_fits() {
    let workshop = Workshop::new();
    let key = key(&workshop, KeyType::P256);
    let long = format!("{}.example.org", "a".repeat(53));
    assert_eq!(long.len(), 65);
    let fits = &long[1..];

    let text = described(&workshop, &key, &["192.0.2.7", &long, fits, "example.org"]);
    assert!(text.contains(&format!("Subject: CN={fits}\n")), "{text}");
    assert!(
        text.contains(&format!(
            "IP Address:192.0.2.7, DNS:{long}, DNS:{fits}, DNS:example.org"
        )),
        "{text}"
    );
    assert!(described(&workshop, &key, &["*.example.org"]).contains("CN=*.example.org"));
}

#[test]
fn without_a_common_name_the_subject_is_empty_and_the_names_critical() {
    let workshop = Workshop::new();
    let key = key(&workshop, KeyType::P256);
    let text = described(&workshop, &key, &["2001:db8::7", "192.0.2.7"]);
    assert!(text.contains("Subject: \n"), "{text}");
    assert!(text.contains("Alternative Name: critical"), "{text}");
    assert!(
        text.contains("IP Address:2001:DB8:0:0:0:0:0:7, IP Address:192.0.2.7"),
        "{text}"
    );
}

#[test]
fn names_are_asked_for_once_and_at_least_one_is_needed() {
    let workshop = Workshop::new();
    let key = key(&workshop, KeyType::P256);
    let text = described(
        &workshop,
        &key,
        &["example.org", "EXAMPLE.org", "example.org"],
    );
    assert_eq!(text.matches("DNS:").count(), 1, "{text}");
    assert_eq!(
        CertificationRequest::build(&key, &[], &mut rng(3)),
        Err(Error::NoNames)
    );
}

#[test]
fn a_request_does_not_depend_on_the_rng_and_can_be_read_back() {
    let workshop = Workshop::new();
    for kind in [KeyType::P256, KeyType::P384, KeyType::Rsa2048] {
        let key = key(&workshop, kind);
        let [one, two] = [4, 5].map(|seed| {
            CertificationRequest::build(&key, &names(&["example.org"]), &mut rng(seed)).unwrap()
        });
        assert_eq!(one, two, "{kind}");
        assert_eq!(CertificationRequest::from_der(one.as_der()), Ok(two));
        let pem = one.to_pem().unwrap();
        assert!(pem.starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"));
        assert!(pem.ends_with("\n-----END CERTIFICATE REQUEST-----\n"));
    }
}

#[test]
fn a_request_of_a_hundred_long_names_stays_within_bounds() {
    let workshop = Workshop::new();
    let key = key(&workshop, KeyType::Rsa4096);
    let long: Vec<String> = (100..200)
        .map(|i| format!("{i}.{}", vec!["a".repeat(61); 4].join(".")))
        .inspect(|name| assert_eq!(name.len(), 251))
        .collect();
    let texts: Vec<&str> = long.iter().map(String::as_str).collect();
    let request = CertificationRequest::build(&key, &names(&texts), &mut rng(3)).unwrap();
    assert!(
        request.as_der().len() < 32 * 1024,
        "{}",
        request.as_der().len()
    );
    assert!(CertificationRequest::from_der(request.as_der()).is_ok());
}

#[test]
fn every_key_type_survives_pkcs8_and_openssl_finds_it_consistent() {
    let workshop = Workshop::new();
    for kind in KeyType::ALL {
        let key = key(&workshop, kind);
        let der = key.to_pkcs8_der().unwrap();
        let again = PrivateKey::from_pkcs8_der(&der).unwrap();
        assert_eq!(again.key_type(), kind);
        assert_eq!(again.public_key_der(), key.public_key_der());
        assert_eq!(again.to_pkcs8_der().unwrap(), der);

        let pem = key.to_pkcs8_pem().unwrap();
        assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
        workshop.write("key.pem", &*pem);
        workshop.openssl(&["pkey", "-in", "key.pem", "-check", "-noout"]);
        workshop.openssl(&[
            "pkey", "-in", "key.pem", "-pubout", "-outform", "DER", "-out", "pub.der",
        ]);
        assert_eq!(
            workshop.read("pub.der"),
            key.public_key_der().unwrap(),
            "{kind}"
        );
    }
}

#[test]
fn keys_that_cas_do_not_take_are_refused_with_their_reason() {
    let workshop = Workshop::new();
    let import =
        |algorithm: &[&str]| PrivateKey::from_pkcs8_der(&workshop.pkcs8(algorithm)).unwrap_err();
    for bits in [1024, 2056, 2560] {
        let option = format!("rsa_keygen_bits:{bits}");
        let error = import(&["-algorithm", "RSA", "-pkeyopt", &option]);
        assert_eq!(error, Error::RsaKeySize { bits });
    }
    assert_eq!(
        import(EC_P521),
        Error::KeyUnsupported {
            algorithm: "1.3.132.0.35".into()
        }
    );
    assert_eq!(
        import(ED25519),
        Error::KeyUnsupported {
            algorithm: "1.3.101.112".into()
        }
    );
    assert_eq!(
        PrivateKey::from_pkcs8_der(&[0x30; 9000]).unwrap_err(),
        Error::KeyMalformed
    );
}

#[test]
fn debugging_a_key_shows_its_type_alone() {
    let workshop = Workshop::new();
    assert_eq!(
        format!("{:?}", key(&workshop, KeyType::P384)),
        "PrivateKey(ECDSA P-384)"
    );
}

#[test]
fn key_types_are_told_apart_by_their_stored_names() {
    for kind in KeyType::ALL {
        assert_eq!(kind.as_str().parse(), Ok(kind));
    }
    assert_eq!("rsa1024".parse::<KeyType>(), Err(Error::KeyTypeUnknown));
}

/// The one slow path: an RSA key made by the `rsa` crate.
#[test]
fn an_rsa_key_made_here_signs() {
    let workshop = Workshop::new();
    let key = PrivateKey::generate(KeyType::Rsa2048, &mut rng(6)).unwrap();
    assert!(described(&workshop, &key, &["example.org"]).contains("(2048 bit)"));
}
