//! One tab: looking, clicking, typing, and waiting for what is to appear.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::{Key, TypingData, WebDriver, WebElement, WindowHandle};

/// Nothing that a journey waits for takes longer, on a busy machine.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// Calls back with the first truthy value of `CHECK`, looking again whenever the document changes.
/// Properties (whether a box is ticked, say) change without the document: hence the interval.
const WAIT: &str = r"
    const done = arguments[arguments.length - 1];
    const [patience, ...given] = Array.from(arguments).slice(0, -1);
    const check = (...given) => { CHECK };
    let observer, interval, deadline;
    const finish = (answer) => {
        observer.disconnect(); clearInterval(interval); clearTimeout(deadline); done(answer);
    };
    const look = () => {
        let found;
        try { found = check(...given); } catch (error) { return finish({ error: String(error) }); }
        if (found) finish({ found });
    };
    observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    interval = setInterval(look, 100);
    deadline = setTimeout(() => finish({ error: 'waited in vain' }), patience);
    look();
";

/// Finds the first element that is on the screen and can be used.
const USABLE: &str = r"
    return [...document.querySelectorAll(given[0])]
        .find((element) => element.checkVisibility({ visibilityProperty: true }) && !element.matches(':disabled'));
";

/// One tab. What cannot be done panics, with what was on the screen then.
#[derive(Debug)]
pub struct Page {
    driver: WebDriver,
}

impl Page {
    pub(super) fn new(driver: WebDriver) -> Self {
        Self { driver }
    }

    /// Goes to an address.
    pub async fn open(&self, url: &str) {
        self.driver
            .goto(url)
            .await
            .unwrap_or_else(|error| panic!("{url} does not open: {error}"));
    }

    /// Opens another tab and goes there; returns how to come back.
    pub async fn in_new_tab(&self) -> WindowHandle {
        let before = self.driver.window().await.expect("a tab");
        let tab = self.driver.new_tab().await.expect("another tab");
        self.driver
            .switch_to_window(tab)
            .await
            .expect("the new tab");
        before
    }

    /// Closes the tab and goes to another.
    pub async fn close_tab_and_go_to(&self, tab: WindowHandle) {
        self.driver.close_window().await.expect("the tab closes");
        self.driver
            .switch_to_window(tab)
            .await
            .expect("the other tab");
    }

    /// Waits until the body of a JavaScript function, called with `given`, returns something truthy.
    pub async fn wait(&self, what: &str, check: &str, given: &[Value]) -> Value {
        let patience = json!(u64::try_from(PATIENCE.as_millis()).unwrap_or(u64::MAX));
        let arguments: Vec<Value> = std::iter::once(patience)
            .chain(given.iter().cloned())
            .collect();
        let script = WAIT.replace("CHECK", check);
        let answer = match self.driver.execute_async(script, arguments).await {
            Ok(answer) => answer.json().clone(),
            Err(error) => panic!("cannot look for {what}: {error}"),
        };
        match answer.get("found") {
            Some(found) => found.clone(),
            None => {
                let screen = self.text("body").await;
                panic!(
                    "no {what}: {}\n--- on the screen:\n{screen}\n---",
                    answer["error"]
                );
            }
        }
    }

    /// Waits for an element that matches the selector, and is visible.
    pub async fn wait_for(&self, selector: &str) {
        let check = "return [...document.querySelectorAll(given[0])]
            .some((element) => element.checkVisibility({ visibilityProperty: true }));";
        self.wait(selector, check, &[json!(selector)]).await;
    }

    /// Clicks on the first usable element that matches the selector, as soon as there is one.
    pub async fn click(&self, selector: &str) {
        let element = self.usable(selector).await;
        let clicked = element.click().await;
        clicked.unwrap_or_else(|error| panic!("{selector} cannot be clicked: {error}"));
    }

    /// Replaces what is in a field by this text, as somebody who types it.
    pub async fn fill(&self, selector: &str, text: &str) {
        let element = self.usable(selector).await;
        let outcome = async {
            element.send_keys(Key::Control + "a").await?;
            element.send_keys(text).await
        };
        outcome
            .await
            .unwrap_or_else(|error| panic!("{selector} takes no text: {error}"));
    }

    /// Chooses an option of a `<select>`.
    pub async fn select(&self, selector: &str, value: &str) {
        self.wait_for(selector).await;
        let choose = "const field = document.querySelector(given[0]);
            field.value = given[1];
            field.dispatchEvent(new Event('change', { bubbles: true }));
            return field.value;";
        let chosen = self
            .evaluate(choose, &[json!(selector), json!(value)])
            .await;
        assert_eq!(chosen, value, "{selector} has no such option");
    }

