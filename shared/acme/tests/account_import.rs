//! Accounts of other clients. The files below `files/<client>-<version>` are what that version wrote
//! after registering an account at Pebble; the thumbprints were computed with Python's `cryptography`.
#![allow(missing_docs)]

use std::path::Path;

use tabcert_acme::account_import::{
    Client, File, ImportError, ImportedAccount, MAX_FILE_BYTES, MAX_FILES, import,
};

fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/files")
        .join(path);
    std::fs::read_to_string(path).expect("a file of the tests")
}

fn import_files(paths: &[&str]) -> Result<ImportedAccount, ImportError> {
    let texts: Vec<String> = paths.iter().map(|path| text(path)).collect();
    let files: Vec<File<'_>> = paths
        .iter()
        .zip(&texts)
        .map(|(name, text)| File { name, text })
        .collect();
    import(&files)
}

fn import_text(text: &str) -> Result<ImportedAccount, ImportError> {
    import(&[File { name: "f", text }])
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
    let files = [
        File {
            name: "k",
            text: &key,
        },
        File {
            name: "account.json",
            text: account,
        },
    ];
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

#[test]
fn says_which_file_is_at_fault() {
    let file = || "f".to_owned();
    let pem = text("lego-4.35.2-rsa/rsa@example.com.key");
    let encrypted = pem.replacen(
        "KEY-----\n",
        "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n",
        1,
    );
    let public = r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#;
    let relabelled = pem.replace("RSA PRIVATE KEY", "OPENSSH PRIVATE KEY");
    let short = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKC\n-----END RSA PRIVATE KEY-----\n";
    for (text, expected) in [
        (encrypted.as_str(), ImportError::Encrypted { file: file() }),
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----",
            ImportError::Encrypted { file: file() },
        ),
        (
            "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----",
            ImportError::PublicKey { file: file() },
        ),
        (public, ImportError::PublicKey { file: file() }),
        (&relabelled, ImportError::UnusableKey { file: file() }),
        (short, ImportError::UnusableKey { file: file() }),
        (
            "-----BEGIN PRIVATE KEY-----\nAA==",
            ImportError::UnusableKey { file: file() },
        ),
        (
            r#"{"kty":"oct","k":"AA","d":"AA"}"#,
            ImportError::UnusableKey { file: file() },
        ),
        (
            "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----",
            ImportError::NoKey,
        ),
        ("", ImportError::Unrecognised { file: file() }),
        ("{}", ImportError::Unrecognised { file: file() }),
        ("<html>", ImportError::Unrecognised { file: file() }),
        ("ACCOUNT_URL='https://ca.example/1'", ImportError::NoKey),
    ] {
        assert_eq!(import_text(text).map(|_| ()), Err(expected), "{text}");
    }
    assert_eq!(
        import_text(&" ".repeat(MAX_FILE_BYTES + 1)).map(|_| ()),
        Err(ImportError::TooLarge { file: file() })
    );
    let many = vec![
        File {
            name: "f",
            text: &pem
        };
        MAX_FILES + 1
    ];
    assert_eq!(import(&many).map(|_| ()), Err(ImportError::TooManyFiles));
    assert_eq!(import(&[]).map(|_| ()), Err(ImportError::NoKey));
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
            Err(ImportError::SeveralAccounts)
        );
    }
}

/// Contacts are shown and sent; others than plain mail addresses are left out.
#[test]
fn odd_contacts_and_addresses_are_left_out() {
    let key = text("caddy-2.11.4/admin.key");
    let account = r#"{"status":"valid","location":"http://ca.example/1","contact":["tel:1","mailto:a b@example.com","mailto:ok@example.com","mailto:x"]}"#;
    let files = [
        File {
            name: "k",
            text: &key,
        },
        File {
            name: "a",
            text: account,
        },
    ];
    let found = import(&files).expect("an account");
    assert_eq!(found.url, None);
    assert_eq!(found.contact, ["mailto:ok@example.com"]);
}
