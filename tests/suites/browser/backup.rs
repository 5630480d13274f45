//! An encrypted file of everything: out of one browser, into another.

use std::path::PathBuf;

use serde_json::json;
use tabcert_tests::browser::{Tabcert, Traces};
use tempfile::TempDir;

use crate::coming_back::{reload, until_proving};
use crate::saved::{Expected, save_and_check};
use crate::screenshots::shoot;
use crate::world::World;

pub(crate) const PASSPHRASE: &str = "neun kleine Igel wandern";

/// Saves a backup of everything, and returns it.
pub(crate) async fn save_backup(tabcert: &Tabcert) -> Vec<u8> {
    let page = &tabcert.page;
    tabcert.go_to("settings").await;
    page.fill("#backup-passphrase", PASSPHRASE).await;
    page.fill("#backup-passphrase-again", PASSPHRASE).await;
    page.click("#backup-save").await;
    page.wait_for("[data-testid=backup-saved]").await;
    let says = page.text("[data-testid=backup-saved]").await;
    let name = says
        .strip_prefix("Saved as ")
        .and_then(|rest| rest.split_once(". Only"));
    let name = name.unwrap_or_else(|| panic!("{says}")).0;
    assert!(
        name.starts_with("tabcert-") && name.ends_with(".tabcert"),
        "{name}"
    );
    tabcert.downloads.file(name).await
}

pub(crate) struct Files(pub(crate) TempDir);

impl Files {
    pub(crate) fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).expect("writes");
        path
    }
}

/// Looks into a file.
pub(crate) async fn look_into(tabcert: &Tabcert, file: &std::path::Path, passphrase: &str) {
    tabcert.page.pick("#import-file", file).await;
    tabcert.page.fill("#import-passphrase", passphrase).await;
    tabcert.page.click("#import-open").await;
}

/// What is said where it cannot be looked into.
async fn refusal(tabcert: &Tabcert) -> String {
    let says = "return document.querySelector('#import-open').disabled ? null
        : document.querySelector('#import-passphrase-error').innerText;";
    let says = tabcert.page.wait("a refusal", says, &[]).await;
    assert!(!tabcert.page.has("[data-testid=import-preview]").await);
    says.as_str().unwrap_or_default().to_owned()
}

async fn counts(tabcert: &Tabcert, kind: &str) -> String {
    let heading = format!("[data-testid=import-kind][data-kind={kind}] h4");
    tabcert.page.wait_for("[data-testid=import-preview]").await;
    tabcert.page.text(&heading).await
}

async fn apply(tabcert: &Tabcert) -> String {
    tabcert.page.click("#import-apply").await;
    tabcert.page.wait_for("[data-testid=import-done]").await;
    tabcert.page.text("[data-testid=import-done]").await
}

async fn is_set(tabcert: &Tabcert) -> bool {
    let known = "const box = document.querySelector('#delete-replaced-keys');
        return box && !box.disabled && { set: box.checked };";
    tabcert.page.wait("the switch", known, &[]).await["set"] == json!(true)
}

const READY_OR_ISSUED: &str = r"
    return [...document.querySelectorAll('#ready, [data-testid=issued]')]
        .find((element) => element.checkVisibility())?.id ?? null;
