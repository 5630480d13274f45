//! What CAs answer to a certificate download: every form is read, and what is unusual is noted.

#![allow(clippy::unwrap_used)]

mod common;

use base64ct::{Base64, Encoding};
use common::{issued, names};
use tabcert_pki::{ChainNote, Delivered, Form, KeyType, bundle, check_issued};

const NAMES: [&str; 1] = ["example.org"];

#[test]
fn every_form_of_an_answer_gives_the_same_files() {
    let (workshop, key, chain) = issued(KeyType::P256, &NAMES);
    let text = workshop.chain_pem(&["leaf", "issuing"]);
    let both = ["leaf.pem", "-certfile", "issuing.pem"];
    for (form, file) in [("DER", "both.p7b"), ("PEM", "both.p7c")] {
        let convert = ["crl2pkcs7", "-nocrl", "-outform", form, "-out", file];
        workshop.openssl(&[&convert[..], &["-certfile"], &both].concat());
    }
    workshop.openssl(&[
        "x509",
        "-in",
        "leaf.pem",
        "-trustout",
        "-addtrust",
        "serverAuth",
        "-out",
        "trusted.pem",
    ]);
    let [p7b, p7c, trusted, issuing] =
        ["both.p7b", "both.p7c", "trusted.pem", "issuing.pem"].map(|name| workshop.read(name));
    let ders: Vec<&[u8]> = chain.iter().map(|it| it.as_der()).collect();
    let der = ders.concat();
    let key_pem = key.to_pkcs8_pem().unwrap();
    let bag = "Bag Attributes\n    localKeyID: 01\nsubject=CN = example.org\n\nissuer=CN = x\n\n";
    let around = || vec![ChainNote::TextAround];
    let octets = || vec![ChainNote::OctetsAround];
    let other = |form| vec![ChainNote::OtherForm { form }];
    let with_key = [text.as_bytes(), key_pem.as_bytes()].concat();
    let long = text.replace("-----\nM", "-----\n\n\nM") + &"\n".repeat(Delivered::MAX_BYTES);
    for (answer, notes) in [
        (text.clone().into_bytes(), vec![]),
        (text.replace('\n', "\r\n").into_bytes(), vec![]),
        (text.replace('\n', "\r").into_bytes(), vec![]),
        (text.replace('\n', "\n    ").into_bytes(), vec![]),
        (
            text.replace("-----\n-----", "----------").into_bytes(),
            vec![],
        ),
        (
            text.replace("-----\n-----", "-----\n\n-----").into_bytes(),
            vec![],
        ),
        (text.trim_end().as_bytes().to_vec(), vec![]),
        (text.replace(" CERT", " X509 CERT").into_bytes(), vec![]),
        ([trusted, issuing].concat(), vec![]),
        (
            format!("\u{feff}{text}").into_bytes(),
            vec![ChainNote::ByteOrderMark],
        ),
        (format!("{text}\0").into_bytes(), octets()),
        (format!("# leaf\n{text}").into_bytes(), around()),
        (format!("{bag}{text}").into_bytes(), around()),
        (
            text.replace("-----\n-----B", "-----\n 1 s:CN = a\n   i:CN = b\n-----B")
                .into_bytes(),
            around(),
        ),
        (
            format!("\"{}\"", text.replace('\n', "\\n")).into_bytes(),
            around(),
        ),
        (with_key, vec![ChainNote::PrivateKeyInside]),
        (
            format!("{text}-----BEGIN CERTIFICATE-----\nMIIB").into_bytes(),
            vec![ChainNote::CertificatesUnreadable { count: 1 }],
        ),
        (p7b.clone(), other(Form::Pkcs7)),
        (
            [p7b.as_slice(), b"\r\n"].concat(),
            [octets(), other(Form::Pkcs7)].concat(),
        ),
        (p7c, other(Form::Pkcs7Pem)),
        (der.clone(), other(Form::Der)),
        (
            Base64::encode_string(&der).into_bytes(),
            other(Form::Base64),
        ),
        (
            Base64::encode_string(&p7b).into_bytes(),
            other(Form::Base64),
        ),
        (long.into_bytes(), vec![ChainNote::Truncated]),
    ] {
        let shown = String::from_utf8_lossy(&answer[..answer.len().min(400)]).into_owned();
        let delivered = Delivered::read(&answer);
        let checked = check_issued(&key, &names(&NAMES), &delivered).expect(&shown);
        assert_eq!(checked.path(), &chain, "{shown}");
        assert_eq!(checked.notes(), notes, "{shown}");
        let fullchain = bundle::pem::fullchain(&checked).unwrap();
        assert_eq!(fullchain, text, "{shown}");
    }
}

#[test]
fn the_untouched_answer_is_named_after_its_form() {
    let (workshop, _, chain) = issued(KeyType::P256, &NAMES);
    workshop.openssl(&[
        "crl2pkcs7",
        "-nocrl",
        "-certfile",
        "leaf.pem",
        "-outform",
        "DER",
        "-out",
        "leaf.p7b",
    ]);
    for (answer, name) in [
        (workshop.read("leaf.pem"), "ca-answer.pem"),
        (workshop.read("leaf.p7b"), "ca-answer.p7b"),
        (chain.leaf().as_der().to_vec(), "ca-answer.der"),
        (b"<html>".to_vec(), "ca-answer.txt"),
    ] {
        assert_eq!(bundle::answer_name(&answer), name);
    }
}
