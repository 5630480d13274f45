//! Accounts of other clients. The files below `files/<client>-<version>` are what that version wrote
//! after registering an account at Pebble; the thumbprints were computed with Python's `cryptography`.
#![allow(missing_docs)]

use std::path::Path;

use tabcert_pki::brought::{BroughtError, File, NotRead, Obstacle, Thing};
use tabcert_vault::account_import::{Client, ImportedAccount, import};

fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/files")
        .join(path);
    std::fs::read_to_string(path).expect("a file of the tests")
}

fn import_files(paths: &[&str]) -> Result<ImportedAccount, BroughtError> {
    let texts: Vec<String> = paths.iter().map(|path| text(path)).collect();
    let files: Vec<File<'_>> = paths
        .iter()
        .zip(&texts)
        .map(|(name, text)| file(name, text))
        .collect();
    import(&files)
}

fn file<'a>(name: &'a str, text: &'a str) -> File<'a> {
    File {
        name,
        content: text.as_bytes(),
    }
}

fn import_text(text: &str) -> Result<ImportedAccount, BroughtError> {
    import(&[file("f", text)])
}

/// No key, but this in the file `key.Old`, whose name is told as it is.
fn missing(obstacle: Obstacle) -> BroughtError {
    let not_read = NotRead {
        file: "key.Old".to_owned(),
        obstacle,
    };
    assert!(not_read.to_string().contains("key.Old"), "{not_read}");
    BroughtError::Missing {
        thing: Thing::Key,
        not_read: vec![not_read],
    }
}

const ADMIN: &[&str] = &["mailto:admin@example.com"];

#[test]
fn takes_what_each_client_really_wrote() {
    for (folder, files, client, account, contact, thumbprint) in [
        (
            "certbot-5.8.0",
            &["private_key.json", "regr.json", "meta.json"][..],
            Client::Certbot,
            "45457a6d08c79787",
            &[][..],
            "paykhbhIjmrGEDNPmjxjwuXwCYAMwHXX4_PnEqp3NHw",
        ),
        (
            "acme.sh-3.1.5-ec-256",
            &["account.key", "account.json", "ca.conf"],
            Client::AcmeSh,
            "190dbf80b7b31135",
            ADMIN,
            "y4FhmKUqaUk8bkfICCuAp9K0vWzEEWsl1X9KC_1Wu_A",
        ),
        (
            "acme.sh-3.1.5-ec-384",
            &["account.key", "account.json", "ca.conf"],
            Client::AcmeSh,
            "5c6fea5568fc4a7b",
            ADMIN,
            "dZ16OYk0gwnsicPptwtzbaEGULGimHa2Kx-in7duOdU",
        ),
        (
            "acme.sh-3.1.5-2048",
            &["account.key", "account.json", "ca.conf"],
            Client::AcmeSh,
            "4c6fffee981dc5e1",
            ADMIN,
            "1CQUicKtoKOloTiEOIByKH5HkmfMVkrSIwV9ECgr_I0",
        ),
        (
            "lego-4.35.2",
            &["admin@example.com.key", "account.json"],
            Client::Lego,
            "41cc12c8a5efe1de",
            ADMIN,
            "-UHstPimAEbcUpGmoT_vqK_bzlG2QNWNQ7mmnqqkdsk",
        ),
        (
            "lego-4.35.2-rsa",
            &["rsa@example.com.key", "account.json"],
            Client::Lego,
            "6fe77a2d3e632c19",
            &["mailto:rsa@example.com"],
            "DfELw_a603kRwY2IljFMsgrt35V8fH_nL-uVcbmX6yY",
        ),
        (
            "lego-4.9.1",
            &["old@example.com.key", "account.json"],
            Client::Lego,
            "2deee9eea91ba1d7",
            &["mailto:old@example.com"],
            "cCSp85BMzZehDTUgfcpsb2ZzZDtWT-w-RjpWxRoHfj4",
        ),
        (
            "caddy-2.11.4",
            &["admin.key", "admin.json"],
            Client::Caddy,
            "dcaf31c961f01bb",
            ADMIN,
            "avMfzD-2E1C5mN0k8llhSzOtCj7fcCoA1NXhzZEZ68s",
        ),
    ] {
        let mut paths: Vec<String> = files
            .iter()
            .map(|file| format!("{folder}/{file}"))
            .collect();
        // The order in which a visitor chooses files does not matter.
        for _ in 0..2 {
            let chosen: Vec<&str> = paths.iter().map(String::as_str).collect();
            let found = import_files(&chosen).expect(folder);
            assert_eq!(found.client, Some(client), "{folder}");
            assert_eq!(found.key.thumbprint().as_str(), thumbprint, "{folder}");
            let url = format!("https://localhost:24600/my-account/{account}");
            assert_eq!(found.url.map(String::from), Some(url), "{folder}");
            assert_eq!(found.contact, contact, "{folder}");
            paths.reverse();
        }
    }
}