";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_moves_to_another_browser_and_is_renewed_there() {
    let world = World::start().await;
    let left = world
        .browser()
        .run("backup-out", async |tabcert| {
            let records = until_proving(tabcert, "moving.test").await;
            world.publish(&records);
            tabcert.ready().await;
            let facts = tabcert.issued().await;
            tabcert.go_to("settings").await;
            assert!(!is_set(tabcert).await);
            tabcert.page.click("#delete-replaced-keys").await;
            let file = save_backup(tabcert).await;
            world.clear(&records);
            (file, facts)
        })
        .await;
    let secrets = Traces::default().with("passphrase", PASSPHRASE.as_bytes());
    let found = left.record.find(&secrets);
    assert!(found.is_empty(), "went out: {found:?}");
    let (file, facts) = left.value;
    let clear = Traces::default()
        .with("passphrase", PASSPHRASE.as_bytes())
        .with_text("name", "moving.test")
        .with_text("PEM", "BEGIN");
    assert_eq!(clear.search().find_in(&file).count(), 0);

    let files = Files(tempfile::tempdir().expect("a directory"));
    let root_pem = world.root_pem();
    let expected = Expected {
        root_pem: &root_pem,
        names: &["moving.test"],
        kind: "(256 bit)",
    };
    let arrived = world
        .browser()
        .run("backup-in", async |tabcert| {
            let page = &tabcert.page;
            tabcert.loaded().await;
            tabcert.go_to("settings").await;
            assert!(!is_set(tabcert).await);

            refuse_what_is_no_whole_backup(tabcert, &files, &file).await;
            let whole = files.file("whole.tabcert", &file);
            look_into(tabcert, &whole, "another passphrase").await;
            let says = refusal(tabcert).await;
            assert!(says.contains("not the passphrase"), "{says}");
            tabcert.go_to("").await;
            assert!(
                !page.has("[data-testid=kept-certificate]").await,
                "nothing has changed"
            );

            tabcert.go_to("settings").await;
            look_into(tabcert, &whole, PASSPHRASE).await;
            assert_eq!(counts(tabcert, "certificate").await, "Certificates: 1 new");
            assert_eq!(counts(tabcert, "account").await, "Accounts: 1 new");
            page.click("#import-cancel").await;
            tabcert.go_to("").await;
            assert!(
                !page.has("[data-testid=kept-certificate]").await,
                "left alone"
            );
            tabcert.go_to("settings").await;
            look_into(tabcert, &whole, PASSPHRASE).await;
            counts(tabcert, "certificate").await;
            assert_eq!(apply(tabcert).await, "Taken over: 3 records.");

            // Once more: all is there. What was set here since then is asked about.
            look_into(tabcert, &whole, PASSPHRASE).await;
            assert_eq!(
                counts(tabcert, "certificate").await,
                "Certificates: 1 here already"
            );
            assert!(apply(tabcert).await.starts_with("There was nothing"));
            reload(tabcert).await;
            assert!(is_set(tabcert).await, "it came with the file");
            page.click("#delete-replaced-keys").await;
            for (choice, set) in [("mine", false), ("theirs", true)] {
                look_into(tabcert, &whole, PASSPHRASE).await;
                assert_eq!(
                    counts(tabcert, "setting").await,
                    "Settings: 1 different here"
                );
                assert!(page.has("#import-apply:disabled").await, "undecided");
                shoot(tabcert, "8-import").await;
                page.click(&format!("label[for=conflict-all-{choice}]"))
                    .await;
                apply(tabcert).await;
                reload(tabcert).await;
                assert_eq!(is_set(tabcert).await, set, "{choice}");
            }

            tabcert.go_to("").await;
            page.click("[data-testid=open]").await;
            assert_eq!(tabcert.issued().await, facts);
            save_and_check(tabcert, &facts, &expected).await;
            reload(tabcert).await;
            page.click("[data-testid=renew]").await;
            let wait = "const id = (() => { CHECK })(); return id !== null && { id };";
            let wait = wait.replace("CHECK", READY_OR_ISSUED);
            // The CA may have kept the proof of the first order, or not.
            if page.wait("something to do", &wait, &[]).await["id"] == "ready" {
                let records = tabcert.records().await;
                world.publish(&records);
                tabcert.ready().await;
            }
            let renewed = tabcert.issued().await;
            assert_ne!(renewed.fingerprint, facts.fingerprint);
        })
        .await;
    let accounts = arrived.record.requests_to(&world.ca_origin());
    let made = accounts.iter().filter(|it| it.url.ends_with("/sign-me-up"));
    assert_eq!(made.count(), 0, "the account came with the file");
}

async fn refuse_what_is_no_whole_backup(tabcert: &Tabcert, files: &Files, file: &[u8]) {
    for at in [
        20,
        40,
        60,
        100,
        file.len() / 2,
        file.len() - 20,
        file.len() - 1,
    ] {
        let mut flipped = file.to_vec();
        flipped[at] ^= 4;
        let path = files.file(&format!("flipped-{at}.tabcert"), &flipped);
        look_into(tabcert, &path, PASSPHRASE).await;
        let says = refusal(tabcert).await;
        assert!(says.contains("damaged or incomplete"), "at {at}: {says}");
    }
    let cut = files.file("cut.tabcert", &file[..file.len() - 1000]);
    look_into(tabcert, &cut, PASSPHRASE).await;
    let says = refusal(tabcert).await;
    assert!(says.contains("damaged or incomplete"), "{says}");

    let mut newer = file.to_vec();
    newer[16] = 2;
    let newer = files.file("newer.tabcert", &newer);
    look_into(tabcert, &newer, PASSPHRASE).await;
    let says = refusal(tabcert).await;
    assert!(says.contains("has format 2"), "{says}");

    let foreign = files.file("foreign.tabcert", b"PK\x03\x04 and so on");
    look_into(tabcert, &foreign, PASSPHRASE).await;
    let says = refusal(tabcert).await;
    assert!(says.contains("not a backup"), "{says}");
}
