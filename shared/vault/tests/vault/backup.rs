//! Encrypted files: what comes out, and what is refused.

use proptest::prelude::*;
use sha2::{Digest, Sha256};
use tabcert_vault::VaultError;
use tabcert_vault::backup::{Backup, Contents, Envelope, MAX_BYTES, Randomness};
use tabcert_vault::passphrase::Parameters;
use tabcert_vault::settings::Settings;

use crate::fixtures::{account, certificate, order};

/// As little work as Argon2 allows: the tests open files thousands of times.
fn light() -> Parameters {
    Parameters::new(8, 1, 1).expect("parameters")
}

const RANDOM: Randomness = Randomness {
    salt: [3; 16],
    nonce: [4; 12],
};

fn seal(contents: Contents) -> Vec<u8> {
    let backup = Backup {
        made_at_ms: 5,
        contents,
    };
    backup.seal("hunter22", light(), RANDOM).expect("a file")
}

fn everything() -> Contents {
    let account = account(1);
    Contents {
        orders: vec![order(2, account.id)],
        accounts: vec![account],
        certificates: vec![
            certificate(3, &["a.example"], 90),
            certificate(4, &["b.example"], 45),
        ],
        settings: Some(Settings {
            reminders: true,
            ..Settings::default()
        }),
    }
}

fn small() -> Vec<u8> {
    seal(Contents {
        settings: Some(Settings::default()),
        ..Contents::default()
    })
}

/// Makes the checksum fit again, as somebody would who changes a file on purpose.
fn mend_checksum(file: &mut [u8]) {
    let at = file.len() - 16;
    let checksum = Sha256::digest(&file[..at]);
    file[at..].copy_from_slice(&checksum[..16]);
}

#[test]
fn what_went_in_comes_out() {
    let file = seal(everything());
    let opened = Backup::open(&file, "hunter22").expect("opens");
    assert_eq!(opened.made_at_ms, 5);
    assert_eq!(opened.contents, everything());
    let one = Contents::of_certificate(certificate(3, &["a.example"], 90));
    let opened = Backup::open(&seal(one.clone()), "hunter22").expect("opens");
    assert_eq!(opened.contents, one);
    let default = Backup {
        made_at_ms: 0,
        contents: Contents::default(),
    };
    let file = default
        .seal("eight ch", Parameters::default(), RANDOM)
        .expect("a file");
    assert_eq!(Backup::open(&file, "eight ch"), Ok(default));
}

#[test]
fn nothing_secret_is_in_the_file() {
    let contents = everything();
    let key = contents.accounts[0].key.clone();
    let file = seal(contents);
    let holds = |part: &[u8]| file.windows(part.len()).any(|window| window == part);
    assert!(!holds(&key.as_bytes()[40..56]));
    for text in [
        "s3cret",
        "a.example",
        "PRIVATE",
        "BEGIN",
        "schema",
        "hunter22",
    ] {
        assert!(!holds(text.as_bytes()), "{text}");
    }
    assert!(holds(b"tabcert-backup"));
}

#[test]
fn another_passphrase_is_told_from_damage() {
    let file = small();
    for passphrase in ["Hunter2", "hunter2 ", "x"] {
        assert_eq!(
            Backup::open(&file, passphrase),
            Err(VaultError::WrongPassphrase)
        );
    }
    assert_eq!(Backup::open(&file, ""), Err(VaultError::PassphraseLength));
}

#[test]
fn every_flipped_bit_is_refused() {
    let file = small();
    for bit in 0..file.len() * 8 {
        let mut flipped = file.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let expected = match bit / 8 {
            0..16 => VaultError::NotABackup,
            16 => VaultError::UnknownBackupVersion {
                found: flipped[16],
                known: 1,
            },
            _ => VaultError::DamagedBackup,
        };
        assert_eq!(
            Backup::open(&flipped, "hunter22"),
            Err(expected),
            "bit {bit}"
        );
    }
}

#[test]
fn every_flipped_bit_is_refused_though_the_checksum_fits() {
    let file = small();
    for bit in 17 * 8..(file.len() - 16) * 8 {
        let mut flipped = file.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        mend_checksum(&mut flipped);
        let error = Backup::open(&flipped, "hunter22").expect_err("changed");
        let is_parameter = bit / 8 < 29;
        assert!(
            error == VaultError::WrongPassphrase
                || is_parameter && error == VaultError::DerivationParameters,
            "bit {bit}: {error:?}"
        );
    }
}

#[test]
fn every_truncation_is_refused_and_so_is_more() {
    let file = small();
    for length in 0..file.len() {
        let expected = if length < 17 {
            VaultError::NotABackup
        } else {
            VaultError::DamagedBackup
        };
        assert_eq!(
            Backup::open(&file[..length], "hunter22"),
            Err(expected),
            "{length}"
        );
    }
    for length in 17 + 16..file.len() {
        let mut short = file[..length].to_vec();
        mend_checksum(&mut short);
        assert!(Backup::open(&short, "hunter22").is_err(), "{length}");
    }
    let mut longer = file;
    longer.push(0);
    assert_eq!(
        Backup::open(&longer, "hunter22"),
        Err(VaultError::DamagedBackup)
    );
}

#[test]
fn hostile_parameters_are_refused_before_a_passphrase_is_asked_for() {
    for (at, value) in [
        (17, [0, 64, 0, 0]),
        (17, [255; 4]),
        (17, [0; 4]),
        (21, [0, 0, 0, 99]),
        (25, [0, 0, 1, 0]),
    ] {
        let mut file = small();
        file[at..at + 4].copy_from_slice(&value);
        mend_checksum(&mut file);
        assert_eq!(
            Envelope::parse(&file),
            Err(VaultError::DerivationParameters)
        );
    }
    let huge = vec![0; MAX_BYTES + 1];
    assert_eq!(Envelope::parse(&huge), Err(VaultError::BackupTooLarge));
    for other in [
        &b""[..],
        b"PK\x03\x04",
        b"-----BEGIN CERTIFICATE-----",
        b"tabcert-backup\n",
    ] {
        assert_eq!(Envelope::parse(other), Err(VaultError::NotABackup));
    }
}

#[test]
fn parameters_and_salt_are_where_the_file_says() {
    let file = small();
    let envelope = Envelope::parse(&file).expect("a backup");
    assert_eq!(envelope.derivation.parameters, light());
    assert_eq!(envelope.derivation.salt, [3; 16]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_survives(
        texts in proptest::array::uniform4(any::<String>()),
        passphrase in "\\PC{8,40}",
        salt: [u8; 16],
        nonce: [u8; 12],
        made_at_ms: u64,
    ) {
        let [name, description, group, chain] = texts;
        let mut first = certificate(1, &[&name, &group], 90);
        first.label.name = name;
        first.label.description = description;
        first.label.group = group;
        first.chain_pem = chain;
        let backup = Backup {
            made_at_ms,
            contents: Contents {
                certificates: vec![first],
                ..everything()
            },
        };
        let file = backup
            .seal(&passphrase, light(), Randomness { salt, nonce })
            .expect("a file");
        prop_assert_eq!(Backup::open(&file, &passphrase), Ok(backup));
    }

    #[test]
    fn any_bytes_are_refused_without_harm(bytes: Vec<u8>, with_magic: bool) {
        let mut file = if with_magic { b"tabcert-backup\r\n\x01".to_vec() } else { Vec::new() };
        file.extend(bytes);
        if file.len() > 16 {
            mend_checksum(&mut file);
        }
        prop_assert!(Backup::open(&file, "x").is_err());
    }
}
