//! A CA that lets no web page in.

use crate::saved::{Expected, save_and_check};
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_ca_without_cors_is_reached_through_the_edge() {
    let world = World::start_without_cors().await;
    let finished = world
        .browser()
        .run("proxy", async |tabcert| {
            tabcert.enter_names("behind.test").await;
            assert_eq!(
                tabcert.choose_ca(&world.directory_url()).await,
                "through the edge"
            );
            let says = tabcert.page.text("#ca-status").await;
            assert!(says.contains("edge"), "{says}");
            tabcert.accept_terms().await;
            tabcert.order("p256").await;

            tabcert.asked_for_proof().await;
            tabcert.choose_method("dns").await;
            world.publish(&tabcert.records().await);
            tabcert.ready().await;

            let facts = tabcert.issued().await;
            let expected = Expected {
                root_pem: &world.root_pem(),
                names: &["behind.test"],
                kind: "(256 bit)",
            };
            save_and_check(tabcert, &facts, &expected).await;
        })
        .await;
    // The browser may look whether the CA lets it in, but it signs nothing for where it cannot read.
    let direct = finished.record.requests_to(&world.ca_origin());
    assert!(
        !direct.is_empty() && direct.iter().all(|request| request.method != "POST"),
        "{direct:?}"
    );
    let through = finished.record.requests_to(&world.edge_api());
    let posts = through
        .iter()
        .filter(|request| request.method == "POST")
        .count();
    assert!(
        posts >= 6,
        "account, order, authorization, challenge, finalize, certificate: {through:?}"
    );
}
