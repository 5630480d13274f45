//! Closing the tab and coming back: orders and certificates are still there, in this browser alone.

use serde_json::json;
use tabcert_tests::browser::{Facts, Tabcert, TxtRecord};

use crate::saved::{Expected, save_and_check};
use crate::screenshots::shoot;
use crate::world::World;

pub(crate) async fn until_proving(tabcert: &Tabcert, names: &str) -> Vec<TxtRecord> {
    tabcert.enter_names(names).await;
    tabcert.choose_local_ca().await;
    tabcert.accept_terms().await;
    tabcert.order("p256").await;
    tabcert.asked_for_proof().await;
    tabcert.choose_method("dns").await;
    tabcert.records().await
}

pub(crate) async fn reload(tabcert: &Tabcert) {
    tabcert.page.evaluate("location.reload();", &[]).await;
    let known = "return document.querySelector('#kept[data-known]');";
    tabcert.page.wait("what is kept", known, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_gone_on_with_and_its_certificate_kept() {
    let world = World::start().await;
    let names = &["kept.test", "*.kept.test"];
    world
        .browser()
        .run("coming-back", async |tabcert| {
            let records = until_proving(tabcert, "kept.test *.kept.test").await;
            reload(tabcert).await;
            assert_eq!(
                tabcert
                    .page
                    .texts("[data-testid=unfinished-order] strong")
                    .await
                    .len(),
                1
            );
            assert!(!tabcert.page.has("[data-testid=kept-certificate]").await);
            let row = tabcert.page.text("[data-testid=unfinished-order]").await;
            assert!(row.contains("waits for your proofs"), "{row}");
            shoot(tabcert, "0-unfinished").await;
            tabcert.page.click("[data-testid=resume]").await;
            tabcert.asked_for_proof().await;
            assert_eq!(
                tabcert.records().await,
                records,
                "what may be placed already"
            );
            world.publish(&records);
            tabcert.ready().await;
            let before = tabcert.issued().await;

            reload(tabcert).await;
            assert!(!tabcert.page.has("[data-testid=unfinished-order]").await);
            let row = tabcert.page.text("[data-testid=kept-certificate]").await;
            assert!(
                row.contains("kept.test") && row.contains("key not downloaded yet"),
                "{row}"
            );
            tabcert.page.click("[data-testid=open]").await;
            let facts: Facts = tabcert.issued().await;
            assert_eq!(facts, before);
            let expected = Expected {
                root_pem: &world.root_pem(),
                names,
                kind: "(256 bit)",
            };
            save_and_check(tabcert, &facts, &expected).await;

            reload(tabcert).await;
            let row = tabcert.page.text("[data-testid=kept-certificate]").await;
            assert!(!row.contains("not downloaded"), "{row}");
            // Whoever says no keeps everything; whoever says yes keeps nothing.
            for (answer, left) in [("false", true), ("true", false)] {
                let confirm = format!("window.confirm = () => {answer};");
                tabcert.page.evaluate(&confirm, &[]).await;
                tabcert.page.click("[data-testid=forget-everything]").await;
                if !left {
                    let gone = "return !document.querySelector('[data-testid=kept-certificate]');";
                    tabcert.page.wait("an empty list", gone, &[]).await;
                }
                assert_eq!(
                    tabcert.page.has("[data-testid=kept-certificate]").await,
                    left
                );
            }
            reload(tabcert).await;
            assert!(!tabcert.page.has(".kept").await);
        })
        .await;
}

/// What lies on the disk says nothing of keys and names; how that is looked for is proven by a name
/// in clear.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_is_encrypted() {
    let world = World::start().await;
    world
        .browser()
        .run("encrypted", async |tabcert| {
            let records = until_proving(tabcert, "secret-name.test").await;
            world.publish(&records);
            tabcert.ready().await;
            tabcert.issued().await;
            let stored = tabcert.page.wait("the database", READ_ALL, &[]).await;
            let text = stored["text"].as_str().expect("a text").to_owned();
            assert_eq!(stored["extractable"], json!(false));
            assert!(
                text.contains("certificate/"),
                "the record's place is no secret"
            );
            for clear in ["secret-name", "PRIVATE KEY", "BEGIN", "snapshot", "schema"] {
                assert!(!text.contains(clear), "{clear} is in the database");
            }
        })
        .await;
}

/// All of the database as text, bytes as Latin-1.
pub(crate) const READ_ALL: &str = r"
    if (globalThis.stored) return globalThis.stored;
    if (globalThis.reading) return;
    globalThis.reading = true;
    const opening = indexedDB.open('tabcert');
    opening.onsuccess = async () => {
        const database = opening.result;
        const transaction = database.transaction(['protection', 'records']);
        const all = (request) => new Promise((resolve) => {
            request.onsuccess = () => resolve(request.result);
        });
        const records = transaction.objectStore('records');
        const keys = all(records.getAllKeys()), values = all(records.getAll());
        const protection = await all(transaction.objectStore('protection').get('current'));
        const latin = (bytes) => [...bytes].map((byte) => String.fromCharCode(byte)).join('');
        const texts = (await values).map(({ nonce, data }) => latin(nonce) + latin(data));
        globalThis.stored = {
            text: [...(await keys), protection.wrapped, ...texts].join(' '),
            extractable: protection.key?.extractable,
        };
        database.close();
    };
";

/// Another tab cannot take an order away from the one that works on it.
#[tokio::test(flavor = "multi_thread")]
async fn one_tab_at_a_time_works_on_an_order() {
    let world = World::start().await;
    world
        .browser()
        .run("two-tabs", async |tabcert| {
            until_proving(tabcert, "tabs.test").await;
            let first = tabcert.page.in_new_tab().await;
            tabcert.page.open(&world.edge_origin()).await;
            tabcert.page.click("[data-testid=resume]").await;
            tabcert.page.wait_for("[data-testid=elsewhere]").await;
            tabcert.page.close_tab_and_go_to(first).await;
            tabcert.asked_for_proof().await;
        })
        .await;
}

/// A browser that stores nothing says so, and issues all the same.
#[tokio::test(flavor = "multi_thread")]
async fn without_storage_the_page_says_so_and_issues() {
    let world = World::start_with_engine(
        "{ Object.defineProperty(globalThis, 'indexedDB', { get() { throw new DOMException('blocked', 'SecurityError'); } }); }",
    )
    .await;
    world
        .browser()
        .run("no-storage", async |tabcert| {
            tabcert.loaded().await;
            let records = until_proving(tabcert, "nowhere.test").await;
            let notice = tabcert.page.text("[data-testid=storage-unavailable]").await;
            assert!(notice.contains("lasts as long as this tab"), "{notice}");
            world.publish(&records);
            tabcert.ready().await;
            tabcert.issued().await;
            assert!(
                tabcert
                    .page
                    .text(".downloads")
                    .await
                    .contains("exists only in this tab")
            );
        })
        .await;
}

/// So does one whose storage is full.
#[tokio::test(flavor = "multi_thread")]
async fn with_full_storage_the_page_says_so_and_issues() {
    let world = World::start_with_engine(
        "{ const put = IDBObjectStore.prototype.put;
           IDBObjectStore.prototype.put = function (...given) {
               if (this.name === 'records') throw new DOMException('no room', 'QuotaExceededError');
               return put.apply(this, given);
           }; }",
    )
    .await;
    world
        .browser()
        .run("full-storage", async |tabcert| {
            let records = until_proving(tabcert, "full.test").await;
            let notice = tabcert.page.text("[data-testid=storage-unavailable]").await;
            assert!(notice.contains("storage is full"), "{notice}");
            world.publish(&records);
            tabcert.ready().await;
            tabcert.issued().await;
            tabcert.save("privkey.pem").await;
            let key = tabcert.downloads.text("privkey.pem").await;
            assert!(key.contains("PRIVATE KEY"));
            tabcert.go_to("settings").await;
            tabcert.page.wait_for("[data-testid=storage] .notice").await;
            let notice = tabcert.page.text("[data-testid=storage] .notice").await;
            assert!(notice.contains("storage is full"), "{notice}");
        })
        .await;
}

