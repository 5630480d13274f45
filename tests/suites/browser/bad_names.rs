//! What is no name, or not one that can be certified: said at the name itself, and nothing is sent.

use tabcert_tests::browser::Traces;

use crate::world::World;

/// Each kind of bad name as it is typed, and what has to be said about it.
fn bad_names() -> Vec<(String, &'static str)> {
    let long_label = format!("{}.example.org", "a".repeat(64));
    let long_name = format!("{}example.org", "a23456789.".repeat(25));
    [
        ("192.0.2.1", "IP address"),
        ("2001:db8::1", "IP address"),
        ("https://[2001:db8::1]:8443/x", "IP address"),
        ("localhost", "only one part"),
        ("*.test", "only one part"),
        ("under_score.example.org", "“_”"),
        ("-hyphen.example.org", "hyphen"),
        ("two..dots.example.org", "dots"),
        ("*.*.example.org", "wildcard"),
        ("w*.example.org", "wildcard"),
        ("xn--a.example.org", "international"),
        ("example.123", "number"),
        (&long_label, "63"),
        (&long_name, "253"),
    ]
    .map(|(name, says)| (name.to_owned(), says))
    .to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_names_are_told_at_the_name_and_nothing_is_sent() {
    let world = World::start().await;
    let bad = bad_names();
    let finished = world
        .browser()
        .run("bad_names", async |tabcert| {
            tabcert.loaded().await;
            let typed: Vec<&str> = bad.iter().map(|(name, _)| name.as_str()).collect();
            let typed = format!("good.example.org {}", typed.join("\n"));
            tabcert.page.paste("#names-input", &typed).await;

            let chips = tabcert.chips().await;
            assert_eq!(chips.len(), bad.len() + 1, "{chips:#?}");
            assert!(
                chips[0].is_valid && chips[0].note.is_empty(),
                "{:?}",
                chips[0]
            );
            for (chip, (name, says)) in chips[1..].iter().zip(&bad) {
                assert_eq!(chip.name, *name);
                assert!(!chip.is_valid, "{chip:?}");
                assert!(
                    chip.note.to_lowercase().contains(&says.to_lowercase()),
                    "{chip:?} does not say {says}"
                );
            }

            tabcert.page.click("#names-continue").await;
            tabcert.page.wait_for("#names-error:not(:empty)").await;
            let says = tabcert.page.text("#names-error").await;
            assert!(
                says.starts_with(&format!("{} entries", bad.len())),
                "{says}"
            );
            tabcert.step("names").await;
        })
        .await;
    let for_the_page = finished.record.requests_to(&world.edge_origin());
    assert!(
        for_the_page.iter().all(|request| request.method == "GET"),
        "{for_the_page:#?}"
    );
    let to_the_ca = finished.record.requests_to(&world.ca_origin());
    assert!(to_the_ca.is_empty(), "{to_the_ca:#?}");
    // Every request to this machine has `localhost` in it.
    let names = bad
        .iter()
        .map(|(name, _)| name)
        .filter(|name| *name != "localhost");
    let names = names.fold(Traces::default(), |traces, name| {
        traces.with_text(name, name)
    });
    let sent = finished.record.find(&names);
    assert!(sent.is_empty(), "{sent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_name_is_mended_where_it_stands() {
    let world = World::start().await;
    world
        .browser()
        .run("bad_name_mended", async |tabcert| {
            tabcert.loaded().await;
            tabcert
                .page
                .paste("#names-input", "one.test under_score.test two.test")
                .await;
            tabcert
                .page
                .fill(".chip-input[aria-invalid]", "under-score.test\u{e007}")
                .await;
            let names: Vec<String> = tabcert
                .chips()
                .await
                .into_iter()
                .filter(|chip| chip.is_valid)
                .map(|chip| chip.name)
                .collect();
            assert_eq!(names, ["one.test", "under-score.test", "two.test"]);
            tabcert.page.click("#names-continue").await;
            tabcert.step("ca").await;
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_names_are_enough() {
    let world = World::start().await;
    let finished = world
        .browser()
        .run("too_many_names", async |tabcert| {
            tabcert.loaded().await;
            let names: Vec<String> = (1..=101).map(|number| format!("n{number}.test")).collect();
            tabcert.page.paste("#names-input", &names.join(", ")).await;
            let chips = tabcert.chips().await;
            let noted: Vec<_> = chips.iter().filter(|chip| !chip.note.is_empty()).collect();
            assert_eq!(noted.len(), 1);
            assert_eq!(noted[0].name, "n101.test");
            assert!(noted[0].note.contains("100"), "{}", noted[0].note);

            tabcert.page.click("#names-continue").await;
            tabcert.page.wait_for("#names-error:not(:empty)").await;
            tabcert.step("names").await;
            tabcert
                .page
                .click("[data-name='n7.test'] .chip-remove")
                .await;
            tabcert.page.click("#names-continue").await;
            tabcert.step("ca").await;
        })
        .await;
    assert!(finished.record.jws().is_empty(), "nothing was signed");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_pasted_becomes_names() {
    let world = World::start().await;
    world
        .browser()
        .run("good_names", async |tabcert| {
            tabcert.loaded().await;
            let pasted = "https://www.Example.com/x, EXAMPLE.com. \n*.example.com;example.com bücher.example";
            tabcert.page.paste("#names-input", pasted).await;
            let chips = tabcert.chips().await;
            let names: Vec<&str> = chips.iter().map(|chip| chip.name.as_str()).collect();
            let expected =
                ["www.example.com", "example.com", "*.example.com", "xn--bcher-kva.example"];
            assert_eq!(names, expected);
            assert!(chips.iter().all(|chip| chip.is_valid), "{chips:?}");
            assert!(chips[0].note.contains("*.example.com"), "covered by the wildcard: {:?}", chips[0]);
            assert!(chips[2].text.contains("wildcard"), "{:?}", chips[2]);
            let both = &chips[3].text;
            assert!(both.contains("bücher.example") && both.contains("xn--bcher-kva.example"), "{both}");
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_often_wanted_too_is_one_click_away() {
    let world = World::start().await;
    world
        .browser()
        .run("suggestions", async |tabcert| {
            tabcert.loaded().await;
            tabcert.page.paste("#names-input", "example.com").await;
            let mut offered = tabcert.page.texts("[data-testid=suggestion]").await;
            offered.sort();
            assert_eq!(offered.len(), 2, "{offered:?}");
            assert!(offered[0].ends_with("*.example.com"), "{offered:?}");
            assert!(offered[1].ends_with("www.example.com"), "{offered:?}");
            tabcert.page.click("[data-testid=suggestion]").await;
            tabcert
                .page
                .wait_for("[data-testid=name-chip][data-name='www.example.com']")
                .await;
        })
        .await;
}
