//! Records for the tests.

use rand_core::SeedableRng;
use tabcert_acme::key::AccountKey;
use tabcert_acme::renewal_info::Window;
use tabcert_acme::url::HttpsUrl;
use tabcert_pki::KeyType;
use tabcert_vault::account::Account;
use tabcert_vault::certificate::{Certificate, Facts, Label, Renewal};
use tabcert_vault::id::{AccountId, CertificateId, OrderId};
use tabcert_vault::order::{Order, OrderState};
use tabcert_vault::secret::{Secret, SecretText};
use tabcert_vault::summary::Summary;
use zeroize::Zeroizing;

pub(crate) const DAY: u64 = 86_400;
pub(crate) const DAY_MS: u64 = DAY * 1000;
/// 2026-01-01 00:00 UTC.
pub(crate) const BEGIN: u64 = 1_767_225_600;

pub(crate) fn directory() -> HttpsUrl {
    HttpsUrl::parse("https://ca.example/directory").expect("a URL")
}

pub(crate) fn account(seed: u8) -> Account {
    let mut rng = chacha20::ChaCha20Rng::from_seed([seed; 32]);
    let key = AccountKey::generate(&mut rng);
    Account::new(AccountId::from_random([seed; 16]), directory(), &key, 1_000).expect("an account")
}

pub(crate) fn order(seed: u8, account: AccountId) -> Order {
    Order {
        id: OrderId::from_random([seed; 16]),
        account,
        directory_url: directory(),
        names: vec!["example.org".to_owned()],
        renews: None,
        created_ms: 1_000,
        updated_ms: 1_000,
        state: OrderState::Failed {
            sentence: "No.".to_owned(),
        },
        snapshot: SecretText::new(Zeroizing::new(r#"{"key":"s3cret"}"#.to_owned())),
    }
}

/// One that begins at [`BEGIN`] and is valid for so many days.
pub(crate) fn certificate(seed: u8, names: &[&str], days: u64) -> Certificate {
    Certificate {
        id: CertificateId::from_random([seed; 16]),
        account: None,
        directory_url: Some(directory()),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        key_type: Some(KeyType::P256),
        key: Some(Secret::new(Zeroizing::new(vec![seed, 1, 2, 3]))),
        csr_der: Some(vec![9, 9]),
        chain_pem: "-----BEGIN CERTIFICATE-----\n".to_owned(),
        answer: None,
        facts: Facts {
            not_before: BEGIN,
            not_after: BEGIN + days * DAY - 1,
            issuer: "Test CA".to_owned(),
            serial: "03:A1".to_owned(),
            fingerprint: "AA:BB".to_owned(),
            cert_id: None,
        },
        label: Label::default(),
        methods: [("example.org".to_owned(), "Dns".to_owned())].into(),
        issued_ms: BEGIN * 1000 + u64::from(seed),
        updated_ms: BEGIN * 1000,
        downloaded_ms: None,
        replaces: None,
        replaced_by: None,
        revoked: None,
        renewal: None,
        ask_again_ms: None,
        reminded_ms: None,
        history: Vec::new(),
    }
}

pub(crate) fn summary(seed: u8, names: &[&str], days: u64) -> Summary {
    Summary::from(&certificate(seed, names, days))
}

/// Renewal information with a window of whole days after [`BEGIN`].
pub(crate) fn renewal(start: u64, end: u64, selected_ms: u64) -> Renewal {
    let day_ms = |day| BEGIN * 1000 + day * DAY_MS;
    Renewal {
        window: Window {
            start_ms: day_ms(start),
            end_ms: day_ms(end),
        },
        selected_ms,
        explanation_url: None,
        fetched_ms: 0,
        next_check_ms: 0,
    }
}

/// So many hours after [`BEGIN`], in milliseconds since 1970.
pub(crate) fn hour(hours: u64) -> u64 {
    (BEGIN + hours * 3600) * 1000
}

/// So many days after [`BEGIN`], in milliseconds since 1970.
pub(crate) fn day(days: u64) -> u64 {
    hour(days * 24)
}
