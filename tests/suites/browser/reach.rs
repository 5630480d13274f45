//! Whether names lead to the edge that is to answer for them, before it has anything to answer.

use std::io::{self, Write};

use tabcert_tests::browser::accessibility::assert_accessible;
use tabcert_tests::edge_support::upstream::respond_with;
use tabcert_tests::edge_support::{Recorded, Request};

use crate::world::World;

/// Where the names lead: one to the edge, the other to a server of its own.
fn serve(edge_port: u16, request: &Recorded, out: &mut dyn Write) -> io::Result<()> {
    let host = request.header("host").unwrap_or_default();
    if host != "reached.test" {
        return respond_with(out, "404 Not Found", "no such page");
    }
    let answer = Request::new("GET", host, &request.target).send(edge_port)?;
    respond_with(out, &format!("{} Passed On", answer.status), &answer.text())
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_lead_to_the_edge_are_told_from_others() {
    let world = World::start_behind(serve).await;
    let finished = world
        .browser()
        .run("reach", async |tabcert| {
            let page = &tabcert.page;
            tabcert.enter_names("reached.test elsewhere.test").await;
            tabcert.choose_local_ca().await;
            tabcert.accept_terms().await;
            tabcert.step("key").await;
            tabcert.order("p256").await;
            tabcert.asked_for_proof().await;
            tabcert.choose_method("edge").await;
            page.click("#check-all").await;
            for (name, state) in [("reached.test", "works"), ("elsewhere.test", "broken")] {
                page.wait_for(&format!("[data-name='{name}'][data-state={state}]"))
                    .await;
            }
            let mut outcomes = page.texts("[data-testid=check-outcome]").await;
            outcomes.sort();
            assert!(outcomes[0].contains("not reach this edge"), "{outcomes:?}");
            assert!(outcomes[1].contains("This edge answers"), "{outcomes:?}");
            assert_accessible(page, "names that lead to the edge or not").await;
        })
        .await;
    let checks = finished.record.requests_to(&world.edge_api());
    let asked: Vec<_> = checks
        .iter()
        .filter(|request| request.url.ends_with("/check/http01"))
        .collect();
    assert_eq!(asked.len(), 2, "{checks:?}");
}
