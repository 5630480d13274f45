//! An account whose order is open somewhere is not changed, ended or forgotten, and nobody works on what
//! another tab works on.

use tabcert_tests::browser::Tabcert;

use crate::accounts::{changed_from, go_to_accounts, issue, open_part, thumbprint};
use crate::backup::{Files, PASSPHRASE, look_into, save_backup};
use crate::coming_back::{reload, until_proving};
use crate::world::World;

/// Opens the accounts in the tab, from a page that is opened anew.
async fn accounts_anew(world: &World, tabcert: &Tabcert) {
    tabcert.page.open("about:blank").await;
    tabcert
        .page
        .open(&format!("{}#accounts", world.edge_origin()))
        .await;
    tabcert.page.wait_for("[data-testid=thumbprint]").await;
}

/// Presses a button of the first card, and waits until it is refused for an order.
async fn is_under_way(tabcert: &Tabcert, part: &str, button: &str) {
    if !tabcert
        .page
        .has(&format!("details[id^={part}][open]"))
        .await
    {
        open_part(tabcert, part).await;
    }
    tabcert
        .page
        .click(&format!("details[id^={part}] [data-testid={button}]"))
        .await;
    let refused =
        format!("details[id^={part}] [data-testid=account-failure][data-cause=under-way]");
    tabcert.page.wait_for(&refused).await;
}

