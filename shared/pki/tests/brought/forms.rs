//! One certificate and one key, in every form.

use tabcert_pki::KeyType;

use crate::{made, pair, server};

fn utf16(text: &str, mark: bool, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some('\u{feff}');
    let units: Vec<u16> = mark
        .into_iter()
        .chain(text.chars())
        .flat_map(|letter| letter.encode_utf16(&mut [0; 2]).to_vec())
        .collect();
    units.into_iter().flat_map(unit).collect()
}

/// Each of these is the same certificate, whatever it was saved with.
#[test]
fn a_certificate_is_read_in_every_form() {
    let (workshop, chain) = made(
        KeyType::P256,
        &[
            "x509 -in leaf.pem -outform DER -out leaf.der",
            "x509 -in leaf.pem -text -out text.pem",
            "x509 -in leaf.pem -trustout -addtrust serverAuth -setalias mine -out trusted.pem",
            "crl2pkcs7 -nocrl -certfile leaf.pem -certfile issuing.pem -out bundle.p7b",
            "crl2pkcs7 -nocrl -certfile leaf.pem -certfile issuing.pem -outform DER -out bundle.der",
        ],
    );
    let pem = workshop.read_text("leaf.pem");
    let der = workshop.read("leaf.der");
    let bare: String = pem.lines().filter(|line| !line.contains('-')).collect();
    let p7b = workshop.read_text("bundle.p7b");
    for (what, content) in [
        ("PEM", pem.clone().into_bytes()),
        ("DER", der.clone()),
        ("DER and a line end", [der.as_slice(), b"\r\n"].concat()),
        ("DER and zeros", [der.as_slice(), &[0; 16]].concat()),
        ("-text", workshop.read("text.pem")),
        ("TRUSTED CERTIFICATE", workshop.read("trusted.pem")),
        (
            "X509 CERTIFICATE",
            pem.replace(" CERT", " X509 CERT").into_bytes(),
        ),
        ("UTF-8 with BOM", format!("\u{feff}{pem}").into_bytes()),
        ("UTF-16 LE with BOM", utf16(&pem, true, u16::to_le_bytes)),
        ("UTF-16 BE with BOM", utf16(&pem, true, u16::to_be_bytes)),
        ("UTF-16 LE", utf16(&pem, false, u16::to_le_bytes)),
        ("UTF-16 BE", utf16(&pem, false, u16::to_be_bytes)),
        ("UTF-8 before it", format!("Zürich\n{pem}").into_bytes()),
        (
            "Latin-1 before it",
            [b"Z\xFCrich\n", pem.as_bytes()].concat(),
        ),
        ("a comment", format!("# comment\n{pem}").into_bytes()),
        ("CRLF", pem.replace('\n', "\r\n").into_bytes()),
        ("CR", pem.replace('\n', "\r").into_bytes()),
        ("one line", pem.replace('\n', "").into_bytes()),
        ("blanks", pem.replace('\n', " ").into_bytes()),
        ("literal \\n", pem.replace('\n', "\\n").into_bytes()),
        (
            "literal \\r\\n in JSON",
            format!("{{\"pem\":\"{}\"}}", pem.replace('\n', "\\r\\n")).into_bytes(),
        ),
        ("indented", pem.replace('\n', "\n    ").into_bytes()),
        ("quoted in a mail", pem.replace('\n', "\n> ").into_bytes()),
        ("base64 alone", bare.into_bytes()),
        ("P7B", p7b.clone().into_bytes()),
        ("P7B in DER", workshop.read("bundle.der")),
        (
            "P7B under another label",
            p7b.replace("PKCS7", "CERTIFICATE").into_bytes(),
        ),
    ] {
        let read = server(&[&content]).unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(read.chain.leaf(), chain.leaf(), "{what}");
        assert_eq!(
            read.chain.issuers().len(),
            usize::from(what.starts_with("P7B")),
            "{what}"
        );
        assert!(read.key.is_none(), "{what}");
        assert_eq!(read.not_read, [], "{what}");
    }
}

#[test]
fn a_key_is_read_in_every_form() {
    for (kind, commands) in [
        (
            KeyType::P256,
            &[
                "ec -in leaf.key -out old.pem",
                "ec -in leaf.key -outform DER -out old.der",
                "pkcs8 -topk8 -nocrypt -in leaf.key -outform DER -out new.der",
                "pkcs12 -export -inkey leaf.key -in leaf.pem -certfile issuing.pem -passout pass:x -out all.pfx",
                "pkcs12 -in all.pfx -nodes -passin pass:x -out all.pem",
            ][..],
        ),
        (
            KeyType::Rsa2048,
            &[
                "rsa -in leaf.key -traditional -out old.pem",
                "rsa -in leaf.key -traditional -outform DER -out old.der",
                "pkcs8 -topk8 -nocrypt -in leaf.key -outform DER -out new.der",
                "pkcs12 -export -inkey leaf.key -in leaf.pem -certfile issuing.pem -passout pass:x -out all.pfx",
                "pkcs12 -in all.pfx -nodes -passin pass:x -out all.pem",
            ],
        ),
    ] {
        let (workshop, chain) = made(kind, commands);
        let read = |name| workshop.read(name);
        let [leaf, key] = [read("leaf.pem"), read("leaf.key")];
        for (what, contents) in [
            ("PKCS#8", vec![leaf.clone(), key.clone()]),
            ("PKCS#8 DER", vec![leaf.clone(), read("new.der")]),
            ("PKCS#1 or SEC 1", vec![leaf.clone(), read("old.pem")]),
            ("PKCS#1 or SEC 1 DER", vec![read("old.der"), leaf.clone()]),
            ("one file", vec![[leaf.clone(), key.clone()].concat()]),
            ("key first", vec![[key.clone(), leaf.clone()].concat()]),
            (
                "haproxy.pem",
                vec![[leaf.clone(), read("issuing.pem"), key.clone()].concat()],
            ),
            ("pkcs12 -nodes", vec![read("all.pem")]),
            (
                "a request beside them",
                vec![[read("leaf.csr"), key.clone(), leaf.clone()].concat()],
            ),
            (
                "the wrong label",
                vec![
                    leaf.clone(),
                    workshop
                        .read_text("old.pem")
                        .replace("RSA P", "P")
                        .replace("EC P", "P")
                        .into_bytes(),
                ],
            ),
        ] {
            let contents: Vec<&[u8]> = contents.iter().map(Vec::as_slice).collect();
            let pair = pair(&contents).unwrap_or_else(|error| panic!("{kind} {what}: {error}"));
            assert_eq!(&pair.certificate, chain.leaf(), "{kind} {what}");
            assert_eq!(pair.key.public_key_der(), chain.leaf().public_key_der());
            let added = server(&contents).unwrap();
            let key = added.key.unwrap().private_key().unwrap();
            assert_eq!(key.key_type(), kind, "{what}");
            assert_eq!(added.not_read, [], "{what}");
        }
    }
}
