//! The screen of all certificates: finding, labelling, adding and forgetting them.

use std::path::PathBuf;

use serde_json::json;
use tabcert_tests::browser::{Page, Tabcert};
use tabcert_tests::foreign::{ForeignCa, add, many};
use tempfile::TempDir;

use crate::screenshots::shoot;
use crate::world::World;

/// Files on the visitor's disk.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).expect("a file");
        path
    }
}

async fn open_screen(world: &World, tabcert: &Tabcert) {
    let page = &tabcert.page;
    page.open(&format!("{}#certificates", world.edge_origin()))
        .await;
    page.wait_for("#add").await;
}

/// Waits until the list has so many rows.
pub(crate) async fn rows(page: &Page, count: usize) -> Vec<String> {
    let there = "const list = document.querySelector('[data-testid=certificate-rows]');
        return Number(list?.dataset.total ?? 0) === given[0];";
    page.wait("the list", there, &[json!(count)]).await;
    page.texts("[data-testid=certificate-row] a").await
}

async fn value_of(page: &Page, field: &str) -> String {
    let value = "return document.getElementById(given[0]).value;";
    let value = page
        .evaluate(value, &[json!(format!("label-{field}"))])
        .await;
    value.as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_made_elsewhere_are_added_labelled_and_found() {
    let world = World::start().await;
    let ca = ForeignCa::new("Corporate CA");
    let files = Files::new();
    let issue = |names: &[&str], left_days| {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        ca.issue(&names, 60, left_days)
    };
    world
        .browser()
        .run("added", async |tabcert| {
            let page = &tabcert.page;
            open_screen(&world, tabcert).await;
            page.wait_for("[data-testid=no-certificates]").await;
            let empty = page.text("[data-testid=no-certificates]").await;
            assert!(empty.contains("Get your first one"), "{empty}");
            shoot(tabcert, "7-no-certificates").await;

            page.click("#add > summary").await;
            let shop = issue(&["shop.example", "www.shop.example"], 80);
            let wild = issue(&["*.wild.example"], 10);
            let over = issue(&["over.example"], -1);
            for (name, content, expected) in [
                ("notes.txt", "nothing".to_owned(), "[data-reason=no-certificate][data-obstacle=other-text]"),
                ("mixed.pem", format!("{}{}", shop.0, wild.0), "[data-reason=several]"),
            ] {
                let file = files.write(name, content);
                page.choose_files("#add-files", &[&file]).await;
                page.wait_for(&format!("[data-testid=add-error]{expected}")).await;
            }
            let wrong_key = files.write("wrong.key", &wild.1);
            let chain = files.write("shop.pem", format!("Bag Attributes\n{}", shop.0));
            page.choose_files("#add-files", &[&chain, &wrong_key]).await;
            page.wait_for("[data-testid=add-error][data-reason=other-key]").await;
            let says = page.text("[data-testid=add-error]").await;
            assert!(says.contains("wrong.key"), "{says}");
            shoot(tabcert, "7-add-other-key").await;

            let key = files.write("shop.key", &shop.1);
            page.choose_files("#add-files", &[&chain, &key]).await;
            page.wait_for("[data-testid=added]").await;
            let says = page.text("[data-testid=added]").await;
            assert!(says.contains("with its key"), "{says}");
            assert_eq!(rows(page, 1).await, ["shop.example"]);
            // Without a key that can be read a certificate is added all the same, and the page says why.
            let locked = files.write("locked.key", shop.1.replace(" PRIVATE", " ENCRYPTED PRIVATE"));
            for (name, (pem, _)) in [("wild.pem", &wild), ("over.pem", &over)] {
                let file = files.write(name, pem);
                page.choose_files("#add-files", &[&file, &locked]).await;
                page.wait_for("[data-testid=added][data-with-key=false]").await;
                page.wait_for("[data-testid=not-read][data-obstacle=encrypted-key]").await;
                shoot(tabcert, "7-added-without-key").await;
                page.wait(
                    name,
                    "return document.querySelector('#add-files').value === '' && !document.querySelector('#add-files').disabled;",
                    &[],
                )
                .await;
            }
            assert_eq!(
                rows(page, 3).await,
                ["over.example", "*.wild.example", "shop.example"],
                "what ends first comes first"
            );
            let stand = page
                .attributes("[data-testid=certificate-row]", "data-status")
                .await;
            assert_eq!(stand, ["expired", "renew-now", "valid"]);
            let title = page.evaluate("return document.title;", &[]).await;
            assert_eq!(title, "(2) Certificates – Tabcert");

            labels(page).await;
            coverage(&world, tabcert).await;
            reminders(tabcert).await;
            shoot(tabcert, "7-few-certificates").await;
            forgetting(page).await;
        })
        .await;
}

/// Labels are kept one by one, survive a reload, and are found.
async fn labels(page: &Page) {
    page.click("[data-testid=certificate-row]:last-child a")
        .await;
    page.wait_for("#label-name").await;
    for (field, text) in [
        ("name", "Web shop"),
        ("used-for", "nginx on host 7"),
        ("group", "Customer A"),
        ("description", "two lines\nof text"),
    ] {
        page.click(&format!("#label-{field}")).await;
        page.devtools("Input.insertText", json!({ "text": text }))
            .await;
        // To the next field: what is left is saved.
        page.press(thirtyfour_tab()).await;
        let saved = format!(
            "return document.querySelector('[data-field={field}] .saved').innerText === 'Saved';"
        );
        page.wait(field, &saved, &[]).await;
    }
    page.click("#label-fallback").await;
    let saved =
        "return document.querySelector('[data-field=fallback] .saved').innerText === 'Saved';";
    page.wait("the fallback", saved, &[]).await;
    page.evaluate("location.reload();", &[]).await;
    page.wait_for("#label-name").await;
    for (field, text) in [
        ("name", "Web shop"),
        ("used-for", "nginx on host 7"),
        ("group", "Customer A"),
        ("description", "two lines\nof text"),
    ] {
        assert_eq!(value_of(page, field).await, text);
    }
    page.click(".back a").await;
    assert!(rows(page, 3).await.contains(&"Web shop".to_owned()));
    for (search, count) in [("NGINX host", 1), ("corporate", 3), ("nothing like it", 0)] {
        page.fill("#certificates-search", search).await;
        rows(page, count).await;
    }
    page.fill("#certificates-search", " ").await;
    rows(page, 3).await;
    page.select("#certificates-group", "=Customer A").await;
    assert_eq!(rows(page, 1).await, ["Web shop"]);
    page.select("#certificates-group", "").await;
    page.click(".status-choice[data-status=expired]").await;
    assert_eq!(rows(page, 1).await, ["over.example"]);
    page.click(".status-choice[data-status=all]").await;
    rows(page, 3).await;
}

fn thirtyfour_tab() -> char {
    // Tab, as drivers write it.
    '\u{e004}'
}

/// By name, by wildcard, and by the fallback.
async fn coverage(world: &World, tabcert: &Tabcert) {
    let page = &tabcert.page;
    open_screen(world, tabcert).await;
    page.wait_for("#cover").await;
    page.click("#cover > summary").await;
    for (host, expected) in [
        ("WWW.shop.example", "Web shop has this name"),
        ("a.wild.example", "*.wild.example by its wildcard"),
        ("b.a.wild.example", "Web shop as fallback only"),
        ("192.0.2.7", "Web shop as fallback only"),
    ] {
        page.fill("#cover-host", host).await;
        page.click("#cover-ask").await;
        let found = "return document.querySelector('[data-testid=covers]')?.innerText.startsWith(given[0]);";
        page.wait(host, found, &[json!(expected)]).await;
    }
}

/// Each certificate that is due is notified of once, where the visitor wants that.
async fn reminders(tabcert: &Tabcert) {
    // Instead of the system, which has nobody to look at it here.
    const SYSTEM: &str = r"
        globalThis.notified = [];
        globalThis.Notification = class {
            static permission = 'default';
            static async requestPermission() { return this.permission = 'granted'; }
            constructor(title, { body }) { notified.push(`${title}: ${body}`); }
        };
    ";
    let page = &tabcert.page;
    page.evaluate(SYSTEM, &[]).await;
    page.click("#reminders > summary").await;
    page.click("#notify").await;
    let both = "return notified.length === 2 && notified.toSorted();";
    let both = page.wait("both notifications", both, &[]).await;
    let text = both.to_string();
    assert!(
        text.contains("Renew *.wild.example") && text.contains("ends in 10 days"),
        "{text}"
    );
    assert!(
        text.contains("Renew over.example") && text.contains("has expired"),
        "{text}"
    );
    for says in ["Do not notify me", "Notify me", "Do not notify me"] {
        let button = "return document.querySelector('#notify').innerText === given[0];";
        page.wait(says, button, &[json!(says)]).await;
        page.click("#notify").await;
    }
    let off = "return document.querySelector('#notify').innerText === 'Notify me' && { count: notified.length };";
    let count = page.wait("no more of them", off, &[]).await;
    assert_eq!(count["count"], 2, "once a day is enough");
    page.click("[data-testid=save-calendar]").await;
    let calendar = tabcert.downloads.text("certificates.ics").await;
    assert!(
        calendar.contains("Renew the certificate of *.wild.example"),
        "{calendar}"
    );
    assert!(!calendar.contains("over.example"), "{calendar}");
}

/// The key alone, and then everything; whoever says no loses nothing.
async fn forgetting(page: &Page) {
    page.click("[data-testid=certificate-row]:last-child a")
        .await;
    page.wait_for("[data-testid=forget-key]").await;
    let kept =
        "return document.querySelector('[data-testid=key-kept]').innerText.includes(given[0]);";
    page.wait("the key", kept, &[json!("is kept here")]).await;
    page.evaluate("window.confirm = () => false;", &[]).await;
    page.click("[data-testid=forget-key]").await;
    page.click("[data-testid=forget]").await;
    page.wait("the key", kept, &[json!("is kept here")]).await;
    page.evaluate("window.confirm = () => true;", &[]).await;
    page.click("[data-testid=forget-key]").await;
    page.wait("no key", kept, &[json!("is not here")]).await;
    assert!(!page.has("[data-testid=forget-key]").await);
    page.click("[data-testid=forget]").await;
    assert_eq!(rows(page, 2).await.len(), 2);
}

/// What one tab does shows in the other without anybody's doing, and what is gone says so.
#[tokio::test(flavor = "multi_thread")]
async fn another_tab_follows_by_itself() {
    let world = World::start().await;
    world
        .browser()
        .run("following", async |tabcert| {
            let page = &tabcert.page;
            open_screen(&world, tabcert).await;
            let first = page.in_new_tab().await;
            open_screen(&world, tabcert).await;
            let ids = add(page, &many(3), false).await;
            rows(page, 3).await;
            let details = format!("{}#certificates/{}", world.edge_origin(), ids[1]);
            page.open(&details).await;
            page.click("#label-name").await;
            page.devtools("Input.insertText", json!({ "text": "From elsewhere" }))
                .await;
            page.press(thirtyfour_tab()).await;
            page.wait_for("[data-field=name] .saved:not(:empty)").await;
            page.close_tab_and_go_to(first).await;
            rows(page, 3).await;
            let follows = "return document.querySelector('[data-testid=certificate-rows]').innerText.includes('From elsewhere');";
            page.wait("what the other tab wrote", follows, &[]).await;

            page.open(&format!(
                "{}#certificates/{}",
                world.edge_origin(),
                "0".repeat(32)
            ))
            .await;
            page.wait_for("[data-testid=not-there]").await;
            let says = page.text("[data-testid=not-there]").await;
            assert!(
                says.contains("not kept here any more") && says.contains("backup"),
                "{says}"
            );
        })
        .await;
}

/// Rows are made for what is on the screen, however long the list is.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_has_few_rows_at_a_time() {
    let world = World::start().await;
    world
        .browser()
        .run("long-list", async |tabcert| {
            let page = &tabcert.page;
            open_screen(&world, tabcert).await;
            add(page, &many(200), true).await;
            rows(page, 200).await;
            shoot(tabcert, "7-certificates").await;
            let made = page.texts("[data-testid=certificate-row]").await.len();
            assert!((10..80).contains(&made), "{made} rows");
            page.evaluate("scrollTo(0, document.body.scrollHeight);", &[])
                .await;
            let last = "const rows = document.querySelectorAll('[data-testid=certificate-row]');
                const list = document.querySelector('[data-testid=certificate-rows]').getBoundingClientRect();
                const last = rows[rows.length - 1].getBoundingClientRect();
                return Math.abs(last.bottom - list.bottom) < 2;";
            page.wait("the last row at the list's end", last, &[]).await;
            page.click("[data-testid=certificate-row]:last-child a").await;
            page.wait_for("[data-testid=certificate]").await;
            shoot(tabcert, "8-certificate").await;
        })
        .await;
}

/// The browser takes the focus from a field while the field is being taken off the screen.
#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_kept_when_the_screen_is_left_while_it_is_typed() {
    let world = World::start().await;
    let ca = ForeignCa::new("Corporate CA");
    let files = Files::new();
    let (certificate, _) = ca.issue(&["shop.example".to_owned()], 60, 50);
    let file = files.write("shop.pem", certificate);
    world
        .browser()
        .run("left", async |tabcert| {
            let page = &tabcert.page;
            open_screen(&world, tabcert).await;
            page.click("#add > summary").await;
            page.choose_files("#add-files", &[&file]).await;
            page.click("[data-testid=added] a").await;
            page.wait_for("[data-testid=certificate]").await;
            page.fill("#label-name", "The shop").await;
            page.evaluate("history.back();", &[]).await;
            let named = "return [...document.querySelectorAll('[data-testid=certificate-row] a')]
                .some((row) => row.innerText === 'The shop');";
            page.wait("the name", named, &[]).await;
        })
        .await;
}
