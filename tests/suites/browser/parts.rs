//! What the page loads later: the program goes on without it, and gets it when it can be had.

use crate::world::World;

/// Lets no part of the page's module through until `connected` is set.
const DISCONNECT: &str = r"
    const real = globalThis.fetch;
    globalThis.fetch = (what, ...options) => {
        const lost = String(what).includes('/assets/split_') && !globalThis.connected;
        globalThis.lost ||= lost;
        return lost ? Promise.reject(new TypeError('disconnected')) : real(what, ...options);
    };
    return true;
";

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_was_lost_is_told_and_loaded_again() {
    let world = World::start().await;
    world
        .browser()
        .run("parts", async |tabcert| {
            tabcert.loaded().await;
            tabcert.page.evaluate(DISCONNECT, &[]).await;
            tabcert.enter_names("lost.test").await;
            tabcert.choose_local_ca().await;
            tabcert.accept_terms().await;
            tabcert.order("p256").await;
            tabcert.page.wait_for("[data-testid=part-missing]").await;
            let lost = tabcert.page.evaluate("return globalThis.lost", &[]).await;
            assert_eq!(lost, true, "it was asked for");

            let connect = "return globalThis.connected = true";
            tabcert.page.evaluate(connect, &[]).await;
            tabcert
                .page
                .click("[data-testid=part-missing] button")
                .await;
            tabcert.asked_for_proof().await;
        })
        .await;
}
