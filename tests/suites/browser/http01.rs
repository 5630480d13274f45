//! Three names, proven by files that the edge serves, with an RSA key.

use tabcert_tests::browser::SentRequest;

use crate::keys_stay::assert_keys_stayed;
use crate::saved::{Expected, save_and_check};
use crate::world::World;

const NAMES: [&str; 3] = ["one.test", "two.test", "www.three.test"];

#[tokio::test(flavor = "multi_thread")]
async fn three_names_by_the_edge() {
    let world = World::start_watched().await;
    let finished = world
        .browser()
        .run("http01", async |tabcert| {
            tabcert.enter_names(&NAMES.join("\n")).await;
            assert_eq!(tabcert.choose_local_ca().await, "directly");
            tabcert.accept_terms().await;
            tabcert.order("rsa2048").await;

            tabcert.asked_for_proof().await;
            tabcert.choose_method("edge").await;
            tabcert.page.wait_for("[data-testid=edge-host]").await;
            let mut hosts = tabcert
                .page
                .attributes("[data-testid=edge-host]", "data-host")
                .await;
            hosts.sort();
            assert_eq!(hosts, NAMES);
            assert!(
                !tabcert.page.has("[data-testid=record]").await,
                "no records are needed"
            );
            tabcert.ready().await;

            let facts = tabcert.issued().await;
            assert!(facts.key.contains("RSA 2048"), "{}", facts.key);
            let expected = Expected {
                root_pem: &world.root_pem(),
                names: &NAMES,
                kind: "(2048 bit",
            };
            (
                save_and_check(tabcert, &facts, &expected).await,
                tabcert.drawn().await,
            )
        })
        .await;
    let (saved, drawn) = finished.value;
    assert_keys_stayed(&finished.record, &saved, &drawn);
    let to_edge = finished.record.requests_to(&world.edge_api());
    let count = |method: &str| {
        let same =
            |request: &&&SentRequest| request.method == method && request.url.contains("/http01/");
        to_edge.iter().filter(same).count()
    };
    assert_eq!(count("PUT"), NAMES.len(), "{to_edge:?}");
    assert!(
        to_edge
            .iter()
            .all(|request| !request.url.contains("/proxy/")),
        "{to_edge:?}"
    );
}
