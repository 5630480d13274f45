//! Chains and certificates: what is read, compared with OpenSSL, and what is refused.

#![allow(clippy::unwrap_used)]

mod common;

use base64ct::{Base64, Encoding};
use common::{EC_P384, ED25519, RSA_2048, Workshop, delivered, issued, key, names, rng};
use tabcert_pki::{
    Certificate, CertificationRequest, Delivered, Error, KeyType, PrivateKey, bundle, check_issued,
};

/// RFC 9773 appendix A with a validity period that is not in the year 1, which no `Time` of RFC 5280
/// is meant for; its signature is not looked at.
const RFC_9773: &str = "\
    MIIBQzCB66ADAgECAgUAh2VDITAKBggqhkjOPQQDAjAVMRMwEQYDVQQDEwpFeGFtcGxlIENBMCIYDzAwMDEwMTAxMDAw\
    MDAwWhgPMDAwMTAxMDEwMDAwMDBaMBYxFDASBgNVBAMTC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD\
    QgAEeBZu7cbpAYNXZLbbh8rNIzuOoqOOtmxA1v7cRm//AwyMwWxyHz4zfwmBhcSrf47NUAFfqzLQ2PPQxdTXREYEnKMj\
    MCEwHwYDVR0jBBgwFoAUaYhba4dGQEHhs3uEe6CuLN4ByNQwCgYIKoZIzj0EAwIDRwAwRAIge09+S5TZAlw5tgtiVvuE\
    RV6cT4mfutXIlwTb+FYN/8oCIClDsqBklhB9KAelFiYt9+6FDj3z4KGVelYM5MdsO3pK";

#[test]
fn renewal_information_is_asked_for_as_in_rfc_9773() {
    let mut der = Base64::decode_vec(RFC_9773).unwrap();
    let year_one = b"00010101000000Z";
    for start in 0..der.len() - year_one.len() {
        if der[start..].starts_with(year_one) {
            der[start..start + 4].copy_from_slice(b"2050");
        }
    }
    let certificate = Certificate::from_der(&der).unwrap();
    assert_eq!(
        certificate.ari_cert_id().unwrap(),
        "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE"
    );
    assert_eq!(
        certificate.serial_der_value(),
        [0x00, 0x87, 0x65, 0x43, 0x21]
    );
    assert_eq!(certificate.serial_hex(), "87:65:43:21");
    assert_eq!(certificate.not_before(), 2_524_608_000);
    assert_eq!(certificate.issuer().to_string(), "CN=Example CA");
    assert_eq!(certificate.names(), []);
}

#[test]
fn without_an_authority_key_there_is_no_renewal_information() {
    let workshop = Workshop::new();
    workshop.root("root", EC_P384);
    let key = key(&workshop, KeyType::P256);
    let request = CertificationRequest::build(&key, &names(&["example.org"]), &mut rng(1)).unwrap();
    workshop.write("leaf.csr", request.to_pem().unwrap());
    workshop.sign(
        "leaf",
        "root",
        "-sha256",
        "authorityKeyIdentifier=none\n",
        &[],
    );
    let chain = workshop.chain(&["leaf"]);
    assert_eq!(chain.leaf().authority_key_identifier(), None);
    assert_eq!(
        chain.leaf().ari_cert_id(),
        Err(Error::NoAuthorityKeyIdentifier)
    );
}

#[test]
fn openssl_reads_the_same() {
    let (workshop, _, chain) = issued(KeyType::Rsa3072, &["example.org", "2001:db8::1"]);
    let leaf = chain.leaf();
    let ask = |what: &[&str]| {
        let answer = workshop.openssl(&[&["x509", "-in", "leaf.pem", "-noout"], what].concat());
        answer.trim().to_owned()
    };
    assert_eq!(
        ask(&["-fingerprint", "-sha256"]),
        format!("sha256 Fingerprint={}", leaf.sha256_fingerprint())
    );
    assert_eq!(
        ask(&["-serial"]),
        format!("serial={}", leaf.serial_hex().replace(':', ""))
    );
    assert_eq!(
        ask(&["-subject", "-nameopt", "RFC2253"]),
        format!("subject={}", leaf.subject())
    );
    assert_eq!(
        ask(&["-issuer", "-nameopt", "RFC2253"]),
        format!("issuer={}", leaf.issuer())
    );
    assert_eq!(leaf.issuer().short(), "issuing");
    assert_eq!(leaf.issuer().to_string(), "CN=issuing,O=Test");
    assert_eq!(leaf.names(), names(&["example.org", "2001:db8::1"]));
    assert_eq!(leaf.not_after() - leaf.not_before(), 10 * 24 * 60 * 60);
    let seconds_left = |seconds: u64| {
        let seconds = seconds.to_string();
        workshop
            .run(
                "openssl",
                "openssl",
                &["x509", "-in", "leaf.pem", "-noout", "-checkend", &seconds],
            )
            .status
            .success()
    };
    let now = std::time::SystemTime::UNIX_EPOCH
        .elapsed()
        .unwrap()
        .as_secs();
    assert!(
        seconds_left(leaf.not_after() - now - 60) && !seconds_left(leaf.not_after() - now + 60)
    );
    let key_id = leaf.authority_key_identifier().unwrap();
    let hex: Vec<String> = key_id.iter().map(|octet| format!("{octet:02X}")).collect();
    assert!(ask(&["-ext", "authorityKeyIdentifier"]).contains(&hex.join(":")));
    assert!(!leaf.is_ca() && !leaf.is_self_issued());
    assert!(chain.issuers()[0].is_ca() && !chain.issuers()[0].is_self_issued());
    assert!(workshop.chain(&["root"]).leaf().is_self_issued());
    assert_eq!(leaf.to_pem().unwrap(), workshop.read_text("leaf.pem"));
}

