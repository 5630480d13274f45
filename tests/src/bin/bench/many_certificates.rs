//! A vault with a thousand certificates: how soon their list is on the screen, and how long one task of
//! the page's thread is while it opens and is scrolled from end to end.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tabcert_tests::browser::Page;
use tabcert_tests::foreign::{add, many};

use crate::figure::{Figure, Unit, median};
use crate::runtime;
use crate::servers::Site;
use crate::trace;

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
    let measured = runtime()?.block_on(browser.measure(&trace::CATEGORIES, async |tabcert| {
        let page = &tabcert.page;
        page.open(&browser.page_url).await;
        tabcert.loaded().await;
        add(page, &certificates, true).await;
        // Everything from here on counts.
        page.open(&browser.page_url).await;
        let counted = "return document.title.startsWith('(');";
        page.wait("the number that is due", counted, &[]).await;
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
        let mark = "performance.mark(given[0]);";
        page.evaluate(mark, &[json!(trace::MARK)]).await;
        Ok::<_, anyhow::Error>((opened, scrolled))
    }));
    let (opened, scrolled) = measured.value?;
    let mut tasks = trace::tasks_after_first_paint(&measured.trace)?;
    tasks.sort_by(|one, other| other.milliseconds.total_cmp(&one.milliseconds));
    ensure!(!tasks.is_empty(), "the trace has no tasks");
    let longest: Vec<String> = tasks.iter().take(3).map(ToString::to_string).collect();
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
            tasks[0].milliseconds,
            Unit::Milliseconds,
        )
        .at_most(50.0)
        .note(format!(
            "opened {} times and scrolled over {} pixels: {}",
            opened.len() + 1,
            scrolled["pixels"],
            longest.join("; ")
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
