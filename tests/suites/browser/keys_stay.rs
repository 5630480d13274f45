//! Keys stay: neither a private key nor a password is in anything that the browser sent.
//!
//! The certificate's key is known from the file that was saved, and the account's key, which nobody
//! gets to see, is worked out from the randomness that the page drew. A search that finds nothing
//! proves nothing by itself: the same search has to find what was sent, the CSR and the account's
//! public key.

use std::collections::BTreeSet;

use serde_json::Value;
use tabcert_acme::base64url;
use tabcert_acme::jwk::Jwk;
use tabcert_acme::key::AccountKey;
use tabcert_tests::browser::openssl::{csr_der, openssl, private_key_der, secret_numbers};
use tabcert_tests::browser::{Record, Traces, rebuild_account_key};

use crate::saved::{PASSWORD, Saved};

/// Members of a JWK that are private or symmetric (RFC 7518 §6.2.2, §6.3.2, §6.4).
const SECRET_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// Searches what a browser sent.
pub(crate) fn assert_keys_stayed(record: &Record, saved: &Saved, drawn: &[Vec<u8>]) {
    let jwk = account_jwk(record);
    let public = Traces::default()
        .with("CSR", &csr_der(&saved.csr_pem))
        .with("account's public key", &x_coordinate(&jwk));
    let found = record.find(&public);
    for expected in ["CSR (base64url)", "account's public key (base64url)"] {
        assert!(
            found.contains(expected),
            "the record lacks the {expected}: {found:?}"
        );
    }

    let (account_key, seed) =
        rebuild_account_key(drawn, &jwk).expect("the account's key comes from what was drawn");
    // Not its first line, which the page's own code has to write keys with.
    let pem_line = saved.private_key_pem.lines().nth(1).expect("a line");
    let mut secrets = Traces::default()
        .with("seed", &seed)
        .with("password", PASSWORD.as_bytes())
        .with_text("PEM", pem_line);
    let numbers = secret_numbers(&saved.private_key_pem);
    assert!(!numbers.is_empty(), "no secret numbers in the key");
    for (name, number) in &numbers {
        secrets = secrets.with(&format!("certificate's {name}"), number);
    }
    for (name, number) in &secret_numbers(&pem_of(&account_key)) {
        secrets = secrets.with(&format!("account's {name}"), number);
    }
    for der in private_key_der(&saved.private_key_pem) {
        let itself: BTreeSet<&str> = secrets.search().find_in(&der).collect();
        let finds = |name: &str| itself.contains(format!("certificate's {name} (bytes)").as_str());
        assert!(
            numbers.iter().all(|(name, _)| finds(name)),
            "the search misses the key itself"
        );
    }
    let found = record.find(&secrets);
    assert!(found.is_empty(), "keys went out: {found:?}");

    for jws in record.jws() {
        let secret = jws
            .member_names()
            .into_iter()
            .find(|name| SECRET_MEMBERS.contains(name));
        assert_eq!(secret, None, "{jws:?}");
    }
}

/// The public key that the account was made with.
fn account_jwk(record: &Record) -> Jwk {
    let jwk = record
        .jws()
        .iter()
        .find_map(|jws| jws.protected.get("jwk").cloned());
    let jwk: Value = jwk.expect("the record has the making of the account");
    serde_json::from_value(jwk).expect("a public key")
}

fn x_coordinate(jwk: &Jwk) -> Vec<u8> {
    match jwk {
        Jwk::Ec { x, .. } => base64url::decode(x).expect("base64url"),
        Jwk::Rsa { .. } => panic!("account keys are P-256"),
    }
}

fn pem_of(key: &AccountKey) -> String {
    let der = key.to_pkcs8_der().expect("PKCS#8");
    let pem = openssl(&["pkey", "-inform", "DER"], &der).expect("a private key");
    String::from_utf8(pem).expect("text")
}
