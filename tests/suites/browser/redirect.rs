//! A host whose own server redirects its challenges to the edge, as the page says to: nothing is
//! placed, neither this time nor the next.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use tabcert_tests::browser::Tabcert;
use tabcert_tests::browser::accessibility::{assert_accessible, assert_fits_narrow_screen};
use tabcert_tests::edge_support::upstream::respond_with;
use tabcert_tests::edge_support::{Recorded, Request, Upstream};

use crate::keys_stay::assert_keys_stayed;
use crate::saved::{Expected, save_and_check};
use crate::screenshots::shoot;
use crate::world::World;

/// Where the host redirects challenges to, once its owner has set that up.
type Target = Arc<Mutex<Option<String>>>;

/// The host's server: it redirects every challenge by the line that its owner copied. Pebble goes
/// wherever that is; checks go to public names on port 80 only, so to them it says the edge's name
/// there, and passes on what they ask of it.
fn serve(
    edge_port: u16,
    target: &Target,
    request: &Recorded,
    out: &mut dyn Write,
) -> io::Result<()> {
    let host = request.header("host").unwrap_or_default();
    if host == "edge.test" {
        let own = format!("localhost:{edge_port}");
        let answer = Request::new("GET", &own, &request.target).send(edge_port)?;
        return respond_with(out, &format!("{} Passed On", answer.status), &answer.text());
    }
    let target = target.lock().unwrap_or_else(PoisonError::into_inner);
    let token = request.target.rsplit('/').next().unwrap_or_default();
    match target.as_deref() {
        None => respond_with(out, "404 Not Found", "no such page"),
        Some(target) => {
            let of_a_check = !host.contains(':');
            let edge = format!("localhost:{edge_port}");
            let target = target.replacen(&edge, if of_a_check { "edge.test" } else { &edge }, 1);
            let head = format!("302 Found\r\nLocation: {}", target.replace(":splat", token));
            respond_with(out, &head, "")
        }
    }
}

async fn order(tabcert: &Tabcert) {
    tabcert.step("key").await;
    tabcert.order("p256").await;
    tabcert.asked_for_proof().await;
}

