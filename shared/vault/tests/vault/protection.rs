//! The record key under a passphrase and passkeys.

use hex_literal::hex;
use proptest::prelude::*;
use tabcert_vault::VaultError;
use tabcert_vault::passphrase::Parameters;
use tabcert_vault::protection::{MAX_PASSKEYS, NewPasskey, Protection, Randomness, RecordKey};
use zeroize::Zeroizing;

const RANDOM: Randomness = Randomness {
    salt: [3; 16],
    nonce: [4; 12],
    prf_input: [5; 32],
};

const OUTPUT: [u8; 32] = [9; 32];

fn key(byte: u8) -> RecordKey {
    RecordKey::new(Zeroizing::new([byte; 32]))
}

fn protection() -> Protection {
    let light = Parameters::new(8, 1, 1).expect("parameters");
    Protection::new(&key(7), "hunter22", light, RANDOM).expect("a protection")
}

fn passkey<'a>(id: &'a [u8], prf_output: &'a [u8]) -> NewPasskey<'a> {
    NewPasskey {
        id,
        label: " My phone ",
        prf_output,
        now_ms: 1_000,
    }
}

fn with_passkeys(ids: &[&[u8]]) -> Protection {
    let mut protection = protection();
    for (nonce, id) in (10..).zip(ids) {
        let added = protection.add_passkey(&key(7), passkey(id, &OUTPUT), [nonce; 12]);
        added.expect("a passkey");
    }
    protection
}

#[test]
fn passphrase_and_passkeys_open_the_same_key() {
    let protection = with_passkeys(&[b"one", b"two"]);
    let json = protection.serialize().expect("JSON");
    let read = Protection::parse(&json).expect("a protection");
    assert_eq!(read, protection);
    assert_eq!(read.open("hunter22"), Ok(key(7)));
    assert_eq!(read.open_by_passkey(b"one", &OUTPUT), Ok(key(7)));
    assert_eq!(read.open_by_passkey(b"two", &OUTPUT), Ok(key(7)));
    assert_eq!(read.passkeys()[0].label, "My phone");
    assert_eq!(read.prf_input(), &[5; 32]);
}

#[test]
fn nothing_else_opens_it() {
    let mut protection = with_passkeys(&[b"one", b"two"]);
    for wrong in ["Hunter2", "hunter2 ", "x"] {
        assert_eq!(protection.open(wrong), Err(VaultError::WrongPassphrase));
    }
    assert_eq!(protection.open(""), Err(VaultError::PassphraseLength));
    let other = [8; 32];
    for (id, output) in [(&b"one"[..], &other), (b"three", &OUTPUT), (b"", &OUTPUT)] {
        let opened = protection.open_by_passkey(id, output);
        assert_eq!(opened, Err(VaultError::WrongPasskey));
    }
    let short = protection.open_by_passkey(b"one", &OUTPUT[..31]);
    assert_eq!(short, Err(VaultError::PasskeyWithoutSecret));
    protection.remove_passkey(b"one");
    let removed = protection.open_by_passkey(b"one", &OUTPUT);
    assert_eq!(removed, Err(VaultError::WrongPasskey));
    assert_eq!(protection.open_by_passkey(b"two", &OUTPUT), Ok(key(7)));
}

#[test]
fn one_passkeys_part_does_not_serve_another() {
    let json = with_passkeys(&[b"one", b"two"]).serialize().expect("JSON");
    // As somebody would who writes to the database: `one` in the name of `two`.
    let swapped = json.replacen("[111,110,101]", "[0]", 1);
    let swapped = swapped.replacen("[116,119,111]", "[111,110,101]", 1);
    let protection = Protection::parse(&swapped).expect("a protection");
    let opened = protection.open_by_passkey(b"one", &OUTPUT);
    assert_eq!(opened, Err(VaultError::WrongPasskey));
}

#[test]
fn passkeys_have_bounds_and_are_not_added_twice() {
    let mut protection = with_passkeys(&[b"one", b"one"]);
    assert_eq!(protection.passkeys().len(), 1);
    for at in 1..MAX_PASSKEYS {
        let id = [u8::try_from(at).expect("small"); 4];
        let added = protection.add_passkey(&key(7), passkey(&id, &OUTPUT), [20; 12]);
        assert_eq!(added, Ok(()));
    }
    let full = protection.add_passkey(&key(7), passkey(b"more", &OUTPUT), [21; 12]);
    assert_eq!(full, Err(VaultError::TooManyPasskeys));
    let short = protection.add_passkey(&key(7), passkey(b"one", &[1; 16]), [22; 12]);
    assert_eq!(short, Err(VaultError::PasskeyWithoutSecret));
    assert_eq!(
        protection.open_by_passkey(b"one", &OUTPUT),
        Ok(key(7)),
        "a refusal changes nothing"
    );
}

/// HKDF-SHA-256 without salt, computed with Python's `hmac` and `cryptography`.
#[test]
fn a_passkeys_key_is_derived_as_documented() {
    let json = with_passkeys(&[b"one"]).serialize().expect("JSON");
    let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let sealed: Vec<u8> =
        serde_json::from_value(value["passkeys"][0]["wrapped"]["sealed"].clone()).expect("bytes");
    assert_eq!(
        sealed,
        hex!(
            "aae2e3e57c5d7908febffbe189d23186fb04a429ff354bebc66c8871e7e5fa6e67da4aa5475f1d9155280b5584c1cd25"
        )
    );
}

#[test]
fn nothing_secret_is_stored_or_printed() {
    let protection = with_passkeys(&[b"one"]);
    let json = protection.serialize().expect("JSON");
    let seven = ["7"; 8].join(",");
    let nine = ["9"; 8].join(",");
    for secret in ["hunter22", &seven, &nine] {
        assert!(!json.contains(secret), "{secret} is in {json}");
    }
    assert_eq!(format!("{:?}", key(7)), "RecordKey(…)");
}

#[test]
fn what_is_damaged_is_refused() {
    let json = with_passkeys(&[b"one"]).serialize().expect("JSON");
    for damaged in [
        "",
        "{}",
        "[]",
        &json[..json.len() - 1],
        &json.replace("\"memory_kib\":8", "\"memory_kib\":4294967295"),
        &json.replace("\"prf_input\":[5,", "\"prf_input\":["),
    ] {
        assert_eq!(
            Protection::parse(damaged),
            Err(VaultError::MalformedProtection),
            "{damaged}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_byte_of_a_wrapped_key_can_be_changed(at in 0_usize..60, change in 1_u8..) {
        let json = protection().serialize().expect("JSON");
        let mut value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        let wrapped = &mut value["by_passphrase"];
        let byte = if at < 12 { &mut wrapped["nonce"][at] } else { &mut wrapped["sealed"][at - 12] };
        let old = u8::try_from(byte.as_u64().expect("a byte")).expect("a byte");
        *byte = (old ^ change).into();
        let changed = Protection::parse(&value.to_string()).expect("a protection");
        prop_assert_eq!(changed.open("hunter22"), Err(VaultError::WrongPassphrase));
    }
}
