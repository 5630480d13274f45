//! What is kept is under a passphrase: nobody without it, or a passkey, comes to it.

use serde_json::json;
use tabcert_tests::browser::openssl::secret_numbers;
use tabcert_tests::browser::{Facts, Tabcert, Traces};

use crate::coming_back::{READ_ALL, reload, until_proving};
use crate::saved::{Expected, save_and_check};
use crate::screenshots::shoot;
use crate::world::World;

const PASSPHRASE: &str = "zwölf gelbe Kähne schlafen";
/// The same, as some keyboards compose it.
const DECOMPOSED: &str = "zwo\u{308}lf gelbe Ka\u{308}hne schlafen";
const OTHER: &str = "vier rote Schirme tanzen";

/// Puts everything under a passphrase, from wherever the visitor is.
pub(crate) async fn use_passphrase(tabcert: &Tabcert, passphrase: &str) {
    tabcert.go_to("settings").await;
    tabcert.page.click("#use-passphrase > summary").await;
    set_passphrase(tabcert, passphrase).await;
}

async fn set_passphrase(tabcert: &Tabcert, passphrase: &str) {
    let page = &tabcert.page;
    page.fill("#new-passphrase", passphrase).await;
    page.fill("#new-passphrase-again", passphrase).await;
    page.click("#set-passphrase").await;
    page.wait_for("[data-testid=protection-said]").await;
    page.wait_for("[data-mode=passphrase]").await;
}

pub(crate) async fn unlock(tabcert: &Tabcert, passphrase: &str) {
    tabcert.page.fill("#unlock-passphrase", passphrase).await;
    tabcert.page.click("#unlock").await;
    let open = "return !document.querySelector('[data-testid=locked]');";
    tabcert.page.wait("an open vault", open, &[]).await;
}

async fn is_refused(tabcert: &Tabcert, passphrase: &str) {
    tabcert.page.fill("#unlock-passphrase", passphrase).await;
    tabcert.page.click("#unlock").await;
    let says = "return document.querySelector('#unlock-passphrase-error').innerText;";
    let says = tabcert.page.wait("a refusal", says, &[]).await;
    assert!(
        says.as_str()
            .is_some_and(|says| says.contains("not the passphrase")),
        "{says}"
    );
    assert!(tabcert.page.has("[data-testid=locked]").await);
    assert!(!tabcert.page.has("[data-testid=kept-certificate]").await);
}

