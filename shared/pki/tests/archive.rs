//! The ZIP, unpacked by other software and its files used by OpenSSL.

#![allow(clippy::unwrap_used)]

mod common;

use common::{Workshop, delivered, issued, key, names, rng};
use std::io::{Cursor, Read};
use tabcert_pki::{
    CertificationRequest, Error, KeyType, PrivateKey,
    bundle::{
        archive::{self, Contents},
        pfx::{self, Encoding, Password},
    },
    check_issued,
};
use zip::{CompressionMethod, ZipArchive};

const NAMES: [&str; 2] = ["*.example.org", "example.org"];

#[test]
fn the_files_work_and_belong_together() {
    let (workshop, key, chain) = issued(KeyType::Rsa2048, &NAMES);
    let chain = check_issued(&key, &names(&NAMES), &delivered(&chain)).unwrap();
    let request = CertificationRequest::build(&key, &names(&NAMES), &mut rng(1)).unwrap();
    let password = Password::new("secret").unwrap();
    let pfx = pfx::build(
        &key,
        &chain,
        &password,
        "a",
        Encoding::Compatible,
        &mut rng(1),
    )
    .unwrap();
    let contents = Contents {
        key: &key,
        chain: &chain,
        answer: None,
        request: Some(&request),
        pfx: Some(&pfx),
    };
    let archive = archive::build(&contents).unwrap();
    assert_eq!(archive.file_name, "wildcard.example.org.zip");
    assert_eq!(archive.bytes, archive::build(&contents).unwrap().bytes);

    let mut zip = ZipArchive::new(Cursor::new(archive.bytes.as_slice())).unwrap();
    let mut found = Vec::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let mut bytes = Vec::new();
        // Reading to the end checks the CRC.
        file.read_to_end(&mut bytes).unwrap();
        assert_eq!(file.compression(), CompressionMethod::Stored);
        let name = file.name().unwrap().into_owned();
        workshop.write(&name, bytes);
        found.push((name, file.unix_mode().unwrap() & 0o777));
    }
    assert_eq!(
        found,
        [
            ("README.txt", 0o644),
            ("fullchain.pem", 0o644),
            ("cert.pem", 0o644),
            ("chain.pem", 0o644),
            ("privkey.pem", 0o600),
            ("haproxy.pem", 0o600),
            ("request.csr", 0o644),
            ("wildcard.example.org.pfx", 0o600),
        ]
        .map(|(name, mode)| (name.to_owned(), mode))
    );

    workshop.openssl(&[
        "verify",
        "-CAfile",
        "root.pem",
        "-untrusted",
        "chain.pem",
        "cert.pem",
    ]);
    workshop.openssl(&[
        "verify",
        "-CAfile",
        "root.pem",
        "-untrusted",
        "fullchain.pem",
        "fullchain.pem",
    ]);
    workshop.openssl(&[
        "verify",
        "-CAfile",
        "root.pem",
        "-untrusted",
        "haproxy.pem",
        "haproxy.pem",
    ]);
    workshop.openssl(&["req", "-verify", "-in", "request.csr", "-noout"]);
    workshop.openssl(&[
        "pkcs12",
        "-in",
        "wildcard.example.org.pfx",
        "-passin",
        "pass:secret",
        "-nodes",
        "-out",
        "from-pfx.pem",
    ]);
    let public_key = |file: &str| workshop.openssl(&["pkey", "-in", file, "-pubout"]);
    let certified = workshop.openssl(&["x509", "-in", "cert.pem", "-noout", "-pubkey"]);
    for file in ["privkey.pem", "haproxy.pem", "from-pfx.pem"] {
        assert_eq!(public_key(file), certified, "{file}");
    }
}

