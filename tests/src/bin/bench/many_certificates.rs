//! A vault with a thousand certificates: how soon their list is on the screen, and how long one task of
//! the page's thread is while it opens and is scrolled from end to end.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tabcert_tests::browser::Page;
use tabcert_tests::foreign::{add, many};

use crate::figure::{Figure, Unit, median};
use crate::runtime;
use crate::servers::Site;

const CERTIFICATES: usize = 1_000;

/// Opens the list by its link, and measures until its rows have been painted.
const OPEN: &str = r"
    globalThis.opened = undefined;
    const began = performance.now();
    const look = () => {
        const rows = document.querySelectorAll('[data-testid=certificate-row]').length;
        if (rows < 5) return requestAnimationFrame(look);
        // A task of its own: after the frame with the rows.
        requestAnimationFrame(() => setTimeout(() => {
            const { total } = document.querySelector('[data-testid=certificate-rows]').dataset;
            globalThis.opened = { milliseconds: performance.now() - began, total: Number(total) };
        }));
    };
    document.querySelector('nav a[href=\'#certificates\']').click();
    look();
";

/// Takes a turn of the event loop after the other: what is longest between two of them is the longest
/// task, with its share of drawing. A trace of all that would be too long for the driver to hand out.
const WATCH: &str = r"
    const channel = new MessageChannel();
    let last = performance.now();
    globalThis.longest = [];
    channel.port1.onmessage = () => {
        const now = performance.now();
        longest.push(now - last);
        longest.sort((one, other) => other - one).splice(5);
        last = now;
        channel.port2.postMessage(0);
    };
    channel.port2.postMessage(0);
";

/// Scrolls from end to end, as far in each frame as a quick hand does.
const SCROLL: &str = r"
    globalThis.scrolled = undefined;
    const step = () => {
        const before = scrollY;
        scrollBy(0, 250);
        if (scrollY > before) requestAnimationFrame(step);
        else globalThis.scrolled = { pixels: scrollY };
    };
    scrollTo(0, 0);
    requestAnimationFrame(step);
";

pub(crate) fn measure(runs: usize) -> Result<Vec<Figure>> {
    let site = Site::start()?;
    let browser = site.browser();
    let certificates = many(CERTIFICATES);
    let measured = runtime()?.block_on(browser.measure(&[], async |tabcert| {
        let page = &tabcert.page;
        page.open(&browser.page_url).await;
        tabcert.loaded().await;
        add(page, &certificates, true).await;
        // Everything from here on counts.
        page.open(&browser.page_url).await;
        let counted = "return document.title.startsWith('(');";
        page.wait("the number that is due", counted, &[]).await;
        page.evaluate(WATCH, &[]).await;
        let mut opened = Vec::new();
        for _ in 0..runs {
            opened.push(open(page).await?);
            page.evaluate("location.hash = '';", &[]).await;
            let left = "return !document.querySelector('[data-testid=certificate-rows]');";
            page.wait("the first screen", left, &[]).await;
        }
        open(page).await?;
        page.evaluate(SCROLL, &[]).await;
        let scrolled = page
            .wait("the list's end", "return globalThis.scrolled;", &[])
            .await;
        let longest = page.evaluate("return longest;", &[]).await;
        Ok::<_, anyhow::Error>((opened, scrolled, longest))
    }));
    let (opened, scrolled, longest) = measured.value?;
    let longest: Vec<f64> = serde_json::from_value(longest)?;
    let first = *longest.first().context("no turn was taken")?;
    let next: Vec<String> = longest[1..].iter().map(|it| format!("{it:.0}")).collect();
    let slowest = opened.iter().copied().fold(0.0, f64::max);
    Ok(vec![
        Figure::new("vault_1000_open_ms", median(&opened)?, Unit::Milliseconds)
            .at_most(200.0)
            .note(format!(
                "from the click to the painted rows; the first time {:.0} ms, at most {slowest:.0} ms",
                opened[0]
            )),
        Figure::new(
            "vault_1000_longest_task_ms",
            first,
            Unit::Milliseconds,
        )
        .at_most(50.0)
        .note(format!(
            "opened {} times and scrolled over {} pixels; then {} ms",
            opened.len() + 1,
            scrolled["pixels"],
            next.join(", ")
        )),
    ])
}

async fn open(page: &Page) -> Result<f64> {
    page.evaluate(OPEN, &[]).await;
    let opened: Value = page
        .wait("the list", "return globalThis.opened;", &[])
        .await;
    ensure!(
        opened["total"] == CERTIFICATES,
        "the list has {} certificates",
        opened["total"]
    );
    opened["milliseconds"].as_f64().context("no time")
}