/// From lego 5's types, not from a file that it wrote.
#[test]
fn takes_lego_5_as_its_types_say() {
    let key = text("lego-4.35.2/admin@example.com.key");
    let account = r#"{"id":"me@example.com","email":"me@example.com","keyType":"EC256","registration":{"status":"valid","contact":["mailto:me@example.com"],"location":"https://ca.example/acct/1"}}"#;
    let files = [file("k", &key), file("account.json", account)];
    let found = import(&files).expect("an account");
    assert_eq!(
        found.url.map(String::from).as_deref(),
        Some("https://ca.example/acct/1")
    );
    assert_eq!(
        (found.client, found.contact),
        (Some(Client::Lego), vec!["mailto:me@example.com".to_owned()])
    );
}

#[test]
fn a_key_alone_is_enough_and_every_form_is_the_same_key() {
    for path in [
        "acme.sh-3.1.5-ec-256/account.key",
        "acme.sh-3.1.5-ec-384/account.key",
        "acme.sh-3.1.5-2048/account.key",
    ] {
        let found = import_files(&[path]).expect("a key");
        assert_eq!((found.url, found.client), (None, None));
        assert!(found.contact.is_empty());
        let pem = found.key.to_pkcs8_pem().expect("encodes");
        let jwk = found.key.to_private_jwk().expect("encodes");
        // What older versions of OpenSSL put before a key, editors after it, and Windows between.
        let untidy = format!(
            "\u{feff}-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n{}\n\n",
            pem.replace('\n', "\r\n")
        );
        for form in [pem.as_str(), jwk.as_str(), &untidy] {
            let again = import_text(form).expect("the same key");
            assert_eq!(again.key.thumbprint(), found.key.thumbprint());
        }
    }
}

/// PEM and DER are read like any other file's; here is what accounts have in other encodings.
#[test]
fn keys_and_files_are_read_in_every_encoding() {
    let utf16 = |text: &str| -> Vec<u8> {
        let units = "\u{feff}".encode_utf16().chain(text.encode_utf16());
        units.flat_map(u16::to_le_bytes).collect()
    };
    let pem = text("acme.sh-3.1.5-ec-256/account.key");
    let key = import_text(&pem).expect("a key").key;
    let jwk = key.to_private_jwk().expect("encodes");
    let der = key.to_pkcs8_der().expect("encodes");
    for content in [
        utf16(&pem),
        utf16(&jwk),
        der.to_vec(),
        [der.as_slice(), b"\n"].concat(),
        pem.replace('\n', "\\n").into_bytes(),
        [b"Z\xFCrich\n", pem.as_bytes()].concat(),
    ] {
        let conf = utf16(&text("acme.sh-3.1.5-ec-256/ca.conf"));
        let named = |content| File { name: "f", content };
        let found = import(&[named(&content), named(&conf)]).expect("an account");
        assert_eq!(found.key.thumbprint(), key.thumbprint());
        assert_eq!(found.client, Some(Client::AcmeSh));
        assert_eq!(found.not_read, []);
    }
}