async fn change_key(tabcert: &Tabcert) {
    let before = thumbprint(tabcert).await;
    if !tabcert.page.has("details[id^=change-key-][open]").await {
        open_part(tabcert, "change-key-").await;
    }
    tabcert.page.click("[data-testid=change-key]").await;
    changed_from(tabcert, &before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn account_key_changed_while_an_order_is_open() {
    let world = World::start_asking_each_time().await;
    world
        .browser()
        .run("account-in-use", async |tabcert| {
            let page = &tabcert.page;
            issue(&world, tabcert, "first.test").await;
            page.open("about:blank").await;
            page.open(&world.edge_origin()).await;
            until_proving(tabcert, "second.test").await;
            // Nothing of the order changes by going on with it.
            reload(tabcert).await;
            page.click("[data-testid=resume]").await;
            tabcert.asked_for_proof().await;
            let records = tabcert.records().await;

            let order = page.in_new_tab().await;
            accounts_anew(&world, tabcert).await;
            let before = thumbprint(tabcert).await;
            tabcert.answer_questions(true).await;
            is_under_way(tabcert, "change-key-", "change-key").await;
            is_under_way(tabcert, "ending-", "forget-account").await;
            page.fill("input[id^=end-]", "end it").await;
            is_under_way(tabcert, "ending-", "deactivate").await;
            accounts_anew(&world, tabcert).await;
            assert_eq!(thumbprint(tabcert).await, before);
            assert!(!page.has("[data-testid=key-unsettled]").await);

            // The order goes on with the key that it began with.
            let accounts = page.tab().await;
            page.go_to_tab(order).await;
            world.publish(&records);
            tabcert.ready().await;
            tabcert.issued().await;

            // And then the account is nobody's any more.
            page.go_to_tab(accounts).await;
            change_key(tabcert).await;
        })
        .await;
}

/// Where only the CA has been asked, the tab itself gives way, and its order is the new key's.
#[tokio::test(flavor = "multi_thread")]
async fn a_tab_that_is_only_connected_holds_the_account_and_gives_way_to_itself() {
    let world = World::start_asking_each_time().await;
    world
        .browser()
        .run("account-connected", async |tabcert| {
            let page = &tabcert.page;
            issue(&world, tabcert, "first.test").await;
            page.open("about:blank").await;
            page.open(&world.edge_origin()).await;
            tabcert.enter_names("second.test").await;
            tabcert.choose_local_ca().await;
            tabcert.accept_terms().await;

            let connected = page.in_new_tab().await;
            accounts_anew(&world, tabcert).await;
            is_under_way(tabcert, "change-key-", "change-key").await;

            page.close_tab_and_go_to(connected).await;
            go_to_accounts(tabcert).await;
            change_key(tabcert).await;
            let after = thumbprint(tabcert).await;
            tabcert.go_to("").await;
            tabcert.order("p256").await;
            tabcert.asked_for_proof().await;
            tabcert.choose_method("dns").await;
            world.publish(&tabcert.records().await);
            tabcert.ready().await;
            tabcert.issued().await;
            go_to_accounts(tabcert).await;
            assert_eq!(thumbprint(tabcert).await, after);
            let certificates = page.text("[data-fact=Certificates] dd").await;
            assert_eq!(certificates, "2");
        })
        .await;
}

/// Takes the lock of the first account in the page that is open, as a change of its key does.
const HAVE_ACCOUNT: &str = r"
    const id = document.querySelector('[data-testid=account]').dataset.account;
    globalThis.had = undefined;
    navigator.locks.request(`tabcert account/${id}`, () => {
        globalThis.had = true;
        return new Promise(() => {});
    });
";

#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_account_is_being_changed_is_not_gone_on_with() {
    let world = World::start_asking_each_time().await;
    world
        .browser()
        .run("account-changing", async |tabcert| {
            let page = &tabcert.page;
            until_proving(tabcert, "waits.test").await;
            accounts_anew(&world, tabcert).await;
            page.evaluate(HAVE_ACCOUNT, &[]).await;
            page.wait("the lock", "return globalThis.had;", &[]).await;

            let changing = page.in_new_tab().await;
            page.open(&world.edge_origin()).await;
            page.click("[data-testid=resume]").await;
            page.wait_for("[data-testid=gone][data-missing=account-elsewhere]")
                .await;
            // Nor is another begun.
            tabcert.enter_names("another.test").await;
            page.wait_for("[data-testid=gone][data-missing=account-elsewhere]")
                .await;
            let waiting = page.tab().await;
            page.go_to_tab(changing).await;
            page.close_tab_and_go_to(waiting).await;
            reload(tabcert).await;
            page.click("[data-testid=resume]").await;
            tabcert.asked_for_proof().await;
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_order_is_neither_forgotten_nor_overwritten_by_another_tab() {
    let world = World::start_asking_each_time().await;
    let files = Files(tempfile::tempdir().expect("a directory"));
    world
        .browser()
        .run("order-in-use", async |tabcert| {
            let page = &tabcert.page;
            let records = until_proving(tabcert, "open.test").await;
            let order = page.in_new_tab().await;
            page.open(&world.edge_origin()).await;
            page.wait_for("[data-testid=unfinished-order]").await;
            let file = files.file("older.tabcert", &save_backup(tabcert).await);
            tabcert.go_to("").await;
            tabcert.answer_questions(true).await;
            page.click("[data-testid=discard]").await;
            page.wait_for("[data-testid=elsewhere]").await;
            assert!(page.has("[data-testid=unfinished-order]").await);

            // What is under way differs from what it was, and stays as it is.
            let other = page.tab().await;
            page.go_to_tab(order.clone()).await;
            tabcert.choose_method("file").await;
            page.go_to_tab(other).await;
            tabcert.go_to("settings").await;
            look_into(tabcert, &file, PASSPHRASE).await;
            page.wait_for("[data-testid=import-preview]").await;
            let take = "document.querySelectorAll('label[for^=conflict-][for$=-theirs]').forEach((it) => it.click());
                return !document.querySelector('#import-apply').disabled;";
            page.wait("all decided", take, &[]).await;
            page.click("#import-apply").await;
            page.wait_for("[data-testid=import-in-use] [data-kind=order]").await;

            page.go_to_tab(order).await;
            tabcert.choose_method("dns").await;
            world.publish(&records);
            tabcert.ready().await;
            tabcert.issued().await;
            assert!(!page.has("[data-testid=storage-unavailable]").await);
        })
        .await;
}
