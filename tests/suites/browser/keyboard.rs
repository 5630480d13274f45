//! The whole way by keyboard alone, on screens of every width, with what screen readers need.

use tabcert_tests::browser::Tabcert;
use tabcert_tests::browser::accessibility::{assert_accessible, assert_fits_narrow_screen, tab_to};
use tabcert_tests::browser::openssl::{
    open_pfx, public_key_of_certificate, public_key_of_private_key,
};
use thirtyfour::Key;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn issued_without_a_mouse() {
    let world = World::start().await;
    let finished = world
        .browser()
        .run("keyboard", async |tabcert| {
            let page = &tabcert.page;
            tabcert.loaded().await;
            tab_to(page, "#names-input").await;
            page.press("example.test, 192.0.2.1 *.example.test").await;
            tab_to(page, ".chip-input[aria-invalid]").await;
            check(tabcert, "names").await;
            page.press(Key::Tab).await;
            page.press(Key::Space).await;
            tab_to(page, "#names-continue").await;
            page.press(Key::Enter).await;

            tabcert.step("ca").await;
            tab_to(page, "input[name=ca]:checked").await;
            while !page.has("#ca-custom:focus").await {
                page.press(Key::Down).await;
            }
            tab_to(page, "#ca-url").await;
            page.press(world.directory_url()).await;
            tab_to(page, "#ca-url-use").await;
            page.press(Key::Enter).await;
            tabcert.reached().await;
            tab_to(page, "#terms").await;
            page.press(Key::Space).await;
            check(tabcert, "ca").await;
            tab_to(page, "#ca-continue").await;
            page.press(Key::Enter).await;

            tabcert.step("key").await;
            check(tabcert, "key").await;
            tab_to(page, "#order").await;
            page.press(Key::Enter).await;

            tabcert.asked_for_proof().await;
            tab_to(page, "input[name=method]").await;
            while !page.has("#method-dns:focus:checked").await {
                page.press(Key::Up).await;
            }
            world.publish(&tabcert.records().await);
            check(tabcert, "prove").await;
            tab_to(page, "#ready").await;
            page.press(Key::Enter).await;

            tabcert.issued().await;
            tab_to(page, "[data-file='fullchain.pem']").await;
            page.press(Key::Enter).await;
            tab_to(page, "#pfx > summary").await;
            page.press(Key::Space).await;
            tab_to(page, "#pfx-password").await;
            page.press("by keyboard").await;
            check(tabcert, "certificate").await;
            tab_to(page, "[data-file=pfx]").await;
            page.press(Key::Space).await;

            let chain = tabcert.downloads.text("fullchain.pem").await;
            let pfx = tabcert.downloads.file("example.test.pfx").await;
            (chain, open_pfx(&pfx, "by keyboard").expect("the PFX opens"))
        })
        .await;
    let (chain, pfx) = finished.value;
    assert_eq!(
        public_key_of_certificate(&chain),
        public_key_of_private_key(&pfx)
    );
}

async fn check(tabcert: &Tabcert, step: &str) {
    assert_accessible(&tabcert.page, step).await;
    assert_fits_narrow_screen(&tabcert.page, step).await;
}
