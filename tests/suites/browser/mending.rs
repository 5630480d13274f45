//! A challenge that fails: the CA's own words, and a way on.

use std::collections::BTreeSet;

use tabcert_tests::browser::TxtRecord;

use crate::saved::{Expected, save_and_check};
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_record_is_told_and_mended() {
    let world = World::start().await;
    let finished = world
        .browser()
        .run("mending", async |tabcert| {
            tabcert.enter_names("mend.test").await;
            tabcert.choose_local_ca().await;
            tabcert.accept_terms().await;
            tabcert.order("p256").await;
            tabcert.asked_for_proof().await;
            tabcert.choose_method("dns").await;
            let first = tabcert.records().await;
            let wrong = TxtRecord {
                values: vec!["not what was asked for".to_owned()],
                ..first[0].clone()
            };
            world.publish(&[wrong]);
            tabcert.ready().await;

            let said = tabcert.failed().await;
            let names = tabcert
                .page
                .attributes("[data-testid=name-failure]", "data-name")
                .await;
            assert_eq!(names, ["mend.test"]);

            tabcert.page.click("#try-again").await;
            tabcert.asked_for_proof().await;
            tabcert.choose_method("dns").await;
            let second = tabcert.records().await;
            assert_ne!(second, first, "a new challenge has a new token");
            world.clear(&first);
            world.publish(&second);
            tabcert.ready().await;

            let facts = tabcert.issued().await;
            let expected = Expected {
                root_pem: &world.root_pem(),
                names: &["mend.test"],
                kind: "(256 bit)",
            };
            save_and_check(tabcert, &facts, &expected).await;
            said
        })
        .await;
    let words = finished
        .value
        .iter()
        .filter(|words| finished.record.received(words))
        .count();
    assert!(
        words > 0,
        "none of {:?} are the CA's own words",
        finished.value
    );
    let all = finished.record.jws();
    let distinct = |member: &str| {
        let values = all.iter().filter_map(|jws| jws.protected.get(member));
        values
            .map(ToString::to_string)
            .collect::<BTreeSet<_>>()
            .len()
    };
    assert_eq!(
        (distinct("jwk"), distinct("kid")),
        (1, 1),
        "one key, one account"
    );
}
