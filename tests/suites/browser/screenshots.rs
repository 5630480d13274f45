//! What every step looks like, narrow and wide, in the light and in the dark. The pictures are in
//! `target/screenshots/`; with `TABCERT_UPDATE_SCREENSHOT=1` the one that the README shows is renewed.

use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding};
use serde_json::json;
use tabcert_tests::browser::accessibility::resize;
use tabcert_tests::browser::{Page, Tabcert};

use crate::world::World;

const WIDTHS: [(u32, u32); 2] = [(360, 740), (1280, 900)];

#[tokio::test(flavor = "multi_thread")]
async fn every_step_in_light_and_dark() {
    let world = World::start().await;
    world
        .browser()
        .run("screenshots", async |tabcert| {
            tabcert.loaded().await;
            let names = "example.test, *.example.test, bücher.test, under_score.test";
            tabcert.page.paste("#names-input", names).await;
            shoot(tabcert, "1-names").await;
            tabcert
                .page
                .click("[data-name='under_score.test'] .chip-remove")
                .await;
            tabcert.page.click("#names-continue").await;

            tabcert.step("ca").await;
            tabcert.choose_local_ca().await;
            shoot(tabcert, "2-ca").await;
            tabcert.accept_terms().await;
            shoot(tabcert, "3-key").await;
            tabcert.order("p256").await;

            tabcert.asked_for_proof().await;
            tabcert.choose_method("dns").await;
            let records = tabcert.records().await;
            shoot(tabcert, "4-prove").await;
            tabcert.ready().await;
            tabcert.failed().await;
            shoot(tabcert, "5-failed").await;

            tabcert.page.click("#try-again").await;
            tabcert.asked_for_proof().await;
            tabcert.choose_method("dns").await;
            let again = tabcert.records().await;
            assert_ne!(again, records);
            world.publish(&again);
            tabcert.ready().await;
            tabcert.issued().await;
            shoot(tabcert, "6-certificate").await;
            update_readme(tabcert).await;
        })
        .await;
}

/// Renews the picture in the README, where that is asked for: the steps, without what is below them.
async fn update_readme(tabcert: &Tabcert) {
    if std::env::var_os("TABCERT_UPDATE_SCREENSHOT").is_some_and(|value| value == "1") {
        let (width, height) = WIDTHS[1];
        resize(&tabcert.page, width, height).await;
        let picture = picture(&tabcert.page, "light", "#app").await;
        std::fs::write(repository().join("app/screenshot.png"), picture).expect("writes it");
    }
}

/// Takes the pictures of a step.
pub(crate) async fn shoot(tabcert: &Tabcert, step: &str) {
    let page = &tabcert.page;
    std::fs::create_dir_all(directory()).expect("a directory for pictures");
    let hidden = json!({ "hidden": true });
    page.devtools("Emulation.setScrollbarsHidden", hidden).await;
    for (width, height) in WIDTHS {
        resize(page, width, height).await;
        let [light, dark] = ["light", "dark"].map(|scheme| picture(page, scheme, "body"));
        let (light, dark) = (light.await, dark.await);
        assert_ne!(light, dark, "{step}: light and dark look the same");
        for (scheme, picture) in [("light", light), ("dark", dark)] {
            let path = directory().join(format!("{step}-{width}-{scheme}.png"));
            std::fs::write(path, picture).expect("writes the picture");
        }
    }
    page.devtools("Emulation.clearDeviceMetricsOverride", json!({}))
        .await;
}

/// The page from its top to the bottom of an element.
async fn picture(page: &Page, scheme: &str, last: &str) -> Vec<u8> {
    let media = json!({ "features": [
        { "name": "prefers-color-scheme", "value": scheme },
        { "name": "prefers-reduced-motion", "value": "reduce" },
    ] });
    page.devtools("Emulation.setEmulatedMedia", media).await;
    page.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true }))
        .await;
    let size = "const bottom = document.querySelector(given[0]).getBoundingClientRect().bottom;
        return [document.documentElement.clientWidth, Math.ceil(bottom + scrollY)];";
    let size = page.evaluate(size, &[json!(last)]).await;
    let clip = json!({ "x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1 });
    let parameters = json!({ "clip": clip, "captureBeyondViewport": true });
    let picture = page.devtools("Page.captureScreenshot", parameters).await;
    Base64::decode_vec(picture["data"].as_str().expect("a picture")).expect("base64")
}

fn directory() -> PathBuf {
    repository().join("target/screenshots")
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