/// Checks the name from outside and gives the outcome.
async fn checked(tabcert: &Tabcert) -> String {
    let page = &tabcert.page;
    page.click("[data-testid=check] button").await;
    page.wait_for("[data-testid=check][data-state=works], [data-testid=check][data-state=broken]")
        .await;
    page.text("[data-testid=check-outcome]").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_redirects_needs_no_file_ever_again() {
    let target = Target::default();
    let redirects = Arc::clone(&target);
    let world = World::start_behind(move |edge_port, request, out| {
        serve(edge_port, &redirects, request, out)
    })
    .await;
    let finished = world
        .browser()
        .run("redirect", async |tabcert| {
            let page = &tabcert.page;
            tabcert.enter_names("redirected.test").await;
            tabcert.choose_local_ca().await;
            tabcert.accept_terms().await;
            order(tabcert).await;

            // Before anything is set up, the file is missing.
            tabcert.choose_method("file").await;
            page.wait_for("#set-up-once").await;
            let outcome = checked(tabcert).await;
            assert!(outcome.contains("would not get"), "{outcome}");
            let broken = page.text("[data-testid=hop-broken]").await;
            assert!(broken.contains("404"), "{broken}");
            assert_eq!(
                page.texts(".hops dd code").await[1..],
                ["no such page"],
                "what came back is shown"
            );
            shoot(tabcert, "4-check").await;
            assert_accessible(page, "a broken path").await;
            assert_fits_narrow_screen(page, "a broken path").await;

            tabcert.choose_method("redirect").await;
            page.wait_for("[data-testid=redirected]").await;
            assert!(!page.has("[data-testid=file]").await);
            page.click("#set-up-once > summary").await;
            let line = "return document.querySelector('[data-server^=Netlify] code').textContent;";
            let line = page.evaluate(line, &[]).await;
            let line = line.as_str().expect("a line");
            let [path, to, "302"] = line.split(' ').collect::<Vec<_>>()[..] else {
                panic!("not a line of _redirects: {line}");
            };
            assert_eq!(path, "/.well-known/acme-challenge/*");
            assert!(to.starts_with(&world.edge_api()), "{to}");
            page.click("[data-server=Traefik] > summary").await;
            assert_accessible(page, "setting up").await;
            assert_fits_narrow_screen(page, "setting up").await;
            *target.lock().unwrap_or_else(PoisonError::into_inner) = Some(to.to_owned());

            let outcome = checked(tabcert).await;
            assert!(outcome.contains("redirect is in place"), "{outcome}");
            shoot(tabcert, "4-redirect").await;
            let hops = page.texts("[data-testid=hop] > code").await;
            assert_eq!(hops.len(), 2, "{hops:?}");
            assert!(
                hops[1].starts_with("http://edge.test/api/v1/r/"),
                "{hops:?}"
            );
            tabcert.ready().await;
            let facts = tabcert.issued().await;
            let expected = Expected {
                root_pem: &world.root_pem(),
                names: &["redirected.test"],
                kind: "(256 bit",
            };
            let saved = save_and_check(tabcert, &facts, &expected).await;

            // The next certificate for it finds everything as it was.
            page.click("#start-over").await;
            tabcert.step("names").await;
            page.fill("#names-input", "another.test ").await;
            page.click("#names-continue").await;
            let either = "[data-step=ca][data-state=open], [data-step=key][data-state=open]";
            page.wait_for(either).await;
            // Whether the CA has answered again by now is a matter of milliseconds.
            if page.has("[data-step=ca][data-state=open]").await {
                tabcert.reached().await;
                page.click("#ca-continue").await;
            }
            order(tabcert).await;
            page.click("#per-name > summary").await;
            page.wait_for("[data-testid=method-select]").await;
            let chosen = "return [...document.querySelectorAll('[data-testid=method-select]')]
                .map((select) => [select.dataset.name, select.value]);";
            assert_eq!(
                page.evaluate(chosen, &[]).await,
                json!([["redirected.test", "redirect"], ["another.test", "dns"]])
            );
            (saved, tabcert.drawn().await)
        })
        .await;
    let (saved, drawn) = finished.value;
    assert_keys_stayed(&finished.record, &saved, &drawn);
    let written = finished.record.requests_to(&world.edge_api());
    assert!(
        written
            .iter()
            .all(|request| !request.url.contains("/http01/")
                || request.url.ends_with("/check/http01")),
        "no token was written: {written:?}"
    );
}

/// An edge that says it is of another major version.
#[tokio::test(flavor = "multi_thread")]
async fn an_edge_of_another_version_is_named() {
    let world = World::start().await;
    let port = world.edge_port();
    let front = Upstream::http(move |request, out| {
        let host = format!("localhost:{port}");
        let answer = Request::new(&request.method, &host, &request.target).send(port)?;
        let version = if request.target == "/api/v1/health" { "2" } else { "1" };
        let kind = answer.header("content-type").unwrap_or_default();
        write!(
            out,
            "HTTP/1.1 {} Passed On\r\nContent-Type: {kind}\r\nTabcert-Edge: {version}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            answer.status,
            answer.body.len()
        )?;
        out.write_all(&answer.body)
    })
    .expect("a port");
    let mut browser = world.browser();
    browser.page_url = format!("http://{}", front.authority());
    browser
        .run("foreign-edge", async |tabcert| {
            tabcert.loaded().await;
            tabcert.page.wait_for("[data-testid=foreign-edge]").await;
            assert_accessible(&tabcert.page, "another version").await;
            tabcert.enter_names("example.test").await;
            // Nothing of the edge is used.
            assert!(!tabcert.page.has("#ca-local").await);
        })
        .await;
}
