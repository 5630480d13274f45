//! What there is to do apart from issuing, done by the flow's own errands, once and again: whatever a
//! tab that ended early had done counts as done.

use tabcert_acme::key::AccountKey;
use tabcert_acme::problem::ProblemKind;
use tabcert_acme::revocation::Reason;
use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::errand::{Done, Ended, Found, Start, Task};
use tabcert_issuance::failure::Failure;
use tabcert_pki::{Chain, KeyType};
use tabcert_tests::native::NativeShell;

use super::World;
use super::lifecycle::issue;
use super::talk::{Talk, kind_of};

fn run(world: &World, key: &AccountKey, account_url: Option<&HttpsUrl>, task: Task) -> Ended {
    let start = Start {
        directory_url: world.directory(),
        key: key.clone(),
        account_url: account_url.cloned(),
        edge_available: false,
        task,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(world.shell.errand(start))
}

fn found(ended: Ended) -> Found {
    match ended {
        Ok(Done::Account(found)) => found,
        other => panic!("no account: {other:?}"),
    }
}

fn refused(ended: Ended) -> ProblemKind {
    match ended.expect_err("it is refused").failure {
        Failure::Refused(refusal) => refusal.problem.kind(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn an_account_is_found_changed_rolled_over_and_ended_once_and_again() {
    let world = World::start(|_| {});
    let talk = Talk::start(&world);
    let (old, new) = (NativeShell::account_key(), NativeShell::account_key());

    let unknown = run(&world, &old, None, Task::Find).expect_err("nobody has it yet");
    assert!(unknown.is_unknown_account(), "{unknown:?}");
    issue(&world, &old, "errands.test", KeyType::P256);
    let account = found(run(&world, &old, None, Task::Find)).url;
    assert_eq!(talk.account_url(&old), account);

    let contact = vec!["mailto:new@example.com".to_owned()];
    let task = Task::ChangeContact(contact.clone());
    assert_eq!(
        found(run(&world, &old, Some(&account), task))
            .account
            .contact,
        contact
    );
    // The account's URL is asked for where it is not known.
    let read = found(run(&world, &old, None, Task::Read));
    assert_eq!((read.url, read.account.contact), (account.clone(), contact));
    assert!(read.json.contains("new@example.com"));
    let bad = Task::ChangeContact(vec!["mailto:two@example.com,three@example.com".to_owned()]);
    assert_eq!(
        refused(run(&world, &old, Some(&account), bad)),
        ProblemKind::InvalidContact
    );

    let change = || Task::ChangeKey(Box::new(new.clone()));
    for again in [false, true] {
        // The second time by the old key, as a tab does that did not hear of the first.
        let ended = run(&world, &old, Some(&account), change());
        assert_eq!(
            ended,
            Ok(Done::KeyChanged(account.clone())),
            "again: {again}"
        );
        assert_eq!(talk.account_url(&new), account);
        assert_eq!(
            kind_of(&talk.find_account(&old)),
            ProblemKind::AccountDoesNotExist
        );
    }
    for again in [false, true] {
        let ended = run(&world, &new, Some(&account), Task::Deactivate);
        assert_eq!(ended, Ok(Done::Deactivated), "again: {again}");
    }
    let after = run(&world, &new, Some(&account), Task::Read);
    assert_eq!(refused(after), ProblemKind::Unauthorized);
    let after = run(&world, &new, None, Task::Find);
    assert_eq!(refused(after), ProblemKind::Unauthorized);
}

#[test]
fn certificates_are_revoked_by_either_key_once_and_again() {
    let world = World::start(|_| {});
    let talk = Talk::start(&world);
    let account_key = NativeShell::account_key();
    let stranger = NativeShell::account_key();
    issue(&world, &stranger, "stranger.test", KeyType::P256);
    for (number, key_type, by_account) in [
        (0, KeyType::P256, true),
        (1, KeyType::P384, false),
        (2, KeyType::Rsa2048, false),
    ] {
        let name = format!("revoked-{number}.test");
        let issued = issue(&world, &account_key, &name, key_type);
        let chain = Chain::from_pem(&issued.answer.text()).expect("a chain");
        let der = chain.leaf().as_der().to_vec();
        let own_key = AccountKey::from_pkcs8_der(issued.key.as_ref().expect("a key").pkcs8_der())
            .expect("a key");

        let task = Task::RevokeByAccount(der.clone(), Reason::Superseded);
        let ended = run(&world, &stranger, None, task);
        assert_eq!(refused(ended), ProblemKind::Unauthorized);
        assert_eq!(talk.status(&chain), "Valid");

        for before in [false, true] {
            let (key, task) = if by_account {
                (
                    &account_key,
                    Task::RevokeByAccount(der.clone(), Reason::Superseded),
                )
            } else {
                let task = Task::RevokeByCertificateKey(der.clone(), Reason::KeyCompromise);
                (&own_key, task)
            };
            let ended = run(&world, key, None, task);
            assert_eq!(ended, Ok(Done::Revoked { before }), "{name}");
            assert_eq!(talk.status(&chain), "Revoked");
        }
    }
}