#[test]
fn keys_are_described_for_people() {
    let workshop = Workshop::new();
    for (algorithm, description) in [
        (EC_P384, "ECDSA P-384"),
        (common::EC_P256, "ECDSA P-256"),
        (common::EC_P521, "ECDSA P-521"),
        (RSA_2048, "RSA 2048"),
        (ED25519, "Ed25519"),
        (
            &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1536"],
            "RSA 1536",
        ),
        (&["-algorithm", "ED448"], "1.3.101.113"),
    ] {
        workshop.root("root", algorithm);
        assert_eq!(
            workshop.chain(&["root"]).leaf().key_description(),
            description
        );
    }
}

#[test]
fn the_pem_files_are_what_servers_expect() {
    let (workshop, key, chain) = issued(KeyType::P384, &["example.org"]);
    let verified = check_issued(&key, &names(&["example.org"]), &delivered(&chain)).unwrap();
    let fullchain = bundle::pem::fullchain(&verified).unwrap();
    let issuers = bundle::pem::issuers(&verified).unwrap();
    let certificate = bundle::pem::certificate(&verified).unwrap();
    let private_key = bundle::pem::private_key(&key, &verified).unwrap();
    assert_eq!(fullchain, format!("{certificate}{issuers}"));
    assert_eq!(
        *bundle::pem::haproxy(&key, &verified).unwrap(),
        format!("{fullchain}{}", *private_key)
    );
    workshop.write("cert.pem", &certificate);
    workshop.write("chain.pem", &issuers);
    let verdict = workshop.openssl(&[
        "verify",
        "-CAfile",
        "root.pem",
        "-untrusted",
        "chain.pem",
        "cert.pem",
    ]);
    assert!(verdict.contains("cert.pem: OK"), "{verdict}");
}

#[test]
fn no_truncation_and_no_flipped_bit_makes_a_parser_panic() {
    let (workshop, key, chain) = issued(KeyType::Rsa2048, &["example.org", "192.0.2.1"]);
    let request = CertificationRequest::build(&key, &names(&["a.example"]), &mut rng(1)).unwrap();
    let ec = PrivateKey::generate(KeyType::P384, &mut rng(2)).unwrap();
    let inputs: [(Vec<u8>, Parse); 4] = [
        (chain.leaf().as_der().to_vec(), read_everything),
        (request.as_der().to_vec(), |der| {
            CertificationRequest::from_der(der).is_ok()
        }),
        (ec.to_pkcs8_der().unwrap().to_vec(), |der| {
            PrivateKey::from_pkcs8_der(der).is_ok()
        }),
        (key.to_pkcs8_der().unwrap().to_vec(), |der| {
            PrivateKey::from_pkcs8_der(der).is_ok()
        }),
    ];
    for (valid, parse) in inputs {
        assert!(parse(&valid));
        for length in 0..valid.len() {
            assert!(
                !parse(&valid[..length]),
                "{length} octets of {}",
                valid.len()
            );
        }
        // Each octet once: reading an RSA key takes its time in a debug build.
        for index in 0..valid.len() {
            let mut changed = valid.clone();
            changed[index] ^= 1 << (index % 8);
            parse(&changed);
        }
    }
    let pem = workshop.chain_pem(&["leaf", "issuing"]);
    let leaf = workshop.read_text("leaf.pem").trim_end().len();
    for length in 0..pem.len() {
        let read = Delivered::read(&pem.as_bytes()[..length])
            .certificates()
            .len();
        let whole = match length {
            length if length < leaf => 0,
            length if length < pem.trim_end().len() => 1,
            _ => 2,
        };
        assert_eq!(read, whole, "{length}");
    }
}

/// Whether a parser takes the octets.
type Parse = fn(&[u8]) -> bool;

/// Reads the certificate and, if that goes well, everything that it says.
fn read_everything(der: &[u8]) -> bool {
    let Ok(certificate) = Certificate::from_der(der) else {
        return false;
    };
    let _ = (
        (
            certificate.names(),
            certificate.other_names(),
            certificate.is_ca(),
        ),
        (
            certificate.subject().short(),
            certificate.issuer().to_string(),
        ),
        (
            certificate.not_before(),
            certificate.not_after(),
            certificate.key_description(),
        ),
        (
            certificate.serial_hex(),
            certificate.ari_cert_id(),
            certificate.to_pem(),
        ),
    );
    true
}