async fn issue(world: &World, tabcert: &Tabcert, names: &str) -> Facts {
    let records = until_proving(tabcert, names).await;
    world.publish(&records);
    tabcert.ready().await;
    tabcert.issued().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_opens_without_the_passphrase() {
    let world = World::start().await;
    let names = &["closed.test"];
    let root_pem = world.root_pem();
    let expected = Expected {
        root_pem: &root_pem,
        names,
        kind: "(256 bit)",
    };
    let finished = world
        .browser()
        .run("passphrase", async |tabcert| {
            let page = &tabcert.page;
            let facts = issue(&world, tabcert, "closed.test").await;
            tabcert.go_to("settings").await;
            shoot(tabcert, "8-settings").await;

            // What was typed once only is not taken.
            page.click("#use-passphrase > summary").await;
            page.fill("#new-passphrase", "short").await;
            page.wait_for("[data-strength=weak]").await;
            page.fill("#new-passphrase-again", "shorter").await;
            page.click("#set-passphrase").await;
            page.wait_for("#new-passphrase-again-error").await;
            assert!(page.has("[data-mode=browser]").await);
            shoot(tabcert, "8-settings-passphrase").await;
            set_passphrase(tabcert, DECOMPOSED).await;

            reload(tabcert).await;
            page.wait_for("[data-testid=locked]").await;
            shoot(tabcert, "8-locked").await;
            is_refused(tabcert, "another passphrase").await;
            is_refused(tabcert, "").await;
            unlock(tabcert, PASSPHRASE).await;
            tabcert.go_to("").await;
            page.click("[data-testid=open]").await;
            assert_eq!(tabcert.issued().await, facts);
            let saved = save_and_check(tabcert, &facts, &expected).await;

            let stored = page.wait("the database", READ_ALL, &[]).await;
            let text = stored["text"].as_str().expect("a text");
            assert!(text.contains("memory_kib"), "no parameters in {text}");
            // One character a byte.
            let stored: Vec<u8> = text
                .chars()
                .filter_map(|it| u8::try_from(it).ok())
                .collect();
            let mut secrets = Traces::default()
                .with("passphrase", PASSPHRASE.as_bytes())
                .with("passphrase", DECOMPOSED.as_bytes())
                .with_text("PEM", "PRIVATE KEY")
                .with_text("name", "closed.test");
            for (name, number) in &secret_numbers(&saved.private_key_pem) {
                secrets = secrets.with(name, number);
            }
            let found: Vec<_> = secrets.search().find_in(&stored).collect();
            assert!(found.is_empty(), "in the database: {found:?}");

            // Another passphrase, and then none.
            tabcert.go_to("settings").await;
            page.click("#change-passphrase > summary").await;
            set_passphrase(tabcert, OTHER).await;
            reload(tabcert).await;
            is_refused(tabcert, PASSPHRASE).await;
            unlock(tabcert, OTHER).await;
            tabcert.answer_questions(true).await;
            page.click("#use-browser > summary").await;
            page.click("#use-browser-now").await;
            page.wait_for("[data-mode=browser]").await;
            reload(tabcert).await;
            assert!(!page.has("[data-testid=locked]").await);
            tabcert.go_to("").await;
            page.click("[data-testid=open]").await;
            assert_eq!(tabcert.issued().await, facts);
            saved
        })
        .await;
    // Not its first line, which the page's own code has to write keys with.
    let pem_line = finished.value.private_key_pem.lines().nth(1);
    let mut secrets = Traces::default().with_text("PEM", pem_line.expect("a line"));
    for passphrase in [PASSPHRASE, DECOMPOSED, OTHER] {
        secrets = secrets.with("passphrase", passphrase.as_bytes());
    }
    for (name, number) in &secret_numbers(&finished.value.private_key_pem) {
        secrets = secrets.with(name, number);
    }
    let found = finished.record.find(&secrets);
    assert!(found.is_empty(), "went out: {found:?}");
}

/// Whoever lost the passphrase can begin anew, and locking ends nothing unasked.
#[tokio::test(flavor = "multi_thread")]
async fn locking_asks_before_it_ends_an_order_and_a_lost_passphrase_is_no_dead_end() {
    let world = World::start().await;
    world
        .browser()
        .run("locking", async |tabcert| {
            let page = &tabcert.page;
            let records = until_proving(tabcert, "locked.test").await;
            use_passphrase(tabcert, PASSPHRASE).await;
            tabcert.answer_questions(false).await;
            page.click("#lock").await;
            assert!(!page.has("[data-testid=locked]").await);
            tabcert.go_to("").await;
            assert_eq!(tabcert.records().await, records, "it goes on");

            tabcert.go_to("settings").await;
            tabcert.answer_questions(true).await;
            page.click("#lock").await;
            page.wait_for("[data-testid=locked]").await;
            unlock(tabcert, PASSPHRASE).await;
            tabcert.go_to("").await;
            page.click("[data-testid=resume]").await;
            tabcert.asked_for_proof().await;
            assert_eq!(
                tabcert.records().await,
                records,
                "what may be placed already"
            );

            reload(tabcert).await;
            tabcert.answer_questions(true).await;
            page.click("[data-testid=forget-locked]").await;
            let open = "return !document.querySelector('[data-testid=locked]');";
            page.wait("an empty vault", open, &[]).await;
            reload(tabcert).await;
            assert!(!page.has("[data-testid=locked]").await);
            assert!(!page.has(".kept").await);
        })
        .await;
}

/// A virtual authenticator with `prf` takes the place of a finger.
#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_opens_it_too() {
    let world = World::start().await;
    let mut browser = world.browser();
    // Passkeys belong to names; an address is none.
    browser.page_url = browser.page_url.replace("127.0.0.1", "localhost");
    let finished = browser
        .run("passkey", async |tabcert| {
            let page = &tabcert.page;
            page.devtools("WebAuthn.enable", json!({})).await;
            let options = json!({ "options": {
                "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal",
                "hasResidentKey": true, "hasUserVerification": true, "isUserVerified": true,
                "automaticPresenceSimulation": true, "hasPrf": true,
            } });
            let authenticator = page
                .devtools("WebAuthn.addVirtualAuthenticator", options)
                .await;
            tabcert.loaded().await;
            use_passphrase(tabcert, PASSPHRASE).await;
            page.click("#delete-replaced-keys").await;

            page.click("#add-passkey > summary").await;
            page.fill("#passkey-label", "The finger").await;
            page.fill("#passkey-passphrase", "another passphrase").await;
            page.click("#passkey-add").await;
            let refused = "return document.querySelector('#passkey-passphrase-error').innerText;";
            let refused = page.wait("a refusal", refused, &[]).await;
            assert!(
                refused
                    .as_str()
                    .is_some_and(|it| it.contains("not the passphrase")),
                "{refused}"
            );
            assert!(!page.has("[data-testid=passkey]").await);
            page.fill("#passkey-passphrase", PASSPHRASE).await;
            page.click("#passkey-add").await;
            page.wait_for("[data-testid=passkey]").await;
            let row = page.text("[data-testid=passkey]").await;
            assert!(row.contains("The finger"), "{row}");
            shoot(tabcert, "8-settings-passkey").await;

            page.click("#lock").await;
            page.wait_for("[data-testid=locked]").await;
            page.click("#unlock-passkey").await;
            let set = "return document.querySelector('#delete-replaced-keys')?.checked;";
            page.wait("what was set", set, &[]).await;
            // From a new document too, which knows nothing of before.
            reload(tabcert).await;
            page.click("#unlock-passkey").await;
            page.wait("what was set", set, &[]).await;

            // Not by another: this authenticator knows nothing.
            let id = json!({ "authenticatorId": authenticator["authenticatorId"] });
            page.devtools("WebAuthn.clearCredentials", id).await;
            reload(tabcert).await;
            page.click("#unlock-passkey").await;
            let refused = "return document.querySelector('#unlock-passphrase-error').innerText;";
            page.wait("a refusal", refused, &[]).await;
            assert!(page.has("[data-testid=locked]").await);

            unlock(tabcert, PASSPHRASE).await;
            tabcert.answer_questions(true).await;
            page.fill("#remove-passphrase", PASSPHRASE).await;
            page.click("[data-testid=remove-passkey]").await;
            let gone = "return !document.querySelector('[data-testid=passkey]');";
            page.wait("no passkey", gone, &[]).await;
            reload(tabcert).await;
            page.wait_for("[data-testid=locked]").await;
            assert!(!page.has("#unlock-passkey").await);
            unlock(tabcert, PASSPHRASE).await;
            page.wait("what was set", set, &[]).await;
        })
        .await;
    let secrets = Traces::default().with("passphrase", PASSPHRASE.as_bytes());
    let found = finished.record.find(&secrets);
    assert!(found.is_empty(), "went out: {found:?}");
}

