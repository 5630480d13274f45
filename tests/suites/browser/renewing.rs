//! Renewing otherwise than in one click, what becomes of the old certificate, and what cannot be gone on
//! with.

use std::process::Command;

use serde_json::json;
use tabcert_tests::browser::openssl::{
    fingerprint, public_key_of_certificate, public_key_of_private_key,
};
use tabcert_tests::browser::{Tabcert, TxtRecord};
use tabcert_tests::foreign::{begin, done};

use crate::certificates::{Files, rows};
use crate::screenshots::shoot;
use crate::world::World;

/// What the visitor has to do next.
const NEXT: &str = r"
    const next = [...document.querySelectorAll('#ready, [data-testid=issued], [data-testid=failure]')]
        .find((element) => element.checkVisibility());
    return next && { id: next.id };
";

/// Issues a certificate by DNS, the first time.
async fn issue(world: &World, tabcert: &Tabcert, names: &str) -> Vec<TxtRecord> {
    tabcert.enter_names(names).await;
    tabcert.choose_local_ca().await;
    tabcert.accept_terms().await;
    tabcert.order("p256").await;
    tabcert.asked_for_proof().await;
    tabcert.choose_method("dns").await;
    let records = tabcert.records().await;
    world.publish(&records);
    tabcert.ready().await;
    tabcert.issued().await;
    records
}

/// Goes on until the certificate is there; the CA may have kept the proof of the first order, or not.
async fn prove(world: &World, tabcert: &Tabcert) {
    let next = tabcert.page.wait("something to do", NEXT, &[]).await;
    if next["id"] == "ready" {
        let records = tabcert.records().await;
        world.publish(&records);
        tabcert.ready().await;
    }
    tabcert.issued().await;
}

