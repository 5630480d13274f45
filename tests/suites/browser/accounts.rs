//! Accounts: looked at, changed, taken in from other clients and ended, each judged at the CA itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tabcert_acme::key::AccountKey;
use tabcert_harness::{Head, Passage};
use tabcert_issuance::errand::{Done, Found, Task};
use tabcert_issuance::failure::Failure;
use tabcert_pki::brought::File;
use tabcert_tests::browser::openssl::secret_numbers;
use tabcert_tests::browser::{Record, Tabcert, Traces};
use tabcert_vault::account_import;

use crate::screenshots::shoot;
use crate::world::World;

/// Issues a certificate for a name, from a page that is opened anew.
pub(crate) async fn issue(world: &World, tabcert: &Tabcert, name: &str) {
    tabcert.page.open("about:blank").await;
    tabcert.page.open(&world.edge_origin()).await;
    tabcert.enter_names(name).await;
    tabcert.choose_local_ca().await;
    tabcert.accept_terms().await;
    tabcert.order("p256").await;
    tabcert.asked_for_proof().await;
    tabcert.choose_method("dns").await;
    let records = tabcert.records().await;
    world.publish(&records);
    tabcert.ready().await;
    tabcert.issued().await;
}

/// Goes to the screen, in the page that is open.
pub(crate) async fn go_to_accounts(tabcert: &Tabcert) {
    tabcert.page.click("nav a[href='#accounts']").await;
    tabcert.page.wait_for(".accounts [data-known]").await;
}

/// Opens a part of the first card, unless it is open.
pub(crate) async fn open_part(tabcert: &Tabcert, part: &str) {
    let summary = format!("details[id^={part}]:not([open]) > summary");
    tabcert.page.click(&summary).await;
}

pub(crate) async fn thumbprint(tabcert: &Tabcert) -> String {
    tabcert.page.text("[data-testid=thumbprint]").await
}

