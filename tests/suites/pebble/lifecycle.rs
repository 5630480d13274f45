//! What comes after issuing: accounts are changed, rolled over and ended, certificates renewed and
//! revoked. Keys and accounts are those that other clients wrote.

use serde_json::json;
use tabcert_acme::account::{Account, AccountStatus, ContactUpdate, DEACTIVATION};
use tabcert_acme::identifier::Identifier;
use tabcert_acme::jws::{KeyReference, Payload};
use tabcert_acme::key::AccountKey;
use tabcert_acme::key_change;
use tabcert_acme::order::NewOrder;
use tabcert_acme::orders::OrdersPage;
use tabcert_acme::problem::ProblemKind;
use tabcert_acme::renewal_info::{CertId, RenewalInfo};
use tabcert_acme::revocation::{self, Reason};
use tabcert_issuance::event::Delivery;
use tabcert_issuance::{Intent, proof::Method, view::Phase};
use tabcert_pki::brought::File;
use tabcert_pki::{Chain, KeyType};
use tabcert_tests::native::NativeShell;
use tabcert_vault::account_import;

use super::talk::{Talk, kind_of};
use super::{World, application, choices};

/// The key of a file that another client wrote.
fn imported(text: &str) -> AccountKey {
    let file = File {
        name: "key",
        content: text.as_bytes(),
    };
    account_import::import(&[file]).expect("an account").key
}

pub(super) fn issue(
    world: &World,
    account_key: &AccountKey,
    name: &str,
    key_type: KeyType,
) -> Delivery {
    let application = application(&[name.to_owned()], key_type);
    let run = world.run(account_key.clone(), &mut |phase| match phase {
        Phase::Connected => vec![Intent::Begin(application.clone())],
        Phase::Proving(proving) => {
            let choices = choices(proving, Method::Dns);
            if choices.is_empty() {
                world.prove(proving);
                return vec![Intent::Ready];
            }
            choices
        }
        _ => Vec::new(),
    });
    match run.delivery {
        Some(delivery) => delivery,
        None => panic!("expected a certificate, not {:?}", run.view.phase),
    }
}

#[test]
fn an_imported_account_issues_is_changed_rolled_over_and_ended() {
    let world = World::start(|_| {});
    let files = [
        include_str!("../../../shared/vault/tests/files/certbot-5.8.0/private_key.json"),
        include_str!("../../../shared/vault/tests/files/acme.sh-3.1.5-ec-384/account.key"),
        include_str!("../../../shared/vault/tests/files/lego-4.35.2/admin@example.com.key"),
        include_str!("../../../shared/vault/tests/files/caddy-2.11.4/admin.key"),
    ];
    let talk = Talk::start(&world);
    let key_change_url = talk.directory.key_change.clone().expect("keyChange");
    for (number, text) in files.into_iter().enumerate() {
        let old = imported(text);
        issue(&world, &old, &format!("first-{number}.test"), KeyType::P256);
        let account = talk.account_url(&old);

        let contact = vec!["mailto:new@example.com".to_owned()];
        let update = serde_json::to_string(&ContactUpdate {
            contact: contact.clone(),
        })
        .expect("JSON");
        let changed = talk.post_json(&old, &account, &account, &update);
        assert_eq!(changed.status, 200, "{}", old.algorithm());
        assert_eq!(
            Account::parse(&changed.body).expect("an account").contact,
            contact
        );

        let new = NativeShell::account_key();
        let payload = key_change::payload(old.jwk(), &new, &account, &key_change_url);
        let rolled = talk.post_json(&old, &account, &key_change_url, &payload);
        assert_eq!(
            rolled.status,
            200,
            "{}",
            String::from_utf8_lossy(&rolled.body)
        );
        assert_eq!(talk.account_url(&new), account);
        assert_eq!(
            kind_of(&talk.find_account(&old)),
            ProblemKind::AccountDoesNotExist
        );

        // The account goes on under its new key.
        issue(
            &world,
            &new,
            &format!("second-{number}.test"),
            KeyType::P256,
        );
        let reference = KeyReference::Kid(&account);
        let read = talk.post(&new, reference, &account, Payload::PostAsGet);
        let orders = Account::parse(&read.body).expect("an account").orders;
        let list = talk.post(
            &new,
            reference,
            &orders.expect("a list"),
            Payload::PostAsGet,
        );
        assert_eq!(OrdersPage::parse(&list).expect("a page").orders.len(), 2);

        let ended = talk.post_json(&new, &account, &account, DEACTIVATION);
        let ended = Account::parse(&ended.body).expect("an account");
        assert_eq!(ended.status, AccountStatus::Deactivated);
        assert_eq!(
            talk.post_json(&new, &account, &account, &update).status,
            403
        );
    }
}