/// Opens the details of the certificate that ends last, of so many.
async fn details(world: &World, tabcert: &Tabcert, count: usize) {
    let page = &tabcert.page;
    page.open(&format!("{}#certificates", world.edge_origin()))
        .await;
    rows(page, count).await;
    page.click("[data-testid=certificate-row]:last-child a")
        .await;
    page.wait_for("[data-testid=renew-this]").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_and_a_request_of_ones_own() {
    let world = World::start().await;
    let files = Files::new();
    world
        .browser()
        .run("renewal-keys", async |tabcert| {
            let page = &tabcert.page;
            issue(&world, tabcert, "keys.test").await;
            tabcert.save("privkey.pem").await;
            let key = tabcert.downloads.text("privkey.pem").await;
            let key = public_key_of_private_key(&key);

            details(&world, tabcert, 1).await;
            page.click("#other-key > summary").await;
            page.click("label[for=renew-same]").await;
            page.click("[data-testid=renew-other]").await;
            prove(&world, tabcert).await;
            tabcert.save("cert.pem").await;
            let renewed = tabcert.downloads.text("cert.pem").await;
            assert_eq!(public_key_of_certificate(&renewed), key);

            details(&world, tabcert, 2).await;
            page.click("#other-key > summary").await;
            page.click("label[for=renew-request]").await;
            page.click("[data-testid=renew-other]").await;
            for (csr, says) in [
                ("nonsense".to_owned(), "What you pasted is text"),
                (request(&files, "other.test", "P-256").0, "lacks keys.test"),
                (request(&files, "keys.test,DNS:more.test", "P-256").0, "more names: more.test"),
                (request(&files, "keys.test", "P-521").0, "P-521"),
                (request(&files, "keys.test", "P-256").0.replacen("MI", "MJ", 1), "is damaged"),
            ] {
                page.evaluate("const field = document.querySelector('#renew-csr'); field.value = given[0]; field.dispatchEvent(new Event('input'));", &[json!(csr)])
                    .await;
                page.click("[data-testid=renew-other]").await;
                let error = "return document.querySelector('[data-testid=csr-error]').innerText.includes(given[0]);";
                page.wait(says, error, &[json!(says)]).await;
            }
            shoot(tabcert, "8-renewal").await;
            let (csr, csr_key) = request(&files, "keys.test", "P-384");
            let csr = files.write("request.csr", csr);
            page.choose_files("#renew-csr-file", &[&csr]).await;
            let read = "return document.querySelector('#renew-csr').value.includes('BEGIN');";
            page.wait("the request", read, &[]).await;
            page.click("[data-testid=renew-other]").await;
            prove(&world, tabcert).await;
            let files = page.attributes("[data-testid=download]", "data-file").await;
            let without_key = ["fullchain.pem", "cert.pem", "chain.pem", "ca-answer.pem"];
            assert_eq!(files, without_key, "there is no key here");
            tabcert.save("fullchain.pem").await;
            let chain = tabcert.downloads.text("fullchain.pem").await;
            assert_eq!(public_key_of_certificate(&chain), public_key_of_private_key(&csr_key));

            details(&world, tabcert, 3).await;
            let kept = page.text("[data-testid=key-kept]").await;
            assert!(kept.contains("P-384") && kept.contains("is not here"), "{kept}");
            page.click("[data-testid=open-this]").await;
            let opened = tabcert.issued().await;
            assert_eq!(opened.fingerprint, fingerprint(&chain));
        })
        .await;
}

/// A request that openssl makes, and its key.
fn request(files: &Files, names: &str, curve: &str) -> (String, String) {
    let key = files.write("request.key", "");
    let made = Command::new("openssl")
        .args(["req", "-new", "-nodes", "-newkey", "ec", "-pkeyopt"])
        .arg(format!("ec_paramgen_curve:{curve}"))
        .args(["-subj", "/O=Somebody", "-addext"])
        .arg(format!("subjectAltName=DNS:{names}"))
        .arg("-keyout")
        .arg(&key)
        .output()
        .expect("openssl");
    assert!(made.status.success(), "{made:?}");
    let key = std::fs::read_to_string(key).expect("a key");
    (String::from_utf8(made.stdout).expect("PEM"), key)
}

/// The reason of a failed renewal is remembered, and that it was given up. The label stays.
#[tokio::test(flavor = "multi_thread")]
async fn what_failed_is_remembered() {
    let world = World::start_asking_each_time().await;
    world
        .browser()
        .run("history", async |tabcert| {
            let page = &tabcert.page;
            let records = issue(&world, tabcert, "history.test").await;
            world.clear(&records);
            details(&world, tabcert, 1).await;
            page.click("#label-name").await;
            page.devtools("Input.insertText", json!({ "text": "My site" }))
                .await;
            page.press('\u{e004}').await;
            page.wait_for("[data-field=name] .saved:not(:empty)").await;
            page.click("[data-testid=renew-this]").await;
            tabcert.asked_for_proof().await;
            tabcert.ready().await;
            let words = tabcert.failed().await;
            assert!(words.concat().contains("TXT"), "{words:?}");

            page.evaluate("location.hash = '#certificates';", &[]).await;
            page.click("[data-testid=certificate-row] a").await;
            let attempts =
                "return document.querySelectorAll('[data-testid=attempt]').length === given[0];";
            page.wait("two attempts", attempts, &[json!(2)]).await;
            let attempts_are = page.texts("[data-testid=attempt]").await;
            assert!(
                attempts_are[0].contains("Renewal failed") && attempts_are[0].contains("TXT"),
                "{attempts_are:?}"
            );
            assert!(attempts_are[1].contains("Issued"), "{attempts_are:?}");
            shoot(tabcert, "8-history").await;

            // The order stands on the first screen, with its reason, until it is forgotten.
            page.open(&world.edge_origin()).await;
            page.wait_for("[data-testid=unfinished-order]").await;
            let order = page.text("[data-testid=unfinished-order]").await;
            assert!(order.contains("not convinced"), "{order}");
            page.evaluate("window.confirm = () => true;", &[]).await;
            page.click("[data-testid=discard]").await;
            let gone = "return !document.querySelector('[data-testid=unfinished-order]');";
            page.wait("no order", gone, &[]).await;
            page.evaluate("location.hash = '#certificates';", &[]).await;
            page.click("[data-testid=certificate-row] a").await;
            page.wait("three attempts", attempts, &[json!(3)]).await;
            let attempts_are = page.texts("[data-testid=attempt]").await;
            assert!(attempts_are[0].contains("given up"), "{attempts_are:?}");

            page.click("[data-testid=renew-this]").await;
            tabcert.asked_for_proof().await;
            let records = tabcert.records().await;
            world.publish(&records);
            tabcert.ready().await;
            tabcert.issued().await;
            details(&world, tabcert, 2).await;
            assert_eq!(page.text("[data-testid=certificate] > h2").await, "My site");
        })
        .await;
}

/// With the setting, the replaced certificate's key goes when the new one is in the visitor's hands, and
/// not before.
#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_key_is_deleted_where_that_is_wanted() {
    const SET: &str = r"
        globalThis.done = undefined;
        ask('Settings', { DeleteReplacedKeys: true }).then(
            () => { globalThis.done = {}; }, (error) => { globalThis.done = { error: String(error) }; });
    ";
    let world = World::start().await;
    world
        .browser()
        .run("replaced-key", async |tabcert| {
            let page = &tabcert.page;
            issue(&world, tabcert, "replaced.test").await;
            tabcert.save("zip").await;
            tabcert.downloads.file("replaced.test.zip").await;
            begin(page, SET, &[]).await;
            done(page).await;
            details(&world, tabcert, 1).await;
            let old = page.evaluate("return location.hash;", &[]).await;
            let old = format!("{}{}", world.edge_origin(), old.as_str().unwrap_or_default());
            page.click("[data-testid=renew-this]").await;
            prove(&world, tabcert).await;

            let kept = "return document.querySelector('[data-testid=key-kept]')?.innerText.includes(given[0]);";
            let first = page.in_new_tab().await;
            page.open(&old).await;
            page.wait("the old key", kept, &[json!("is kept here")]).await;
            let second = page.tab().await;
            page.go_to_tab(first).await;
            tabcert.save("privkey.pem").await;
            tabcert.downloads.text("privkey.pem").await;
            page.go_to_tab(second).await;
            page.wait("no old key", kept, &[json!("is not here")]).await;
            let standing = page.text("[data-testid=standing]").await;
            assert!(standing.contains("Replaced"), "{standing}");
        })
        .await;
}

