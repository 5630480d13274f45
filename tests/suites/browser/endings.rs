//! The page's program or its engine ends by itself, as after a panic: what was going on is not lost.

use serde_json::json;
use tabcert_tests::browser::{Page, Tabcert};

use crate::screenshots::shoot;
use crate::world::World;

/// While the browser puts an international name into A-labels, which the list of names waits for, the form is sent, which asks that list.
const PANIC: &str = r"
    const real = Object.getOwnPropertyDescriptor(URL.prototype, 'hostname');
    Object.defineProperty(URL.prototype, 'hostname', { get() {
        const form = document.getElementById('names-form');
        form.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));
        return real.get.call(this);
    } });
    return true;
";

/// In the engine: makes its module trap in the next call that it makes into JavaScript, when a page says
/// so. What is thrown by JavaScript would not do: WebAssembly can catch it.
const TRAP: &str = r"
{
    const code = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4,
        116, 114, 97, 112, 0, 0, 10, 5, 1, 3, 0, 0, 11];
    const { trap } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(code))).exports;
    let armed = false;
    const trapping = (original) => typeof original !== 'function' ? original : (...values) => {
        if (armed) { armed = false; trap(); }
        return original(...values);
    };
    const map = (object, change) =>
        Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
    for (const name of ['instantiate', 'instantiateStreaming']) {
        const real = WebAssembly[name];
        WebAssembly[name] = (source, imports) =>
            real.call(WebAssembly, source, map(imports, (group) => map(group, trapping)));
    }
    const channel = new BroadcastChannel('trap');
    channel.onmessage = () => { armed = true; channel.postMessage('armed'); };
}
";

/// Has the engine trap at the next thing that it does.
async fn arm(page: &Page) {
    let arm = "return new Promise((resolve) => {
        const channel = new BroadcastChannel('trap');
        channel.onmessage = () => { channel.close(); resolve(true); };
        channel.postMessage('arm');
    });";
    page.evaluate(arm, &[]).await;
}

/// Waits until the page says that another engine goes on, and puts the note away.
async fn restarted(tabcert: &Tabcert, outcome: &str) {
    let note = format!("[data-testid=engine-restarted][data-outcome={outcome}]");
    tabcert.page.wait_for(&note).await;
    tabcert.page.click(&format!("{note} button")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_panics_says_so_and_keeps_what_was_typed() {
    let world = World::start().await;
    world
        .browser()
        .run("stopped", async |tabcert| {
            let page = &tabcert.page;
            tabcert.loaded().await;
            page.paste("#names-input", "kept.test, also.test").await;
            page.wait_for("[data-name='also.test']").await;
            page.evaluate(PANIC, &[]).await;
            page.paste("#names-input", "bücher.test").await;
            page.wait_for("[data-testid=stopped]").await;
            let inert = "return document.getElementById('app').inert;";
            assert_eq!(page.evaluate(inert, &[]).await, json!(true));
            shoot(tabcert, "9-stopped").await;

            let console = page.console().await.expect("a console").join("\n");
            let place = console.split("panicked at ").nth(1);
            let place = place.unwrap_or_else(|| panic!("no place: {console}"));
            let (file, line) = place.split_once(".rs:").expect("a file");
            assert!(
                !file.is_empty() && line.starts_with(|c: char| c.is_ascii_digit()),
                "{place}"
            );
            assert!(!console.contains("bücher.test"), "{console}");

            page.click("#reload").await;
            tabcert.loaded().await;
            let typed = "return document.getElementById('names-input').value;";
            let typed = page.evaluate(typed, &[]).await;
            let typed: Vec<_> = typed
                .as_str()
                .unwrap_or_default()
                .split_whitespace()
                .collect();
            assert_eq!(typed, ["kept.test", "also.test"]);
            page.click("#names-continue").await;
            tabcert.step("ca").await;
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_ends_is_replaced_and_the_order_goes_on() {
    let world = World::start_with_engine(TRAP).await;
    let finished = world
        .browser()
        .run("engine-ends", async |tabcert| {
            let page = &tabcert.page;
            tabcert.enter_names("ends.test").await;
            // Nothing is ordered yet: the CA is asked again.
            tabcert.choose_local_ca().await;
            arm(page).await;
            tabcert.go_to("certificates").await;
            restarted(tabcert, "goes-on").await;
            page.wait_for("[data-testid=no-certificates]").await;
            page.click("nav.screens a[href='#']").await;
            tabcert.reached().await;
            tabcert.accept_terms().await;
            tabcert.order("p256").await;

            tabcert.asked_for_proof().await;
            tabcert.choose_method("dns").await;
            let records = tabcert.records().await;
            arm(page).await;
            tabcert.go_to("certificates").await;
            page.wait_for("[data-testid=engine-restarted]").await;
            shoot(tabcert, "9-engine-restarted").await;
            restarted(tabcert, "goes-on").await;
            page.click("nav.screens a[href='#']").await;
            tabcert.asked_for_proof().await;
            assert_eq!(tabcert.records().await, records);
            world.publish(&records);

            // In the midst of work, when the button is pressed.
            arm(page).await;
            tabcert.ready().await;
            restarted(tabcert, "goes-on").await;
            tabcert.asked_for_proof().await;
            tabcert.ready().await;
            tabcert.issued().await
        })
        .await;
    assert_eq!(finished.value.names, ["ends.test"]);
    let orders = finished.record.jws().into_iter();
    let orders = orders.filter(|jws| jws.payload["identifiers"].is_array());
    assert_eq!(orders.count(), 1, "newOrder");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_outlives_the_engine_that_got_it() {
    let world = World::start_with_engine(TRAP).await;
    world
        .browser()
        .run("engine-ends-after", async |tabcert| {
            let page = &tabcert.page;
            crate::accounts::issue(&world, tabcert, "after.test").await;
            let before = tabcert.issued().await;
            arm(page).await;
            // What only the engine that ended had in its hands is told as not done.
            tabcert.save("zip").await;
            restarted(tabcert, "goes-on").await;
            assert_eq!(tabcert.issued().await, before);
            tabcert.save("cert.pem").await;
            let certificate = tabcert.downloads.text("cert.pem").await;
            assert_eq!(world.certificate_status(&certificate), "Valid");
            // The list is there again too.
            page.click("nav.screens a[href='#certificates']").await;
            crate::certificates::rows(page, 1).await;
        })
        .await;
}