#[test]
fn certificates_are_revoked_by_the_account_and_by_their_own_key() {
    let world = World::start(|_| {});
    let talk = Talk::start(&world);
    let url = talk.directory.revoke_cert.clone().expect("revokeCert");
    let account_key = NativeShell::account_key();
    for (number, key_type, by_account, reason) in [
        (0, KeyType::P256, true, Reason::Unspecified),
        (1, KeyType::P256, true, Reason::Superseded),
        (2, KeyType::P256, true, Reason::CessationOfOperation),
        (3, KeyType::P256, false, Reason::KeyCompromise),
        (4, KeyType::P384, false, Reason::KeyCompromise),
        (5, KeyType::Rsa2048, false, Reason::KeyCompromise),
    ] {
        let issued = issue(
            &world,
            &account_key,
            &format!("gone-{number}.test"),
            key_type,
        );
        let chain = Chain::from_pem(&issued.answer.text()).expect("a chain");
        assert_eq!(talk.status(&chain), "Valid");
        let payload = revocation::payload(chain.leaf().as_der(), reason);
        let own_key = AccountKey::from_pkcs8_der(issued.key.as_ref().expect("a key").pkcs8_der())
            .expect("a key");
        let account = talk.account_url(&account_key);
        let (key, reference) = if by_account {
            (&account_key, KeyReference::Kid(&account))
        } else {
            (&own_key, KeyReference::Jwk)
        };
        let answer = talk.post(key, reference, &url, Payload::Json(&payload));
        assert_eq!(
            answer.status,
            200,
            "{}",
            String::from_utf8_lossy(&answer.body)
        );
        assert_eq!(talk.status(&chain), "Revoked");
        let again = talk.post(key, reference, &url, Payload::Json(&payload));
        assert_eq!(kind_of(&again), ProblemKind::AlreadyRevoked);
        assert!(revocation::is_revoked(&again));
    }
}

#[test]
fn the_ca_says_when_to_renew_and_takes_what_replaces() {
    let world = World::start(|_| {});
    let talk = Talk::start(&world);
    let key = NativeShell::account_key();
    let issued = issue(&world, &key, "renew.test", KeyType::P256);
    let chain = Chain::from_pem(&issued.answer.text()).expect("a chain");
    let id = chain.leaf().ari_cert_id().expect("a name");
    let id = CertId::parse(&id).expect("a name");
    let base = talk.directory.renewal_info.clone().expect("renewalInfo");
    let url = id.url(&base).expect("a URL");

    let info = RenewalInfo::parse(&talk.get(&url), 0).expect("renewal info");
    let validity = chain.leaf().not_before() * 1000..chain.leaf().not_after() * 1000;
    assert!(validity.contains(&info.window.start_ms), "{info:?}");

    let window = r#"{"suggestedWindow":{"start":"2026-01-01T00:00:00Z","end":"2026-01-02T00:00:00Z"},"explanationURL":"https://ca.example/why"}"#;
    let body = json!({ "certificate": chain.leaf().to_pem().expect("PEM"), "ariResponse": window });
    let set = format!("{}/set-renewal-info/", world.pebble.management_url());
    let answer = world
        .pebble
        .client()
        .post(set)
        .send(body.to_string().as_bytes());
    assert!(answer.expect("an answer").status().is_success());
    let info = RenewalInfo::parse(&talk.get(&url), 0).expect("renewal info");
    assert_eq!(info.window.start_ms, 1_767_225_600_000);
    assert_eq!(info.window.end_ms, 1_767_312_000_000);
    assert!(info.explanation_url.is_some());

    let account = talk.account_url(&key);
    let order = serde_json::to_string(&NewOrder {
        identifiers: vec![Identifier {
            kind: "dns".to_owned(),
            value: "renew.test".to_owned(),
        }],
        profile: None,
        replaces: Some(id.clone()),
    })
    .expect("JSON");
    let placed = talk.post_json(&key, &account, &talk.directory.new_order, &order);
    assert_eq!(
        placed.status,
        201,
        "{}",
        String::from_utf8_lossy(&placed.body)
    );
    // It does look at what is replaced.
    let unknown = order.replace(id.as_str(), "AAAA.AAAA");
    let refused = talk.post_json(&key, &account, &talk.directory.new_order, &unknown);
    assert!((400..500).contains(&refused.status), "{}", refused.status);
}
