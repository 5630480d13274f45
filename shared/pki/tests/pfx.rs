//! PFX files, opened by OpenSSL and Java.

#![allow(clippy::unwrap_used)]

mod common;

use common::{Workshop, delivered, issued, key, names, rng};
use tabcert_pki::{
    CheckedChain, Error, KeyType, PrivateKey,
    bundle::pfx::{self, Encoding, Password},
    check_issued,
};

const PASSWORD: &str = "correct horse 'battery' \"staple\" $1";
const FRIENDLY_NAME: &str = "Example.org 2026";

fn verified(kind: KeyType) -> (Workshop, PrivateKey, CheckedChain) {
    let texts = ["example.org", "*.example.org"];
    let (workshop, key, chain) = issued(kind, &texts);
    let verified = check_issued(&key, &names(&texts), &delivered(&chain)).unwrap();
    (workshop, key, verified)
}

fn write(workshop: &Workshop, key: &PrivateKey, chain: &CheckedChain, encoding: Encoding) {
    let password = Password::new(PASSWORD).unwrap();
    let bytes = pfx::build(key, chain, &password, FRIENDLY_NAME, encoding, &mut rng(7)).unwrap();
    workshop.write("bundle.pfx", bytes);
}

/// Arguments of `openssl pkcs12`.
fn pkcs12<'a>(password: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["pkcs12", "-in", "bundle.pfx", "-passin", password], more].concat()
}

#[test]
fn openssl_reads_key_certificate_and_issuers_of_both_encodings() {
    let password = format!("pass:{PASSWORD}");
    for (kind, encoding) in [
        (KeyType::P256, Encoding::Modern),
        (KeyType::P384, Encoding::Compatible),
        (KeyType::Rsa2048, Encoding::Modern),
        (KeyType::Rsa2048, Encoding::Compatible),
    ] {
        let (workshop, key, chain) = verified(kind);
        write(&workshop, &key, &chain, encoding);

        workshop.openssl(&pkcs12(
            &password,
            &["-nodes", "-nocerts", "-out", "key.pem"],
        ));
        workshop.openssl(&[
            "pkey", "-in", "key.pem", "-pubout", "-outform", "DER", "-out", "pub",
        ]);
        assert_eq!(
            workshop.read("pub"),
            key.public_key_der().unwrap(),
            "{kind} {encoding:?}"
        );

        let leaf = workshop.openssl(&pkcs12(&password, &["-nokeys", "-clcerts"]));
        assert!(leaf.contains(&chain.leaf().to_pem().unwrap()), "{leaf}");
        assert_eq!(leaf.matches("BEGIN CERTIFICATE").count(), 1, "{leaf}");
        let issuers = workshop.openssl(&pkcs12(&password, &["-nokeys", "-cacerts"]));
        assert!(
            issuers.contains(&chain.path().issuers()[0].to_pem().unwrap()),
            "{issuers}"
        );
        assert_eq!(issuers.matches("BEGIN CERTIFICATE").count(), 1, "{issuers}");
    }
}

#[test]
fn key_and_certificate_share_name_and_key_id() {
    let (workshop, key, chain) = verified(KeyType::P256);
    write(&workshop, &key, &chain, Encoding::Compatible);
    let text = workshop.openssl(&pkcs12(&format!("pass:{PASSWORD}"), &["-nodes"]));
    let id: String = chain.leaf().sha256_fingerprint().replace(':', " ");
    assert_eq!(
        text.matches(&format!("localKeyID: {id}")).count(),
        2,
        "{text}"
    );
    assert_eq!(
        text.matches("friendlyName: Example.org 2026\n").count(),
        2,
        "{text}"
    );
    assert!(
        text.contains("Bag Attributes: <No Attributes>"),
        "the issuer's: {text}"
    );
}

#[test]
fn a_wrong_password_opens_nothing() {
    let (workshop, key, chain) = verified(KeyType::P256);
    for encoding in [Encoding::Modern, Encoding::Compatible] {
        write(&workshop, &key, &chain, encoding);
        for wrong in ["pass:", "pass:correct horse"] {
            let text = workshop.openssl_fails(&pkcs12(wrong, &["-nodes"]));
            assert!(text.contains("invalid password"), "{encoding:?} {text}");
            assert!(!text.contains("BEGIN"), "{text}");
        }
    }
}