/// An order that another tab has forgotten meanwhile, and one whose account is gone.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_says_so_and_what_to_do() {
    let world = World::start().await;
    world
        .browser()
        .run("gone", async |tabcert| {
            let page = &tabcert.page;
            tabcert.enter_names("gone.test").await;
            tabcert.choose_local_ca().await;
            tabcert.accept_terms().await;
            tabcert.order("p256").await;
            tabcert.asked_for_proof().await;
            // A list that does not follow, as if the other tab had been quicker than the news.
            page.evaluate("location.reload();", &[]).await;
            page.wait_for("[data-testid=resume]").await;
            page.evaluate(FORGET_ORDERS, &[]).await;
            page.wait("nothing kept", "return globalThis.forgotten;", &[])
                .await;
            page.click("[data-testid=resume]").await;
            page.wait_for("[data-testid=gone]").await;
            let says = page.text("[data-testid=gone]").await;
            assert!(says.contains("order it again"), "{says}");
            tabcert.step("names").await;
            assert_eq!(
                tabcert.chips().await[0].name,
                "gone.test",
                "as it was asked for"
            );
            page.click("#names-continue").await;
            tabcert.reached().await;
        })
        .await;
}

/// Takes the orders out of the database, behind the page's back.
const FORGET_ORDERS: &str = r"
    const opening = indexedDB.open('tabcert');
    opening.onsuccess = () => {
        const database = opening.result;
        const transaction = database.transaction('records', 'readwrite');
        transaction.objectStore('records').delete(IDBKeyRange.bound('order/', 'order/\uffff'));
        transaction.oncomplete = () => { database.close(); globalThis.forgotten = true; };
    };
";