/// An order goes on though another tab has changed what opens the vault.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_survives_another_protection() {
    let world = World::start().await;
    let names = &["moved.test"];
    let root_pem = world.root_pem();
    let expected = Expected {
        root_pem: &root_pem,
        names,
        kind: "(256 bit)",
    };
    world
        .browser()
        .run("moved", async |tabcert| {
            let page = &tabcert.page;
            let records = until_proving(tabcert, "moved.test").await;
            let first = page.in_new_tab().await;
            page.open(&world.edge_origin()).await;
            use_passphrase(tabcert, PASSPHRASE).await;
            page.close_tab_and_go_to(first).await;

            world.publish(&records);
            tabcert.ready().await;
            page.wait_for("[data-testid=locked]").await;
            unlock(tabcert, PASSPHRASE).await;
            let facts = tabcert.issued().await;
            save_and_check(tabcert, &facts, &expected).await;

            reload(tabcert).await;
            unlock(tabcert, PASSPHRASE).await;
            let row = page.text("[data-testid=kept-certificate]").await;
            assert!(row.contains("moved.test"), "{row}");
            assert!(!page.has("[data-testid=unfinished-order]").await);
        })
        .await;
}

/// A tab whose vault was emptied by another one writes nothing into the new one, and issues all the
/// same.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_does_not_come_back_after_everything_was_forgotten() {
    let world = World::start().await;
    world
        .browser()
        .run("forgotten", async |tabcert| {
            let page = &tabcert.page;
            let records = until_proving(tabcert, "forgotten.test").await;
            let first = page.in_new_tab().await;
            page.open(&world.edge_origin()).await;
            page.wait_for("[data-testid=unfinished-order]").await;
            tabcert.go_to("settings").await;
            tabcert.answer_questions(true).await;
            page.click("[data-testid=forget-all]").await;
            tabcert.go_to("").await;
            let empty = "return !document.querySelector('[data-testid=unfinished-order]');";
            page.wait("an empty list", empty, &[]).await;
            page.close_tab_and_go_to(first).await;

            world.publish(&records);
            tabcert.ready().await;
            tabcert.issued().await;
            let notice = page.text("[data-testid=storage-unavailable]").await;
            assert!(notice.contains("forgotten in another tab"), "{notice}");
            tabcert.save("privkey.pem").await;
            assert!(
                tabcert
                    .downloads
                    .text("privkey.pem")
                    .await
                    .contains("PRIVATE KEY")
            );
            reload(tabcert).await;
            assert!(!page.has(".kept").await);
        })
        .await;
}