async fn export(tabcert: &Tabcert, form: &str) -> String {
    tabcert
        .page
        .click(&format!("[data-testid=export-{form}]"))
        .await;
    let suffix = match form {
        "pem" => ".pem",
        _ => ".jwk.json",
    };
    let waited = std::time::Instant::now();
    loop {
        let names = tabcert.downloads.names();
        let name = names
            .iter()
            .find(|name| name.starts_with("account-localhost-") && name.ends_with(suffix));
        if let Some(name) = name {
            return tabcert.downloads.text(name).await;
        }
        assert!(waited.elapsed().as_secs() < 60, "no key among {names:?}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

fn key_of(text: &str) -> AccountKey {
    let file = File {
        name: "key",
        content: text.as_bytes(),
    };
    account_import::import(&[file]).expect("a key").key
}

async fn at_ca(world: &World, key: &AccountKey, task: Task) -> Option<Found> {
    match world.errand(key, task).await {
        Ok(Done::Account(found)) => Some(found),
        Ok(other) => panic!("no account: {other:?}"),
        Err(undone) if undone.is_unknown_account() => None,
        Err(undone) => panic!("{undone:?}"),
    }
}

/// The requests that would have made an account.
fn accounts_made(record: &Record) -> usize {
    let jws = record.jws();
    let made = jws.iter().filter(|jws| {
        let url = jws.protected["url"].as_str().unwrap_or_default();
        url.ends_with("/sign-me-up") && jws.payload["onlyReturnExisting"] != json!(true)
    });
    // A refused nonce has the same request made again.
    made.map(|jws| jws.payload.to_string())
        .collect::<std::collections::BTreeSet<_>>()
        .len()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_shown_changed_rolled_over_and_ended() {
    let world = World::start().await;
    let finished = world
        .browser()
        .run("account", async |tabcert| {
            issue(&world, tabcert, "first.test").await;
            go_to_accounts(tabcert).await;
            let card = tabcert.page.text("[data-testid=account]").await;
            for expected in ["Local test CA", "ECDSA P-256", "Used for new orders", "/my-account/"] {
                assert!(card.contains(expected), "{expected} in {card}");
            }
            let before = thumbprint(tabcert).await;

            // The contact, read at the CA by the key that was handed out.
            open_part(tabcert, "save-key-").await;
            let pem = export(tabcert, "pem").await;
            let old = key_of(&pem);
            assert_eq!(old.thumbprint().to_string(), before);
            let jwk = export(tabcert, "jwk").await;
            assert_eq!(key_of(&jwk).thumbprint(), old.thumbprint());
            open_part(tabcert, "contact-").await;
            let field = "input[id^=addresses-]";
            tabcert.page.fill(field, "not an address").await;
            tabcert.page.click("[data-testid=change-contact]").await;
            tabcert.page.wait_for("[id^=addresses-][aria-invalid=true]").await;
            tabcert.page.fill(field, "ops@example.com, me@example.com").await;
            tabcert.page.click("[data-testid=change-contact]").await;
            let changed = "return [...document.querySelectorAll('[data-fact=Contact]')].some((fact) => fact.innerText.includes('ops@example.com'));";
            tabcert.page.wait("the new contact", changed, &[]).await;
            let found = at_ca(&world, &old, Task::Read).await.expect("an account");
            assert_eq!(
                found.account.contact,
                ["mailto:ops@example.com", "mailto:me@example.com"]
            );
            open_part(tabcert, "seen-").await;
            tabcert.page.click("[data-testid=read-account]").await;
            tabcert.page.wait_for("[data-testid=account-object]").await;
            let object = tabcert.page.text("[data-testid=account-object]").await;
            assert!(object.contains("mailto:ops@example.com"), "{object}");
            open_part(tabcert, "change-key-").await;
            shoot(tabcert, "7-accounts").await;

            // Another key: the CA knows the account by that alone, and orders go on.
            tabcert.page.click("[data-testid=change-key]").await;
            changed_from(tabcert, &before).await;
            assert_eq!(at_ca(&world, &old, Task::Find).await, None);
            issue(&world, tabcert, "second.test").await;
            go_to_accounts(tabcert).await;
            assert_eq!(tabcert.page.texts("[data-testid=account]").await.len(), 1);
            let certificates = tabcert.page.text("[data-fact=Certificates] dd").await;
            assert_eq!(certificates, "2");

            // Ended only by whoever writes so.
            open_part(tabcert, "ending-").await;
            tabcert.page.click("[data-testid=deactivate]").await;
            tabcert.page.wait_for("[id^=end-][aria-invalid=true]").await;
            shoot(tabcert, "7-accounts-ending").await;
            tabcert.page.fill("input[id^=end-]", "end it").await;
            tabcert.page.click("[data-testid=deactivate]").await;
            let ended = "return document.querySelector('[data-testid=account-status]').innerText.startsWith('Ended');";
            tabcert.page.wait("the end", ended, &[]).await;
            for file in tabcert.downloads.names() {
                if file.ends_with(".pem") {
                    std::fs::remove_file(tabcert.downloads.directory().join(file)).expect("removes it");
                }
            }
            open_part(tabcert, "save-key-").await;
            let new_pem = export(tabcert, "pem").await;
            let new = key_of(&new_pem);
            let gone = world.errand(&new, Task::Find).await;
            let Failure::Refused(refusal) = gone.expect_err("it has ended").failure else {
                panic!("not refused");
            };
            assert!(
                refusal.problem.detail.contains("deactivated"),
                "{refusal:?}"
            );

            // Whoever says no keeps it.
            for (answer, left) in [("false", 1), ("true", 0)] {
                let confirm = format!("window.confirm = () => {answer};");
                tabcert.page.evaluate(&confirm, &[]).await;
                tabcert.page.click("[data-testid=forget-account]").await;
                let count = "return document.querySelectorAll('[data-testid=account]').length === given[0];";
                tabcert.page.wait("the rest", count, &[json!(left)]).await;
            }
            [pem, new_pem]
        })
        .await;
    assert_eq!(accounts_made(&finished.record), 1);
    for pem in &finished.value {
        let line = pem.lines().nth(1).expect("a line of base64");
        let mut secrets = Traces::default().with_text("PEM", line);
        for (name, number) in &secret_numbers(pem) {
            secrets = secrets.with(name, number);
        }
        let found = finished.record.find(&secrets);
        assert!(found.is_empty(), "keys went out: {found:?}");
    }
}

pub(crate) async fn changed_from(tabcert: &Tabcert, before: &str) {
    let changed = "const now = document.querySelector('[data-testid=thumbprint]'); return now && now.innerText !== given[0];";
    tabcert
        .page
        .wait("another thumbprint", changed, &[json!(before)])
        .await;
}

/// Takes what lets a page read the answers to keyChange out of them: the CA has changed the key, and
/// the page does not hear of it.
struct LosesKeyChange(Arc<AtomicUsize>);

impl Passage for LosesKeyChange {
    fn answer(&self, request: &Head, answer: Head) -> Head {
        let is_it = request.method() == Some("POST")
            && request
                .target()
                .is_some_and(|target| target.contains("rollover"));
        if !is_it {
            return answer;
        }
        if answer.status() == Some(200) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
        answer.without("access-control-")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_change_that_a_closed_tab_did_not_hear_of_is_settled() {
    let done = Arc::new(AtomicUsize::new(0));
    let world = World::start_behind_passage(LosesKeyChange(Arc::clone(&done))).await;
    let finished = world
        .browser()
        .run("key-change-lost", async |tabcert| {
            issue(&world, tabcert, "first.test").await;
            go_to_accounts(tabcert).await;
            let before = thumbprint(tabcert).await;
            open_part(tabcert, "change-key-").await;
            tabcert.page.click("[data-testid=change-key]").await;
            let waited = std::time::Instant::now();
            while done.load(Ordering::Relaxed) == 0 {
                assert!(waited.elapsed().as_secs() < 60, "the CA changed no key");
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            // The tab goes, and comes back to an order with the account.
            issue(&world, tabcert, "second.test").await;
            go_to_accounts(tabcert).await;
            let after = thumbprint(tabcert).await;
            assert_ne!(after, before);
            assert!(!tabcert.page.has("[data-testid=key-unsettled]").await);
            assert_eq!(tabcert.page.texts("[data-testid=account]").await.len(), 1);
            let certificates = tabcert.page.text("[data-fact=Certificates] dd").await;
            assert_eq!(certificates, "2");
            open_part(tabcert, "save-key-").await;
            let key = key_of(&export(tabcert, "pem").await);
            assert!(at_ca(&world, &key, Task::Find).await.is_some());

            // Once more, settled by its button: what was stored before is found.
            open_part(tabcert, "change-key-").await;
            tabcert.page.click("[data-testid=change-key]").await;
            while done.load(Ordering::Relaxed) == 1 {
                assert!(waited.elapsed().as_secs() < 120, "the CA changed no key");
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            tabcert.page.open("about:blank").await;
            tabcert
                .page
                .open(&format!("{}#accounts", world.edge_origin()))
                .await;
            tabcert.page.wait_for("[data-testid=key-unsettled]").await;
            shoot(tabcert, "7-accounts-unsettled").await;
            tabcert.page.click("[data-testid=settle-key]").await;
            changed_from(tabcert, &after).await;
            assert!(!tabcert.page.has("[data-testid=key-unsettled]").await);
        })
        .await;
    assert_eq!(accounts_made(&finished.record), 1);
}

/// Files of one account, as the client wrote them.
fn fixture(folder: &str, names: &[&str]) -> Vec<PathBuf> {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vault/tests/files");
    let files = files.canonicalize().expect("the files");
    let path = |name: &&str| files.join(folder).join(name);
    names.iter().map(path).collect()
}

fn key_in(path: &Path) -> AccountKey {
    key_of(&std::fs::read_to_string(path).expect("a text"))
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_of_other_clients_are_taken_in() {
    let world = World::start().await;
    let clients = [
        (
            "certbot",
            fixture(
                "certbot-5.8.0",
                &["private_key.json", "regr.json", "meta.json"],
            ),
        ),
        (
            "acme.sh",
            fixture(
                "acme.sh-3.1.5-2048",
                &["account.key", "account.json", "ca.conf"],
            ),
        ),
        (
            "lego",
            fixture("lego-4.35.2", &["admin@example.com.key", "account.json"]),
        ),
        (
            "Caddy",
            fixture("caddy-2.11.4", &["admin.key", "admin.json"]),
        ),
    ];
    world
        .browser()
        .run("import", async |tabcert| {
            for (client, files) in &clients {
                // The CA of this test knows the account, as the client's own CA did.
                let name = format!("{}.test", client.to_lowercase().replace('.', "-"));
                world.issue_natively(&key_in(&files[0]), &name).await;
            }
            tabcert.page.open(&format!("{}#accounts", world.edge_origin())).await;
            tabcert.page.wait_for("[data-testid=no-accounts]").await;
            tabcert.page.click("#import-account > summary").await;
            for (number, (client, files)) in clients.iter().enumerate() {
                tabcert.page.choose_files("#account-files", files).await;
                tabcert.page.wait_for("[data-testid=recognised]").await;
                let says = tabcert.page.text("[data-testid=recognised]").await;
                assert!(says.contains(client), "{client}: {says}");
                let expected = key_in(&files[0]).thumbprint().to_string();
                assert!(says.contains(&expected), "{client}: {says}");
                if number == 0 {
                    shoot(tabcert, "7-accounts-import").await;
                }
                choose_local(tabcert, "#import-ca", &world.directory_url()).await;
                tabcert.page.click("[data-testid=import]").await;
                let listed = "return [...document.querySelectorAll('[data-testid=thumbprint]')].some((it) => it.innerText === given[0]);";
                tabcert.page.wait(client, listed, &[json!(expected)]).await;
            }
            // What is used for orders does not change by taking another one in.
            let used = tabcert.page.texts("[data-testid=account-status]").await;
            let is_used = |status: &&String| status.starts_with("Used");
            assert_eq!(used.iter().filter(is_used).count(), 1, "{used:?}");

            // Twice is once.
            tabcert.page.choose_files("#account-files", &clients[0].1).await;
            tabcert.page.click("[data-testid=import]").await;
            says(tabcert, "already").await;
            assert_eq!(tabcert.page.texts("[data-testid=account]").await.len(), 4);

            // A key that the CA does not know is not stored; nor is what is none.
            let stranger = tabcert_tests::native::NativeShell::account_key();
            let jwk = stranger.to_private_jwk().expect("a JWK");
            tabcert.page.paste("#account-paste", &jwk).await;
            tabcert.page.click("[data-testid=take-pasted]").await;
            tabcert.page.wait_for("[data-testid=recognised]").await;
            tabcert.page.click("[data-testid=import]").await;
            says(tabcert, "knows no account with this key").await;
            let typed = "return document.querySelector('#account-paste').value;";
            let typed: Value = tabcert.page.evaluate(typed, &[]).await;
            assert_eq!(typed, json!(jwk.as_str()), "what was pasted is still there");
            tabcert.page.paste("#account-paste", "nothing of that kind").await;
            tabcert.page.click("[data-testid=take-pasted]").await;
            tabcert
                .page
                .wait_for("[data-testid=account-refused][data-reason=no-key][data-obstacle=other-text]")
                .await;
            assert_eq!(tabcert.page.texts("[data-testid=account]").await.len(), 4);

            // The chosen one orders.
            let spare = "[data-testid=account]:has([data-testid=prefer])";
            let chosen = tabcert.page.text(&format!("{spare} [data-testid=thumbprint]")).await;
            tabcert.page.click("[data-testid=prefer]").await;
            let status = "const it = [...document.querySelectorAll('[data-testid=account]')].find((it) => it.innerText.includes(given[0])); return it.querySelector('[data-testid=account-status]').innerText.startsWith('Used');";
            tabcert.page.wait("the choice", status, &[json!(chosen)]).await;
            issue(&world, tabcert, "by-import.test").await;
            go_to_accounts(tabcert).await;
            let count = "const it = [...document.querySelectorAll('[data-testid=account]')].find((it) => it.innerText.includes(given[0])); return it.querySelector('[data-fact=Certificates] dd').innerText;";
            let count = tabcert.page.evaluate(count, &[json!(chosen)]).await;
            assert_eq!(count, json!("1"));
        })
        .await;
}

/// Chooses the local CA by its directory, as a visitor does in the list.
pub(crate) async fn choose_local(tabcert: &Tabcert, select: &str, directory_url: &str) {
    let choose = "const list = document.querySelector(given[0]); list.value = given[1];
        list.dispatchEvent(new Event('change', { bubbles: true })); return list.value;";
    let given = [json!(select), json!(directory_url)];
    assert_eq!(
        tabcert.page.evaluate(choose, &given).await,
        json!(directory_url)
    );
}

async fn says(tabcert: &Tabcert, expected: &str) {
    let check = "return [...document.querySelectorAll('[data-testid=account-done], [data-testid=account-failure]')].some((it) => it.checkVisibility() && it.innerText.includes(given[0]));";
    tabcert.page.wait(expected, check, &[json!(expected)]).await;
}
