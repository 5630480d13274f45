//! A browser that lets the page store nothing, and refuses whatever goes with storing.

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_issued_and_lasts_as_long_as_the_tab() {
    let world = World::start().await;
    let mut browser = world.browser();
    browser.blocks_site_data = true;
    browser
        .run("site-data-blocked", async |tabcert| {
            tabcert.enter_names("blocked.test").await;
            tabcert.choose_local_ca().await;
            tabcert
                .page
                .wait_for("[data-testid=storage-unavailable]")
                .await;
            tabcert.accept_terms().await;
            tabcert.order("p256").await;
            tabcert.asked_for_proof().await;
            tabcert.choose_method("dns").await;
            world.publish(&tabcert.records().await);
            tabcert.ready().await;
            assert_eq!(tabcert.issued().await.names, ["blocked.test"]);
            assert!(tabcert.page.has("[data-testid=storage-unavailable]").await);
            for file in ["cert.pem", "privkey.pem"] {
                tabcert.save(file).await;
                tabcert.downloads.text(file).await;
            }
        })
        .await;
}
