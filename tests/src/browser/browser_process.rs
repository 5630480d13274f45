//! Starting Chromium with its driver, and ending both.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::{Child, Command, Stdio};
use std::task::Poll;

use base64ct::{Base64, Encoding};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::json;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities, LoggingPrefsLogLevel, WebDriver};

use super::page::PATIENCE;
use super::{Downloads, Page, Record, Tabcert, watched};

/// What keeps the browser from doing anything of its own accord. Nothing but this machine can be
/// reached.
const ARGUMENTS: [&str; 14] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-features=AutofillServerCommunication,OptimizationHints,MediaRouter,Translate",
    "--force-prefers-reduced-motion",
    "--window-size=1280,1000",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--net-log-capture-mode=Everything",
];

/// How to start a browser.
#[derive(Debug, Clone)]
pub struct Browser {
    /// Where Tabcert is.
    pub page_url: String,
    /// Public keys (SubjectPublicKeyInfo, DER) whose certificates are trusted whoever signed them: the
    /// test CA's.
    pub trusted_keys: Vec<Vec<u8>>,
    /// Whether it lets no site store anything.
    pub blocks_site_data: bool,
}

/// What is left of a journey.
#[derive(Debug)]
pub struct Finished<T> {
    /// What the journey brought back.
    pub value: T,
    /// Everything that the browser sent, and more.
    pub record: Record,
}

impl Browser {
    /// Runs a journey in a new browser with an empty profile, which begins where Tabcert is open.
    ///
    /// # Panics
    /// Where the browser does not start (what to install is said then), where the journey panics
    /// (what was on the screen is kept in `target/browser-failures/` then), or where the console
    /// has something that no journey may lead to: a violation of the content security policy, or an
    /// exception that nobody caught.
    pub async fn run<T>(
        &self,
        name: &str,
        journey: impl AsyncFnOnce(&Tabcert) -> T,
    ) -> Finished<T> {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let downloads = Downloads::new(directory.path().join("downloads"));
        let record = directory.path().join("net-log.json");

        let driver = Driver::start();
        let mut capabilities = ChromeCapabilities::new();
        let recording = format!("--log-net-log={}", record.display());
        capabilities
            .add_arg(&recording)
            .expect("capabilities are JSON");
        let page = Page::new(self.connect(&driver, &directory, capabilities).await);
        let grant = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
        page.devtools("Browser.grantPermissions", grant).await;
        // Whether the window system has given it the focus is not what is tested.
        page.devtools(
            "Emulation.setFocusEmulationEnabled",
            json!({ "enabled": true }),
        )
        .await;
        let saving = json!({ "behavior": "allow", "downloadPath": downloads.directory() });
        page.devtools("Browser.setDownloadBehavior", saving).await;
        watched::listen(&page).await;

        let tabcert = Tabcert::new(page, downloads);
        let outcome = catch_panic(async {
            tabcert.page.open(&self.page_url).await;
            let value = journey(&tabcert).await;
            check_console(&tabcert.page).await;
            value
        })
        .await;
        if outcome.is_err() {
            keep_evidence(name, &tabcert.page, &record).await;
        }
        // Ends the browser in an orderly way: its record is complete then.
        let quit = tabcert.page.quit().await;
        drop(driver);
        match outcome {
            Err(panic) => resume_unwind(panic),
            Ok(value) => {
                quit.expect("the browser ends");
                Finished {
                    value,
                    record: Record::read(&record),
                }
            }
        }
    }

    /// Starts a browser with this profile, which outlives it, where Tabcert is open.
    ///
    /// # Panics
    /// Where it does not start.
    pub async fn start_in(&self, directory: &TempDir) -> Mortal {
        let downloads = Downloads::new(directory.path().join("downloads"));
        let driver = Driver::start();
        let page = Page::new(
            self.connect(&driver, directory, ChromeCapabilities::new())
                .await,
        );
        let tabcert = Tabcert::new(page, downloads);
        tabcert.page.open(&self.page_url).await;
        Mortal { tabcert, driver }
    }

