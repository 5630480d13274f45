//! Two tabs that write the same record at the same time.

use serde_json::{Value, json};

use crate::world::World;

const WRITES: u64 = 500;

/// On the page, before its own scripts: gets hold of its engine, and asks it as the page does.
const REACH_ENGINE: &str = r"
{
    const Real = Worker;
    globalThis.Worker = class extends Real {
        constructor(...given) { super(...given); globalThis.engine = this; }
    };
    let last = 1_000_000;
    globalThis.askEngine = (area, question) => new Promise((resolve, reject) => {
        const id = ++last;
        const listen = ({ data: { Answered } }) => {
            if (Answered?.id !== id) return;
            engine.removeEventListener('message', listen);
            'Ok' in Answered.answer ? resolve(Answered.answer.Ok) : reject(Answered.answer.Err);
        };
        engine.addEventListener('message', listen);
        engine.postMessage({ Ask: { id, area, question } });
    });
}
";

/// Sets one member again and again, and looks before each time whether it is still as it was left.
const WRITE: &str = r"
    const [setting, member, other, writes] = given;
    (async () => {
        let mine = (await askEngine('Settings', 'Read'))[member];
        let theirs, lost = 0, seen = 0;
        for (let at = 0; at < writes; at++) {
            const now = await askEngine('Settings', 'Read');
            if (now[member] !== mine) lost++;
            if (now[other] !== theirs) seen++;
            theirs = now[other];
            mine = !mine;
            const set = await askEngine('Settings', { [setting]: mine });
            if (set[member] !== mine) lost++;
        }
        const end = await askEngine('Settings', 'Read');
        if (end[member] !== mine) lost++;
        globalThis.written = { lost, seen, mine };
    })().catch((error) => { globalThis.written = { error: JSON.stringify(error) ?? String(error) }; });
";

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_interleaved_writes_are_all_there() {
    let world = World::start().await;
    world
        .browser()
        .run("interleaved", async |tabcert| {
            let page = &tabcert.page;
            let reach = json!({ "source": REACH_ENGINE });
            let listen = "Page.addScriptToEvaluateOnNewDocument";
            let open = async || {
                page.devtools("Page.enable", json!({})).await;
                page.devtools(listen, reach.clone()).await;
                page.open(&world.edge_origin()).await;
                tabcert.go_to("settings").await;
                page.wait_for("[data-mode=browser]").await;
            };
            open().await;
            let first = page.in_new_tab().await;
            open().await;
            let second = page.tab().await;
            let write = async |setting: &str, member: &str, other: &str| {
                let given = [json!(setting), json!(member), json!(other), json!(WRITES)];
                page.evaluate(WRITE, &given).await;
            };
            write("Remind", "reminders", "delete_replaced_keys").await;
            page.go_to_tab(first).await;
            write("DeleteReplacedKeys", "delete_replaced_keys", "reminders").await;

            let written = "return globalThis.written;";
            let here = page.wait("all writes", written, &[]).await;
            page.go_to_tab(second).await;
            let there = page.wait("all writes", written, &[]).await;
            for tab in [&here, &there] {
                assert_eq!(tab["lost"], json!(0), "{tab}");
                let seen = tab["seen"].as_u64().unwrap_or_default();
                assert!(seen > 20, "they took turns, at best: {tab}");
            }
            let end: Value = page
                .wait(
                    "the end",
                    "askEngine('Settings', 'Read').then((end) => { globalThis.end = end; });
                    return globalThis.end;",
                    &[],
                )
                .await;
            assert_eq!(end["delete_replaced_keys"], here["mine"]);
            assert_eq!(end["reminders"], there["mine"]);
        })
        .await;
}
