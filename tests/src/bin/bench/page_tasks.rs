//! How long the page's thread is held by one task, from the first paint to the last saved file, in a
//! journey with an RSA key.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail, ensure};
use serde_json::json;
use tabcert_tests::browser::{Page, Tabcert};

use crate::figure::{Figure, Unit};
use crate::runtime;
use crate::servers::{Site, names};
use crate::trace::{self, Task};

/// Journeys; the longest task of all of them counts, as a visitor would feel it.
const JOURNEYS: usize = 3;

const PASSWORD: &str = "correct horse battery staple";

/// The longest task. The traces are kept in a folder, if one is given.
pub(crate) fn measure(traces: Option<&Path>) -> Result<Vec<Figure>> {
    let site = Site::start()?;
    let browser = site.browser();
    let mut tasks: Vec<Task> = Vec::new();
    for round in 0..JOURNEYS {
        let names = names(3, &format!("tasks-{round}"));
        let measured = runtime()?.block_on(browser.measure(
            &trace::CATEGORIES,
            async |tabcert| -> Result<()> {
                tabcert.page.open(&browser.page_url).await;
                issue_and_save(tabcert, &names).await
            },
        ));
        measured.value?;
        if let Some(folder) = traces {
            let trace = json!({ "traceEvents": measured.trace });
            fs::create_dir_all(folder)?;
            fs::write(folder.join(format!("{round}.json")), trace.to_string())?;
        }
        tasks.extend(trace::tasks_after_first_paint(&measured.trace)?);
    }
    tasks.sort_by(|one, other| other.milliseconds.total_cmp(&one.milliseconds));
    ensure!(!tasks.is_empty(), "the trace has no tasks");
    let longest: Vec<String> = tasks.iter().take(3).map(Task::to_string).collect();
    Ok(vec![
        Figure::new(
            "longest_page_task_ms",
            tasks[0].milliseconds,
            Unit::Milliseconds,
        )
        .at_most(50.0)
        .note(format!("{JOURNEYS} journeys: {}", longest.join("; "))),
    ])
}

/// From the first click to the saved files.
async fn issue_and_save(tabcert: &Tabcert, names: &[String]) -> Result<()> {
    tabcert.loaded().await;
    insert(&tabcert.page, "#names-input", &names.join(" ")).await;
    tabcert.page.click("#names-continue").await;
    let route = tabcert.reached().await;
    if route != "directly" {
        bail!("the CA is reached {route}");
    }
    tabcert.accept_terms().await;
    tabcert.order("rsa2048").await;
    tabcert.asked_for_proof().await;
    tabcert.ready().await;
    tabcert.issued().await;
    tabcert.save("zip").await;
    tabcert.downloads.file(&format!("{}.zip", names[0])).await;
    tabcert.page.click("#pfx > summary").await;
    insert(&tabcert.page, "#pfx-password", PASSWORD).await;
    tabcert.save("pfx").await;
    tabcert.downloads.file(&format!("{}.pfx", names[0])).await;
    // Tells the page's thread apart from all others in the trace.
    let mark = "performance.mark(given[0]);";
    tabcert.page.evaluate(mark, &[json!(trace::MARK)]).await;
    Ok(())
}

/// Puts a text into a field at once, as pasting does. The driver's typing would be no measure: it
/// presses all keys within one task.
async fn insert(page: &Page, selector: &str, text: &str) {
    page.click(selector).await;
    page.devtools("Input.insertText", json!({ "text": text }))
        .await;
}