/// Stops the engine in the middle of the transaction that puts everything under another key.
const STOP_AT_SECOND_WRITE: &str = r"
{
    let armed = false, writes = 0;
    new BroadcastChannel('arm').onmessage = () => { armed = true; };
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...given) {
        const request = put.apply(this, given);
        if (armed && ++writes === 2) {
            new BroadcastChannel('stopped').postMessage(this.name);
            for (;;);
        }
        return request;
    };
}
";

/// A tab that is killed while everything is encrypted anew leaves everything as it was.
#[tokio::test(flavor = "multi_thread")]
async fn half_a_change_is_none() {
    let world = World::start_with_engine(STOP_AT_SECOND_WRITE).await;
    let root_pem = world.root_pem();
    let expected = Expected {
        root_pem: &root_pem,
        names: &["half.test"],
        kind: "(256 bit)",
    };
    world
        .browser()
        .run("half", async |tabcert| {
            let page = &tabcert.page;
            let facts = issue(&world, tabcert, "half.test").await;
            tabcert.go_to("settings").await;
            page.click("#use-passphrase > summary").await;
            page.fill("#new-passphrase", PASSPHRASE).await;
            page.fill("#new-passphrase-again", PASSPHRASE).await;
            let arm = "new BroadcastChannel('stopped').onmessage = ({ data }) => { globalThis.stoppedAt = data; };
                new BroadcastChannel('arm').postMessage(true);";
            page.evaluate(arm, &[]).await;
            page.click("#set-passphrase").await;
            let stopped = page.wait("the middle", "return globalThis.stoppedAt;", &[]).await;
            assert_eq!(stopped, json!("records"), "the protection was written before");

            reload(tabcert).await;
            assert!(!page.has("[data-testid=locked]").await);
            tabcert.go_to("").await;
            page.click("[data-testid=open]").await;
            assert_eq!(tabcert.issued().await, facts);
            save_and_check(tabcert, &facts, &expected).await;
        })
        .await;
}