/// RFC 7515 section 2 has base64url without padding; some programs write the other kind.
#[test]
fn a_jwk_is_read_in_other_base64_too() {
    let pem = text("acme.sh-3.1.5-2048/account.key");
    let key = import_text(&pem).expect("a key").key;
    let jwk = key.to_private_jwk().expect("encodes");
    let edited = |edit: fn(&str) -> String| {
        let mut members: serde_json::Value = serde_json::from_str(&jwk).expect("JSON");
        for name in ["n", "e", "d", "p", "q"] {
            let text = members[name].as_str().expect("a number");
            members[name] = edit(text).into();
        }
        members.to_string()
    };
    for jwk in [
        edited(|text| format!("{text}==")),
        edited(|text| text.replace('-', "+").replace('_', "/")),
    ] {
        let found = import_text(&jwk).expect("the same key");
        assert_eq!(found.key.thumbprint(), key.thumbprint());
    }
    let other = edited(|text| text.replace('A', "!"));
    let expected = Obstacle::Damaged(Thing::Key);
    let error = import(&[file("key.Old", &other)]).map(|_| ());
    assert_eq!(error, Err(missing(expected)));
}

#[test]
fn says_which_file_is_at_fault() {
    let pem = text("lego-4.35.2-rsa/rsa@example.com.key");
    let encrypted = pem.replacen(
        "KEY-----\n",
        "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n",
        1,
    );
    let public = r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#;
    let openssh = pem.replace("RSA PRIVATE KEY", "OPENSSH PRIVATE KEY");
    let short = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKC\n-----END RSA PRIVATE KEY-----\n";
    let wanted = import_text(&pem).expect("a key").key;
    for (text, obstacle) in [
        (encrypted.as_str(), Obstacle::EncryptedKey),
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----",
            Obstacle::EncryptedKey,
        ),
        (
            "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----",
            Obstacle::PublicKey,
        ),
        (public, Obstacle::PublicKey),
        (&openssh, Obstacle::OpenSshKey),
        (short, Obstacle::Damaged(Thing::Key)),
        (
            "-----BEGIN PRIVATE KEY-----\nAA==",
            Obstacle::CutOff(Thing::Key),
        ),
        (
            r#"{"kty":"oct","k":"AA","d":"AA"}"#,
            Obstacle::KeyAlgorithm {
                algorithm: "oct".to_owned(),
            },
        ),
        (
            r#"{"kty":"OKP","crv":"Ed25519","x":"AA","d":"AA"}"#,
            Obstacle::KeyAlgorithm {
                algorithm: "Ed25519".to_owned(),
            },
        ),
        (
            r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"}"#,
            Obstacle::Damaged(Thing::Key),
        ),
        (
            "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----",
            Obstacle::Damaged(Thing::Certificate),
        ),
        ("", Obstacle::Empty),
        ("{}", Obstacle::OtherText),
        ("<html>", Obstacle::OtherText),
        ("\u{1}\u{2}", Obstacle::OtherData),
    ] {
        let named = file("key.Old", text);
        let expected = missing(obstacle);
        assert_eq!(
            import(&[named]).map(|_| ()),
            Err(expected.clone()),
            "{text}"
        );
        // It costs only itself where the key is there too.
        let found = import(&[named, file("f", &pem)]).expect("an account");
        assert_eq!(found.key.thumbprint(), wanted.thumbprint());
        assert_eq!(found.not_read, expected.not_read());
    }
    for nothing in [
        vec![],
        vec![file("f", "ACCOUNT_URL='https://ca.example/1'")],
    ] {
        let expected = BroughtError::Missing {
            thing: Thing::Key,
            not_read: Vec::new(),
        };
        assert_eq!(import(&nothing).map(|_| ()), Err(expected));
    }
}

#[test]
fn files_of_two_accounts_are_not_mixed() {
    for paths in [
        [
            "lego-4.35.2/admin@example.com.key",
            "caddy-2.11.4/admin.key",
        ],
        ["lego-4.35.2/account.json", "caddy-2.11.4/admin.json"],
    ] {
        assert_eq!(
            import_files(&paths).map(|_| ()),
            Err(BroughtError::SeveralAccounts)
        );
    }
}

/// Contacts are shown and sent; others than plain mail addresses are left out.
#[test]
fn odd_contacts_and_addresses_are_left_out() {
    let key = text("caddy-2.11.4/admin.key");
    let account = r#"{"status":"valid","location":"http://ca.example/1","contact":["tel:1","mailto:a b@example.com","mailto:ok@example.com","mailto:x"]}"#;
    let files = [file("k", &key), file("a", account)];
    let found = import(&files).expect("an account");
    assert_eq!(found.url, None);
    assert_eq!(found.contact, ["mailto:ok@example.com"]);
}