    /// Picks a file in an `<input type=file>`.
    pub async fn pick(&self, selector: &str, path: &Path) {
        let element = self.usable(selector).await;
        let picked = element.send_keys(path.display().to_string()).await;
        picked.unwrap_or_else(|error| panic!("{selector} takes no file: {error}"));
    }

    /// The tab that is being looked at.
    pub async fn tab(&self) -> WindowHandle {
        self.driver.window().await.expect("a tab")
    }

    /// Goes to another tab, and leaves this one open.
    pub async fn go_to_tab(&self, tab: WindowHandle) {
        let switched = self.driver.switch_to_window(tab).await;
        switched.expect("the other tab");
    }

    /// Chooses files in a file dialog.
    pub async fn choose_files(&self, selector: &str, files: &[impl AsRef<Path>]) {
        let paths: Vec<String> = files
            .iter()
            .map(|file| file.as_ref().display().to_string())
            .collect();
        let field = self.usable(selector).await;
        let chosen = field.send_keys(paths.join("\n")).await;
        chosen.unwrap_or_else(|error| panic!("{selector} takes no files: {error}"));
    }

    /// Presses keys, wherever the focus is.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        let outcome = self.driver.action_chain().send_keys(keys).perform().await;
        outcome.unwrap_or_else(|error| panic!("keys cannot be pressed: {error}"));
    }

    /// Pastes a text into a field.
    pub async fn paste(&self, selector: &str, text: &str) {
        let field = self.usable(selector).await;
        let written = "return navigator.clipboard.writeText(given[0]).then(() => true);";
        self.evaluate(written, &[json!(text)]).await;
        let pasted = field.send_keys(Key::Control + "v").await;
        pasted.unwrap_or_else(|error| panic!("{selector} takes no paste: {error}"));
    }

    /// What the body of a JavaScript function, called with `given`, returns.
    pub async fn evaluate(&self, body: &str, given: &[Value]) -> Value {
        let script = format!("const given = Array.from(arguments); {body}");
        match self.driver.execute(script, given.to_vec()).await {
            Ok(answer) => answer.json().clone(),
            Err(error) => panic!("{body} fails: {error}"),
        }
    }

    /// The text of the first element that matches, as it is rendered; nothing where there is none.
    pub async fn text(&self, selector: &str) -> String {
        self.texts(selector)
            .await
            .into_iter()
            .next()
            .unwrap_or_default()
    }

    /// The texts of all elements that match, as they are rendered.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(given[0])].map((element) => element.innerText.trim());";
        let texts = self.evaluate(script, &[json!(selector)]).await;
        serde_json::from_value(texts).expect("a list of texts")
    }

    /// An attribute of every element that matches; the empty text where an element has none.
    pub async fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(given[0])].map((element) => element.getAttribute(given[1]) ?? '');";
        let values = self.evaluate(script, &[json!(selector), json!(name)]).await;
        serde_json::from_value(values).expect("a list of texts")
    }

    /// Whether an element matches.
    pub async fn has(&self, selector: &str) -> bool {
        self.evaluate(
            "return document.querySelector(given[0]) !== null;",
            &[json!(selector)],
        )
        .await
            == json!(true)
    }

    /// Sends a command of the Chrome DevTools Protocol.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        let outcome = self.driver.cdp().send_raw(method, parameters).await;
        outcome.unwrap_or_else(|error| panic!("{method} fails: {error}"))
    }

    /// What is on the screen, as PNG.
    ///
    /// # Errors
    /// The driver's own.
    pub async fn screenshot(&self) -> thirtyfour::error::WebDriverResult<Vec<u8>> {
        self.driver.screenshot_as_png().await
    }

    /// What has been written to the console since this was asked last.
    ///
    /// # Errors
    /// The driver's own.
    pub async fn console(&self) -> thirtyfour::error::WebDriverResult<Vec<String>> {
        let entries = self.driver.browser_log().await?;
        Ok(entries
            .into_iter()
            .map(|entry| format!("{} {}", entry.level, entry.message))
            .collect())
    }

    /// What the driver has logged about the browser's performance since this was asked last.
    pub(super) async fn performance_log(&self) -> thirtyfour::error::WebDriverResult<Vec<String>> {
        let entries = self.driver.get_log("performance").await?;
        Ok(entries.into_iter().map(|entry| entry.message).collect())
    }

    pub(super) async fn quit(self) -> thirtyfour::error::WebDriverResult<()> {
        self.driver.quit().await
    }

    async fn usable(&self, selector: &str) -> WebElement {
        let found = self
            .wait(&format!("usable {selector}"), USABLE, &[json!(selector)])
            .await;
        WebElement::from_json(found, self.driver.handle().clone()).expect("an element")
    }
}