#[test]
fn info_zip_unpacks_it() {
    let (workshop, key, chain) = issued(KeyType::P256, &NAMES);
    let chain = check_issued(&key, &names(&NAMES), &delivered(&chain)).unwrap();
    let contents = Contents {
        key: &key,
        chain: &chain,
        answer: None,
        request: None,
        pfx: None,
    };
    workshop.write("all.zip", &*archive::build(&contents).unwrap().bytes);
    let output = workshop.run("unzip", "unzip", &["-t", "all.zip"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(
        text.contains("No errors detected in compressed data"),
        "{text}"
    );
}

#[test]
fn the_readme_is_about_this_certificate() {
    let readme = |texts: &[&str], with_pfx: bool| {
        let (_, key, chain) = issued(KeyType::P256, texts);
        let chain = check_issued(&key, &names(texts), &delivered(&chain)).unwrap();
        let contents = Contents {
            key: &key,
            chain: &chain,
            answer: None,
            request: None,
            pfx: with_pfx.then_some(b"not looked at".as_slice()),
        };
        let archive = archive::build(&contents).unwrap();
        let mut zip = ZipArchive::new(Cursor::new(archive.bytes.as_slice())).unwrap();
        let mut text = String::new();
        zip.by_name("README.txt")
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert!(text.contains(&chain.leaf().sha256_fingerprint()));
        assert!(text.is_ascii() && !text.contains("PRIVATE KEY"), "{text}");
        text
    };
    let wildcard = readme(&NAMES, true);
    for part in [
        "TLS certificate for *.example.org",
        "\n    *.example.org\n    example.org\n",
        "Issuer      CN=issuing,O=Test",
        "Key         ECDSA P-256",
        "server_name *.example.org;",
        "ServerName www.example.org\n        ServerAlias *.example.org\n",
        "crt /etc/haproxy/certs/wildcard.example.org.pem",
        "    *.example.org {\n        tls /etc/ssl/wildcard.example.org/fullchain.pem",
        "Import-PfxCertificate -FilePath .\\wildcard.example.org.pfx",
    ] {
        assert!(wildcard.contains(part), "{part}: {wildcard}");
    }
    assert!(!wildcard.contains("request.csr") && !wildcard.contains("openssl pkcs12"));

    let address = readme(&["2001:db8::1"], false);
    for part in [
        "server_name [2001:db8::1];",
        "ServerName [2001:db8::1]\n        SSLEngine",
        "/etc/ssl/2001-db8--1/privkey.pem",
        "-out 2001-db8--1.pfx",
    ] {
        assert!(address.contains(part), "{part}: {address}");
    }
}

#[test]
fn without_issuers_there_is_no_chain_file() {
    let workshop = Workshop::new();
    workshop.root("root", common::EC_P256);
    let key = key(&workshop, KeyType::P256);
    workshop.issue(&key, &["example.org"], "root", "-sha256");
    let chain = check_issued(
        &key,
        &names(&["example.org"]),
        &workshop.delivered(&["leaf"]),
    )
    .unwrap();
    let contents = Contents {
        key: &key,
        chain: &chain,
        answer: None,
        request: None,
        pfx: None,
    };
    let archive = archive::build(&contents).unwrap();
    let zip = ZipArchive::new(Cursor::new(archive.bytes.as_slice())).unwrap();
    let found: Vec<_> = zip.file_names().map(Result::unwrap).collect();
    assert_eq!(
        found,
        [
            "README.txt",
            "fullchain.pem",
            "cert.pem",
            "privkey.pem",
            "haproxy.pem"
        ]
    );
}

#[test]
fn no_archive_with_the_wrong_key() {
    let (_, key, chain) = issued(KeyType::P256, &NAMES);
    let chain = check_issued(&key, &names(&NAMES), &delivered(&chain)).unwrap();
    let other = PrivateKey::generate(KeyType::P256, &mut rng(60)).unwrap();
    let contents = Contents {
        key: &other,
        chain: &chain,
        answer: None,
        request: None,
        pfx: None,
    };
    assert_eq!(archive::build(&contents).err(), Some(Error::KeyMismatch));
}