    pub(super) async fn connect(
        &self,
        driver: &Driver,
        directory: &TempDir,
        mut capabilities: ChromeCapabilities,
    ) -> WebDriver {
        let profile = format!(
            "--user-data-dir={}",
            directory.path().join("profile").display()
        );
        let trusted: Vec<_> = self
            .trusted_keys
            .iter()
            .map(|key| Base64::encode_string(&Sha256::digest(key)))
            .collect();
        let trusted = format!(
            "--ignore-certificate-errors-spki-list={}",
            trusted.join(",")
        );
        let arguments = ARGUMENTS.iter().copied().chain([&*profile, &*trusted]);
        for argument in arguments {
            capabilities
                .add_arg(argument)
                .expect("capabilities are JSON");
        }
        if self.blocks_site_data {
            let blocked = json!({ "profile.default_content_setting_values.cookies": 2 });
            capabilities
                .add_experimental_option("prefs", blocked)
                .expect("capabilities are JSON");
        }
        capabilities
            .set_browser_log_level(LoggingPrefsLogLevel::All)
            .expect("capabilities are JSON");
        // Only the first call can install it; the others find the same provider in place.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let url = format!("http://127.0.0.1:{}", driver.port);
        let connected = WebDriver::new(url, capabilities).await;
        let driver = connected.unwrap_or_else(|error| panic!("Chromium does not start: {error}"));
        // What waits in the page gives up by itself, and says more about it than the driver would.
        driver
            .set_script_timeout(2 * PATIENCE)
            .await
            .expect("a timeout");
        driver
    }
}

/// A browser that is to be killed.
#[derive(Debug)]
pub struct Mortal {
    /// Tabcert in its tab.
    pub tabcert: Tabcert,
    driver: Driver,
}

impl Mortal {
    /// What kills it, from any thread: the browser's processes, with their driver, at once.
    #[must_use]
    pub fn group(&self) -> Option<Pid> {
        self.driver.group()
    }

    /// Buries it. There is nobody left to say goodbye to.
    pub fn bury(self) {
        drop(self.driver);
        std::mem::forget(self.tabcert);
    }

    /// Ends it in an orderly way.
    pub async fn quit(self) {
        // It may be dead already, which is as good.
        let _ = self.tabcert.page.quit().await;
    }
}

/// The driver and, in the same process group, the browser.
#[derive(Debug)]
pub(super) struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    pub(super) fn start() -> Self {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| {
                panic!("chromedriver does not start ({error}): apt-get install chromium chromium-driver")
            });
        let output = process.stdout.take().expect("it is piped");
        // The driver says where it listens as soon as it does.
        let port = BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| {
                line.split_once("on port ")?
                    .1
                    .strip_suffix('.')?
                    .parse()
                    .ok()
            });
        Self {
            port: port.expect("chromedriver says its port"),
            process,
        }
    }
}

impl Driver {
    fn group(&self) -> Option<Pid> {
        i32::try_from(self.process.id())
            .ok()
            .and_then(Pid::from_raw)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(group) = self.group() {
            // Fails where all of them have ended already.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.process.wait();
    }
}

/// Awaits a future; a panic in it becomes an error.
async fn catch_panic<T>(future: impl Future<Output = T>) -> std::thread::Result<T> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await
}

async fn check_console(page: &Page) {
    let console = page.console().await.expect("Chromium has a console");
    let bad: Vec<_> = console
        .iter()
        .filter(|line| {
            let told = ["Content Security Policy", "Uncaught", "panicked at"];
            told.iter().any(|told| line.contains(told))
        })
        .collect();
    assert!(bad.is_empty(), "on the console: {bad:#?}");
}

/// Keeps what helps to find out why a journey failed. Whatever cannot be had is left out.
#[allow(clippy::print_stderr, reason = "for those who look at a failed test")]
async fn keep_evidence(name: &str, page: &Page, record: &Path) {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/browser-failures");
    let file = |suffix: &str| directory.join(format!("{name}{suffix}"));
    let _ = std::fs::create_dir_all(&directory);
    if let Ok(screenshot) = page.screenshot().await {
        let _ = std::fs::write(file(".png"), screenshot);
    }
    if let Ok(console) = page.console().await {
        let _ = std::fs::write(file("-console.txt"), console.join("\n"));
    }
    let _ = std::fs::copy(record, file("-net-log.json"));
    eprintln!("{name}: see {}", file(".png").display());
}