/// Nor does a disk that is full in the middle leave anything half done, and the page says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_in_the_middle_changes_nothing() {
    let refuse = STOP_AT_SECOND_WRITE.replace(
        "for (;;);",
        "throw new DOMException('no room', 'QuotaExceededError');",
    );
    let world = World::start_with_engine(&refuse).await;
    world
        .browser()
        .run("full-middle", async |tabcert| {
            let page = &tabcert.page;
            tabcert.loaded().await;
            tabcert.go_to("settings").await;
            page.click("#delete-replaced-keys").await;
            let set = "return document.querySelector('#delete-replaced-keys')?.checked;";
            page.wait("what was set", set, &[]).await;
            page.evaluate("new BroadcastChannel('arm').postMessage(true);", &[])
                .await;
            page.click("#use-passphrase > summary").await;
            page.fill("#new-passphrase", PASSPHRASE).await;
            page.fill("#new-passphrase-again", PASSPHRASE).await;
            page.click("#set-passphrase").await;
            let says = "return document.querySelector('#new-passphrase-error').innerText;";
            let says = page.wait("a refusal", says, &[]).await;
            assert!(
                says.as_str()
                    .is_some_and(|it| it.contains("storage is full")),
                "{says}"
            );
            assert!(page.has("[data-mode=browser]").await);
            reload(tabcert).await;
            assert!(!page.has("[data-testid=locked]").await);
            page.wait("what was set", set, &[]).await;
        })
        .await;
}

/// Changes the protection record as it is stored, by the body of a function of it.
async fn change_stored(tabcert: &Tabcert, change: &str) {
    let script = r"
        globalThis.changed = undefined;
        const opening = indexedDB.open('tabcert');
        opening.onsuccess = () => {
            const database = opening.result;
            const transaction = database.transaction('protection', 'readwrite');
            const store = transaction.objectStore('protection');
            const reading = store.get('current');
            reading.onsuccess = () => {
                const protection = reading.result;
                CHANGE;
                store.put(protection, 'current');
            };
            transaction.oncomplete = () => { database.close(); globalThis.changed = true; };
        };
    ";
    let script = script.replace("CHANGE", change);
    tabcert.page.evaluate(&script, &[]).await;
    let changed = "return globalThis.changed;";
    tabcert.page.wait("the change", changed, &[]).await;
}

/// What the first version of Tabcert wrote is read, and put under a passphrase; what a later one writes
/// is left alone.
#[tokio::test(flavor = "multi_thread")]
async fn other_versions_of_the_protection_are_read_or_refused() {
    let world = World::start().await;
    world
        .browser()
        .run("versions", async |tabcert| {
            let page = &tabcert.page;
            tabcert.loaded().await;
            tabcert.go_to("settings").await;
            page.click("#delete-replaced-keys").await;
            let set = "return document.querySelector('#delete-replaced-keys')?.checked;";
            page.wait("what was set", set, &[]).await;
            change_stored(tabcert, "delete protection.vault").await;
            reload(tabcert).await;
            page.wait("what was set", set, &[]).await;
            use_passphrase(tabcert, PASSPHRASE).await;
            reload(tabcert).await;
            unlock(tabcert, PASSPHRASE).await;
            page.wait("what was set", set, &[]).await;

            change_stored(tabcert, "protection.schema = 3").await;
            reload(tabcert).await;
            page.wait_for("[data-testid=protection-error]").await;
            let says = "return document.querySelector('[data-testid=protection-error]').innerText;";
            let says = page.wait("a sentence", says, &[]).await;
            assert!(
                says.as_str().is_some_and(|it| it.contains("newer version")),
                "{says}"
            );
            change_stored(tabcert, "protection.schema = 2").await;
            reload(tabcert).await;
            unlock(tabcert, PASSPHRASE).await;
            page.wait("what was set", set, &[]).await;
        })
        .await;
}