#[test]
fn the_algorithms_are_the_promised_ones() {
    let (workshop, key, chain) = verified(KeyType::P256);
    let info = |encoding| {
        write(&workshop, &key, &chain, encoding);
        workshop.openssl(&pkcs12(&format!("pass:{PASSWORD}"), &["-info", "-noout"]))
    };
    let modern = info(Encoding::Modern);
    assert!(modern.contains("MAC: sha256, Iteration 250000"), "{modern}");
    let pbes2 = "PBES2, PBKDF2, AES-256-CBC, Iteration 250000, PRF hmacWithSHA256";
    assert!(
        modern.contains(&format!("PKCS7 Encrypted data: {pbes2}")),
        "{modern}"
    );
    assert!(
        modern.contains(&format!("Shrouded Keybag: {pbes2}")),
        "{modern}"
    );
    let compatible = info(Encoding::Compatible);
    assert!(
        compatible.contains("MAC: sha1, Iteration 50000"),
        "{compatible}"
    );
    let pbe = "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 50000";
    assert!(
        compatible.contains(&format!("PKCS7 Encrypted data: {pbe}")),
        "{compatible}"
    );
    assert!(
        compatible.contains(&format!("Shrouded Keybag: {pbe}")),
        "{compatible}"
    );
}

#[test]
fn java_lists_one_private_key_with_its_chain() {
    for (kind, encoding) in [
        (KeyType::P256, Encoding::Modern),
        (KeyType::Rsa2048, Encoding::Compatible),
    ] {
        let (workshop, key, chain) = verified(kind);
        write(&workshop, &key, &chain, encoding);
        let list = |password: &str| {
            let output = workshop.run(
                "keytool",
                "default-jre-headless",
                &[
                    "-J-Duser.language=en",
                    "-J-Dfile.encoding=UTF-8",
                    "-list",
                    "-v",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    "bundle.pfx",
                    "-storepass",
                    password,
                ],
            );
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            (output.status.success(), text)
        };
        let (opened, text) = list(PASSWORD);
        assert!(opened, "{text}");
        assert!(text.contains("Your keystore contains 1 entry"), "{text}");
        assert!(text.contains("Alias name: example.org 2026"), "{text}");
        assert!(text.contains("Entry type: PrivateKeyEntry"), "{text}");
        assert!(text.contains("Certificate chain length: 2"), "{text}");
        assert!(text.contains("DNSName: *.example.org"), "{text}");
        let (opened, text) = list("another password");
        assert!(!opened && text.contains("password was incorrect"), "{text}");
    }
}

#[test]
fn salts_differ_between_files_and_between_the_parts_of_one() {
    let (workshop, key, chain) = verified(KeyType::P256);
    let password = Password::new(PASSWORD).unwrap();
    let mut salts = Vec::new();
    for seed in [8, 9] {
        let encoding = Encoding::Compatible;
        let file = pfx::build(&key, &chain, &password, "a", encoding, &mut rng(seed)).unwrap();
        workshop.write("one.pfx", file);
        // The MAC's salt is outside, those of the certificates and the key are inside the contents.
        for part in [&[][..], &["-strparse", "26"]] {
            let args = [&["asn1parse", "-inform", "DER", "-in", "one.pfx"], part].concat();
            let dump = workshop.openssl(&args);
            let found = dump
                .lines()
                .filter(|line| line.contains("l=   8") && line.contains("OCTET STRING"))
                .map(|line| line.rsplit(':').next().unwrap().to_owned());
            salts.extend(found);
        }
    }
    assert!(salts.len() >= 4, "{salts:?}");
    let count = salts.len();
    salts.sort();
    salts.dedup();
    assert_eq!(salts.len(), count);
}

#[test]
fn a_pfx_with_the_wrong_key_or_name_is_not_made() {
    let (_, key, chain) = verified(KeyType::P256);
    let password = Password::new(PASSWORD).unwrap();
    let build = |key: &PrivateKey, name: &str| {
        pfx::build(
            key,
            &chain,
            &password,
            name,
            Encoding::Compatible,
            &mut rng(7),
        )
    };
    let other = PrivateKey::generate(KeyType::P256, &mut rng(99)).unwrap();
    assert_eq!(build(&other, "a"), Err(Error::KeyMismatch));
    // The key bag's attributes are not encrypted: the name is a BMPString of two octets.
    let bytes = build(&key, "例").unwrap();
    assert!(
        bytes
            .windows(4)
            .any(|window| window == [0x1E, 2, 0x4F, 0x8B])
    );
    for bad in ["", "a\nb", "🔒", &"x".repeat(129)] {
        assert_eq!(build(&key, bad), Err(Error::FriendlyNameInvalid), "{bad:?}");
    }
}

#[test]
fn every_chain_length_is_bundled() {
    let workshop = Workshop::new();
    workshop.root("root", common::EC_P256);
    let key = key(&workshop, KeyType::P256);
    workshop.issue(&key, &["example.org"], "root", "-sha256");
    for parts in [&["leaf"][..], &["leaf", "root"]] {
        let chain = workshop.chain(parts);
        let chain = check_issued(&key, &names(&["example.org"]), &delivered(&chain)).unwrap();
        write(&workshop, &key, &chain, Encoding::Compatible);
        let text = workshop.openssl(&pkcs12(&format!("pass:{PASSWORD}"), &["-nodes"]));
        assert_eq!(text.matches("BEGIN CERTIFICATE").count(), parts.len());
    }
}
