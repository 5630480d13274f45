//! A domain and its wildcard, proven by DNS records, with a P-256 key.

use crate::keys_stay::assert_keys_stayed;
use crate::saved::{Expected, save_and_check};
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn domain_and_wildcard_by_dns() {
    let world = World::start_watched().await;
    let finished = world
        .browser()
        .run("dns01", async |tabcert| {
            tabcert
                .enter_names("https://Example.test/path, *.example.test")
                .await;
            assert_eq!(tabcert.choose_local_ca().await, "directly");
            tabcert.accept_terms().await;
            tabcert.order("p256").await;

            tabcert.asked_for_proof().await;
            tabcert.choose_method("dns").await;
            let records = tabcert.records().await;
            assert_eq!(
                records.len(),
                1,
                "both names are proven at one name: {records:?}"
            );
            assert_eq!(records[0].name, "_acme-challenge.example.test");
            assert_eq!(records[0].values.len(), 2);
            assert!(
                records[0].instruction.contains("BOTH"),
                "{}",
                records[0].instruction
            );
            world.publish(&records);
            tabcert.ready().await;

            let facts = tabcert.issued().await;
            assert!(facts.key.contains("P-256"), "{}", facts.key);
            let expected = Expected {
                root_pem: &world.root_pem(),
                names: &["example.test", "*.example.test"],
                kind: "(256 bit)",
            };
            (
                save_and_check(tabcert, &facts, &expected).await,
                tabcert.drawn().await,
            )
        })
        .await;
    let (saved, drawn) = finished.value;
    assert_keys_stayed(&finished.record, &saved, &drawn);
    assert!(
        finished
            .record
            .requests_to(&world.edge_api())
            .iter()
            .all(|request| request.method == "GET"),
        "nothing is asked of the edge but whether it is there: {:?}",
        finished.record.requests()
    );
}
