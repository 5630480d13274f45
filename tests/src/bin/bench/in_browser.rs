//! Time against another package, and preflights, in Chromium, with every CA call straight from the
//! page.
//!
//! `acme-client` signs with Node's `crypto` and sends with Node's `http`, so it runs in no browser:
//! the comparison is with `@fishballpkg/acme`, bundled by esbuild on a page with nothing else on it.
//! The CA believes every proof, and a script does what the visitor would do as soon as it can be
//! done. As the other package has neither page nor visitor, the engine is also driven by itself. Both sides are timed by the browser's own record of its requests: the engine's for Tabcert,
//! the page's for the other package.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tabcert_tests::browser::{Page, Tabcert};

use crate::bare_page;
use crate::figure::{Figure, Unit};
use crate::native::compare;
use crate::peers;
use crate::runtime;
use crate::servers::{Site, names};

/// Empties the record of requests before, and makes room.
const CLEAR: &str = "performance.setResourceTimingBufferSize(10000); \
    performance.clearResourceTimings();";

/// Clicks through the page. An element is clicked once, as soon as it can be, after those before it.
const VISIT: &str = r"
    const steps = [
        '#names-continue', '#terms', '#ca-continue', 'label[for=key-p256]', '#order', '#ready',
    ];
    const act = () => {
        while (steps.length > 0) {
            const element = document.querySelector(steps[0]);
            if (!element?.checkVisibility() || element.matches(':disabled')) return;
            steps.shift();
            element.click();
        }
    };
    new MutationObserver(act).observe(document, { subtree: true, childList: true, attributes: true });
    act();
";

/// Does with the engine alone what the page does with it: nothing is drawn, and nobody clicks.
const DRIVE: &str = r"
    const [directory_url, names] = given;
    globalThis.driven = undefined;
    const url = document.querySelector('meta[name=tabcert-engine]').content;
    const engine = new Worker(url, { type: 'module' });
    const told = new Set();
    const tell = (intent, once) => {
        if (told.has(once)) return;
        told.add(once);
        engine.postMessage({ Intent: intent });
    };
    engine.onmessage = ({ data: { View } }) => {
        if (!View) return;
        const phase = View.view.phase;
        const application = { names, key_type: 'p256', contact: [], terms_agreed: true };
        if (phase === 'Connected') tell({ Begin: application }, 'begin');
        if (phase.Proving) tell('Ready', 'ready');
        if (phase.Issued) globalThis.driven = {};
        if (phase.Failed) globalThis.driven = { error: JSON.stringify(phase.Failed) };
    };
    engine.postMessage({
        Connect: { session: 1, directory_url, edge_available: false, redirected: [] },
    });
";

/// The outcome on Tabcert's page.
const OUR_OUTCOME: &str = "
    const failure = document.querySelector('[data-testid=failure]');
    if (failure) return { error: failure.innerText };
    return document.querySelector('[data-testid=issued]') !== null && {};
";

/// Starts an issuance on the bare page.
const ISSUE: &str = r"
    globalThis.outcome = undefined;
    issue({ directory: given[0], names: given[1], publish: async () => {} }).then(
        ({ chain }) => { globalThis.outcome = chain.startsWith('-----BEGIN') ? {} : { error: chain }; },
        (error) => { globalThis.outcome = { error: String(error) }; },
    );
";

/// When the first request to the CA began, when the last ended, and how many there were.
const TIMES: &str = "
    const requests = performance.getEntriesByType('resource')
        .filter(({ name }) => name.startsWith(given[0]));
    const began = Math.min(...requests.map(({ startTime }) => startTime));
    const ended = Math.max(...requests.map(({ responseEnd }) => responseEnd));
    return { milliseconds: ended - began, requests: requests.length };
";

/// The fewest requests that RFC 8555 allows for an order with one name.
const FEWEST: u64 = 8;

/// Ratios and preflights for 1 and 20 names.
pub(crate) fn measure(runs: usize) -> Result<Vec<Figure>> {
    let folder = peers::install()?;
    let bare = bare_page::serve(&folder.join("browser.js"))?;
    let site = Site::start_watched()?;
    runtime()?.block_on(async {
        let mut figures = Vec::new();
        for (count, name) in [(1, "1_name"), (20, "20_names")] {
            figures.extend(compare_times(&site, &bare, count, name, runs).await?);
            figures.push(preflights(&site, count, name).await?);
        }
        Ok(figures)
    })
}