/// What the visitor has to do next.
const READY_OR_ISSUED: &str = r"
    return [...document.querySelectorAll('#ready, [data-testid=issued]')]
        .find((element) => element.checkVisibility())?.id;
";

/// The same names, CA, account and proofs with a new key; the old one is replaced when the new one is
/// in the visitor's hands.
#[tokio::test(flavor = "multi_thread")]
async fn renewing_takes_one_click() {
    let world = World::start().await;
    let finished = world
        .browser()
        .run("renewing", async |tabcert| {
            let records = until_proving(tabcert, "renewed.test").await;
            world.publish(&records);
            tabcert.ready().await;
            let old = tabcert.issued().await;
            tabcert.save("zip").await;
            tabcert.downloads.file("renewed.test.zip").await;
            world.clear(&records);

            reload(tabcert).await;
            tabcert.page.click("[data-testid=renew]").await;
            let wait = "const id = (() => { CHECK })(); return id !== undefined && { id };";
            let wait = wait.replace("CHECK", READY_OR_ISSUED);
            let next = tabcert.page.wait("something to do", &wait, &[]).await;
            // The CA may have kept the proof of the first order, or not.
            if next["id"] == "ready" {
                let records = tabcert.records().await;
                world.publish(&records);
                tabcert.ready().await;
            }
            let new = tabcert.issued().await;
            assert_eq!((&new.names, &new.key), (&old.names, &old.key));
            assert_ne!(new.fingerprint, old.fingerprint);

            reload(tabcert).await;
            let standing = tabcert.page.texts("[data-testid=status]").await;
            assert_eq!(standing.len(), 2);
            assert!(
                standing.iter().all(|it| it.starts_with("Renew from")),
                "the new key is in nobody's hands yet: {standing:?}"
            );
            tabcert.page.click("[data-testid=open]").await;
            tabcert.issued().await;
            tabcert.save("privkey.pem").await;
            let new_key = tabcert.downloads.text("privkey.pem").await;
            assert!(new_key.contains("PRIVATE KEY"));
            reload(tabcert).await;
            let standing = tabcert.page.texts("[data-testid=status]").await;
            assert!(standing[0].starts_with("Renew from"), "{standing:?}");
            assert_eq!(standing[1], "Replaced by a newer one");

            shoot(tabcert, "0-kept").await;
            tabcert.page.click("[data-testid=calendar]").await;
            let calendar = tabcert.downloads.text("certificates.ics").await;
            assert!(calendar.starts_with("BEGIN:VCALENDAR\r\n"), "{calendar}");
            assert!(calendar.contains("renewed.test"), "{calendar}");
            assert!(calendar.contains("BEGIN:VALARM"), "{calendar}");
        })
        .await;
    // One account for both orders.
    let requests = finished.record.requests_to(&world.ca_origin());
    let orders_begin = requests
        .iter()
        .position(|it| it.url.ends_with("/order-plz"));
    let after = &requests[orders_begin.expect("an order")..];
    assert!(
        after.iter().all(|it| !it.url.ends_with("/sign-me-up")),
        "{after:?}"
    );
}

/// The CA says when it wants a certificate renewed (RFC 9773), and the list follows.
#[tokio::test(flavor = "multi_thread")]
async fn the_ca_says_when_to_renew() {
    let world = World::start().await;
    world
        .browser()
        .run("renewal-information", async |tabcert| {
            let records = until_proving(tabcert, "early.test").await;
            world.publish(&records);
            tabcert.ready().await;
            tabcert.issued().await;
            tabcert.save("cert.pem").await;
            world.want_renewal(&tabcert.downloads.text("cert.pem").await);

            reload(tabcert).await;
            let due = "return document.querySelector('[data-testid=status]')?.innerText.includes('Renew now');";
            tabcert.page.wait("the CA's wish", due, &[]).await;
            let title = tabcert.page.evaluate("return document.title;", &[]).await;
            assert!(title.as_str().is_some_and(|title| title.starts_with("(1) ")), "{title}");
        })
        .await;
}
