//! Two tabs write different labels of one certificate at the same time, and nothing of either is lost.

use serde_json::json;
use tabcert_tests::foreign::{ForeignCa, add, begin, done};

use crate::world::World;

/// Writes of each tab.
const WRITES: usize = 500;

/// Each tab writes a field of its own of the same certificate, as fast as it can, and after each
/// acknowledged write looks whether it is still there: a tab that wrote back what it had read before the
/// other's write would take that away.
const WRITE: &str = r"
    globalThis.done = undefined;
    (async () => {
        const [id, field, member, count] = given;
        for (let number = 1; number <= count; number += 1) {
            const text = `${field} ${number}`;
            await ask('Change', { id, what: { [field]: text } });
            const { summary } = await ask('Show', id);
            if (summary.label[member] !== text) throw new Error(`${text} is lost: ${summary.label[member]}`);
        }
        return { began: performance.timeOrigin, count };
    })().then((done) => { globalThis.done = done; }, (error) => { globalThis.done = { error: String(error) }; })
        .finally(() => engine.terminate());
";

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_interleaved_writes_are_all_there() {
    let world = World::start().await;
    world
        .browser()
        .run("thousand-writes", async |tabcert| {
            let page = &tabcert.page;
            tabcert.loaded().await;
            let (pem, _) = ForeignCa::new("Somebody").issue(&["both.example".to_owned()], 30, 60);
            let ids = add(page, &[pem], false).await;
            let given = |field: &str, member: &str| {
                [json!(ids[0]), json!(field), json!(member), json!(WRITES)]
            };
            begin(page, WRITE, &given("Name", "name")).await;
            let first = page.in_new_tab().await;
            page.open(&format!("{}#certificates/{}", world.edge_origin(), ids[0]))
                .await;
            page.wait_for("[data-testid=certificate]").await;
            begin(page, WRITE, &given("Description", "description")).await;
            let second = done(page).await;
            assert_eq!(second["count"], WRITES);
            page.close_tab_and_go_to(first).await;
            assert_eq!(done(page).await["count"], WRITES);

            page.open(&format!("{}#certificates/{}", world.edge_origin(), ids[0]))
                .await;
            page.wait_for("[data-testid=certificate]").await;
            for (field, text) in [("name", "Name"), ("description", "Description")] {
                let value = "return document.getElementById(given[0]).value;";
                let value = page
                    .evaluate(value, &[json!(format!("label-{field}"))])
                    .await;
                assert_eq!(value, format!("{text} {WRITES}"));
            }
        })
        .await;
}
