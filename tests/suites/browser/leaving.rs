//! Screens that are left before what they asked for has come: an engine that answers late, frames that
//! come late, and a visitor in a hurry.

use serde_json::json;
use tabcert_tests::foreign::ForeignCa;

use crate::certificates::{Files, rows};
use crate::world::World;

/// On the page, before its own scripts: what the engine says arrives late, and so do frames.
const LATE: &str = r"
{
    const late = (work) => setTimeout(work, 100 + Math.random() * 300);
    const listen = Worker.prototype.addEventListener;
    Worker.prototype.addEventListener = function (type, listener, ...options) {
        const heard = type === 'message' ? (event) => late(() => listener.call(this, event)) : listener;
        return listen.call(this, type, heard, ...options);
    };
    const frames = new Map(), frame = window.requestAnimationFrame;
    let last = 0;
    window.requestAnimationFrame = (work) => {
        const id = ++last;
        frames.set(id, work);
        frame.call(window, () => late(() => {
            const work = frames.get(id);
            frames.delete(id);
            work?.();
        }));
        return id;
    };
    window.cancelAnimationFrame = (id) => frames.delete(id);
}
";

/// Goes from screen to screen, and on each opens and presses what changes nothing.
const HURRY: &str = r"
    const [address, rounds] = given;
    const pause = (milliseconds) => new Promise((next) => setTimeout(next, milliseconds));
    const screens = [address, 'certificates', 'accounts', 'settings', address, '', 'certificates', ''];
    return (async () => {
        for (let round = 0; round < rounds; round++) {
            for (const screen of screens) {
                location.hash = screen;
                for (let look = 0; look < 3; look++) {
                    await pause(Math.random() * 150);
                    for (const summary of document.querySelectorAll('details:not([open]) > summary')) summary.click();
                    for (const field of document.querySelectorAll('textarea, input[type=text]')) field.focus();
                    const buttons = '[data-testid=copy], [data-testid=save-calendar], [data-testid=read-account], #persist, #cover-ask';
                    for (const button of document.querySelectorAll(buttons)) button.click();
                }
            }
        }
        return true;
    })();
";

#[tokio::test(flavor = "multi_thread")]
async fn screens_that_are_left_early_end_nothing() {
    let world = World::start().await;
    let ca = ForeignCa::new("Corporate CA");
    let files = Files::new();
    let (certificate, _) = ca.issue(&["left.example".to_owned()], 60, 50);
    let file = files.write("left.pem", certificate);
    world
        .browser()
        .run("leaving", async |tabcert| {
            let page = &tabcert.page;
            page.devtools("Page.enable", json!({})).await;
            let late = json!({ "source": LATE });
            page.devtools("Page.addScriptToEvaluateOnNewDocument", late)
                .await;
            page.open("about:blank").await;
            page.open(&format!("{}#certificates", world.edge_origin()))
                .await;
            page.click("#add > summary").await;
            page.choose_files("#add-files", &[&file]).await;
            rows(page, 1).await;
            let link = page
                .attributes("[data-testid=certificate-row] a", "href")
                .await
                .remove(0);
            let address = link.trim_start_matches('#');
            for _ in 0..5 {
                page.evaluate(HURRY, &[json!(address), json!(2)]).await;
            }
            // The program is still there.
            page.evaluate("location.hash = 'certificates';", &[]).await;
            rows(page, 1).await;
            assert!(!page.has("#stopped:not([hidden])").await);
        })
        .await;
}