async fn compare_times(
    site: &Site,
    bare: &str,
    count: usize,
    name: &str,
    runs: usize,
) -> Result<[Figure; 2]> {
    let browser = site.browser();
    let measured = browser
        .measure(&[], async |tabcert| -> Result<_> {
            tabcert.watch().await;
            let mut ours = Vec::new();
            let mut engine = Vec::new();
            let mut theirs = Vec::new();
            // The first round is for getting warm.
            for round in 0..=runs {
                let our_names = names(count, &format!("ours-{count}-{round}"));
                let our_time = issue(site, tabcert, &browser.page_url, &our_names).await?;
                let engine_names = names(count, &format!("engine-{count}-{round}"));
                let engine_time = drive(site, tabcert, &browser.page_url, &engine_names).await?;
                let their_names = names(count, &format!("theirs-{count}-{round}"));
                let their_time = issue_bare(site, &tabcert.page, bare, &their_names).await?;
                if round > 0 {
                    ours.push(our_time);
                    engine.push(engine_time);
                    theirs.push(their_time);
                }
            }
            Ok((ours, engine, theirs))
        })
        .await;
    let (ours, engine, theirs) = measured.value?;
    let theirs = BTreeMap::from([("@fishballpkg/acme", theirs)]);
    let page = compare(format!("browser_{name}_ratio"), &ours, &theirs)?;
    let engine = compare(format!("browser_{name}_engine_ratio"), &engine, &theirs)?;
    Ok([
        page.at_most(1.0).also("with the page and its visitor"),
        engine
            .at_most(1.0)
            .also("as libraries: no page, no visitor"),
    ])
}

/// A tab that knows no account yet.
async fn open_anew(page: &Page, url: &str) {
    let everything = json!({ "origin": url, "storageTypes": "all" });
    page.devtools("Storage.clearDataForOrigin", everything)
        .await;
    page.open(url).await;
}

/// Issues on a newly opened page of Tabcert: milliseconds.
async fn issue(site: &Site, tabcert: &Tabcert, url: &str, names: &[String]) -> Result<f64> {
    let page = &tabcert.page;
    open_anew(page, url).await;
    tabcert.loaded().await;
    page.fill("#names-input", &names.join(", ")).await;
    page.evaluate(VISIT, &[]).await;
    let outcome = page.wait("certificate", OUR_OUTCOME, &[]).await;
    check(&outcome)?;
    let (milliseconds, requests) = tabcert.times(&site.ca.origin()).await;
    ensure_all_recorded(requests)?;
    Ok(milliseconds)
}

/// Issues with the engine alone, on a newly opened page of Tabcert: milliseconds.
async fn drive(site: &Site, tabcert: &Tabcert, url: &str, names: &[String]) -> Result<f64> {
    let page = &tabcert.page;
    open_anew(page, url).await;
    tabcert.loaded().await;
    let directory = json!(site.ca.pebble.directory_url());
    page.evaluate(DRIVE, &[directory, json!(names)]).await;
    let outcome = page
        .wait("certificate", "return globalThis.driven;", &[])
        .await;
    check(&outcome)?;
    let (milliseconds, requests) = tabcert.times(&site.ca.origin()).await;
    ensure_all_recorded(requests)?;
    Ok(milliseconds)
}

/// Issues on a newly opened bare page: milliseconds.
async fn issue_bare(site: &Site, page: &Page, url: &str, names: &[String]) -> Result<f64> {
    page.open(url).await;
    let loaded = "return typeof issue === 'function';";
    page.wait("package", loaded, &[]).await;
    page.evaluate(CLEAR, &[]).await;
    let directory = json!(site.ca.pebble.directory_url());
    page.evaluate(ISSUE, &[directory, json!(names)]).await;
    let outcome = page.wait("certificate", "return outcome;", &[]).await;
    check(&outcome)?;
    let times = page.evaluate(TIMES, &[json!(site.ca.origin())]).await;
    ensure_all_recorded(times["requests"].as_u64().unwrap_or_default())?;
    times["milliseconds"]
        .as_f64()
        .context("the browser recorded no times")
}

fn check(outcome: &Value) -> Result<()> {
    match outcome["error"].as_str() {
        Some(error) => bail!("not issued: {error}"),
        None => Ok(()),
    }
}

fn ensure_all_recorded(requests: u64) -> Result<()> {
    ensure!(
        requests >= FEWEST,
        "the browser recorded only {requests} requests to the CA"
    );
    Ok(())
}

/// How often the browser asks the CA whether it may ask (CORS), by its own log.
async fn preflights(site: &Site, count: usize, name: &str) -> Result<Figure> {
    let names = names(count, &format!("preflights-{count}"));
    let finished = site
        .browser()
        .run("bench", async |tabcert| {
            tabcert.loaded().await;
            tabcert.page.fill("#names-input", &names.join(", ")).await;
            tabcert.page.evaluate(VISIT, &[]).await;
            tabcert.page.wait("certificate", OUR_OUTCOME, &[]).await
        })
        .await;
    check(&finished.value)?;
    let sent = finished.record.requests_to(&site.ca.origin());
    let preflights = sent
        .iter()
        .filter(|request| request.method == "OPTIONS")
        .count();
    let key = format!("requests_{name}_preflights");
    Ok(Figure::count(key, preflights, Unit::Requests).note(format!(
        "in the browser, beside {} other requests",
        sent.len() - preflights
    )))
}
