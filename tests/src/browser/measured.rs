//! Journeys that are measured: the same browser, but nothing is recorded that costs time, unless a
//! trace of what its threads do is asked for.

use serde_json::{Value, json};
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities, LoggingPrefsLogLevel};

use super::browser_process::Driver;
use super::{Browser, Downloads, Page, Tabcert};

/// What is left of a measured journey.
#[derive(Debug)]
pub struct Measured<T> {
    /// What the journey brought back.
    pub value: T,
    /// The trace's events, in the format of Chromium's tracing; none where none were asked for.
    pub trace: Vec<Value>,
}

impl Browser {
    /// Runs a journey in a new browser with an empty profile; the journey opens the page by itself.
    /// What happens in `trace_categories` is traced, if there are any.
    ///
    /// # Panics
    /// Where the browser does not start, where the journey panics, or where there is no trace.
    pub async fn measure<T>(
        &self,
        trace_categories: &[&str],
        journey: impl AsyncFnOnce(&Tabcert) -> T,
    ) -> Measured<T> {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let downloads = Downloads::new(directory.path().join("downloads"));
        let mut capabilities = ChromeCapabilities::new();
        if !trace_categories.is_empty() {
            let preferences = json!({
                "enableNetwork": false,
                "enablePage": false,
                "traceCategories": trace_categories.join(","),
            });
            capabilities
                .set_logging_prefs("performance", LoggingPrefsLogLevel::All)
                .expect("capabilities are JSON");
            capabilities
                .add_experimental_option("perfLoggingPrefs", preferences)
                .expect("capabilities are JSON");
        }
        let driver = Driver::start();
        let page = Page::new(self.connect(&driver, &directory, capabilities).await);
        let saving = json!({ "behavior": "allow", "downloadPath": downloads.directory() });
        page.devtools("Browser.setDownloadBehavior", saving).await;

        let tabcert = Tabcert::new(page, downloads);
        let value = journey(&tabcert).await;
        let trace = if trace_categories.is_empty() {
            Vec::new()
        } else {
            let log = tabcert.page.performance_log().await;
            let log = log.expect("the trace was asked for");
            log.iter().filter_map(|entry| traced(entry)).collect()
        };
        tabcert.page.quit().await.expect("the browser ends");
        Measured { value, trace }
    }
}

/// The traced event in an entry of the driver's log.
fn traced(entry: &str) -> Option<Value> {
    let mut entry: Value = serde_json::from_str(entry).ok()?;
    let message = &mut entry["message"];
    (message["method"] == "Tracing.dataCollected").then(|| message["params"].take())
}
