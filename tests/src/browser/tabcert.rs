//! Tabcert as its visitors see it: steps, and what can be done in each.

use serde_json::json;

use super::{Downloads, Page, watched};

/// Tabcert in a tab. Methods wait for what they need to be on the screen.
#[derive(Debug)]
pub struct Tabcert {
    /// The tab.
    pub page: Page,
    /// What was saved from it.
    pub downloads: Downloads,
}

/// A name in the list, or what was meant to be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// The name, or what was typed where it is none.
    pub name: String,
    /// Whether it is a name.
    pub is_valid: bool,
    /// All that is written there.
    pub text: String,
    /// What is said about it.
    pub note: String,
}

/// A TXT record as the page tells the visitor to add it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TxtRecord {
    /// The absolute name.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
    /// What is said about there being several.
    pub instruction: String,
}

/// What the page says about the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The names.
    pub names: Vec<String>,
    /// The kind of key.
    pub key: String,
    /// SHA-256 over the certificate.
    pub fingerprint: String,
}

impl Tabcert {
    pub(super) fn new(page: Page, downloads: Downloads) -> Self {
        Self { page, downloads }
    }

    /// Waits until the program has arrived.
    pub async fn loaded(&self) {
        self.page.wait_for("#names-continue").await;
    }

    /// Waits until this step is the open one: `names`, `ca`, `key`, `prove` or `certificate`.
    pub async fn step(&self, id: &str) {
        self.page
            .wait_for(&format!("[data-step={id}][data-state=open] .step-body"))
            .await;
    }

    /// Goes to another screen: `settings`, for example.
    pub async fn go_to(&self, screen: &str) {
        // The page has the same links before the program has arrived.
        let arrived = "return document.querySelector('#kept');";
        self.page.wait("the program", arrived, &[]).await;
        let link = format!("nav.screens a[href='#{screen}']");
        self.page.click(&link).await;
    }

    /// What the visitor answers to every question of the page's from now on, in this document.
    pub async fn answer_questions(&self, yes: bool) {
        let confirm = format!("window.confirm = () => {yes};");
        self.page.evaluate(&confirm, &[]).await;
    }

    /// Types names and goes on to the CA.
    pub async fn enter_names(&self, names: &str) {
        self.loaded().await;
        self.page.fill("#names-input", names).await;
        self.page.click("#names-continue").await;
        self.step("ca").await;
    }

    /// The names as they stand there, each with what is said about it.
    pub async fn chips(&self) -> Vec<Chip> {
        self.page.wait_for("[data-testid=name-chip]").await;
        let script = r"
            return [...document.querySelectorAll('[data-testid=name-chip]')].map((chip) => [
                chip.dataset.name,
                chip.dataset.state === 'valid',
                chip.innerText,
                chip.querySelector('[data-testid=name-note]').innerText,
            ]);
        ";
        let chips = self.page.evaluate(script, &[]).await;
        let chips: Vec<(String, bool, String, String)> =
            serde_json::from_value(chips).expect("chips");
        let chip = |(name, is_valid, text, note)| Chip {
            name,
            is_valid,
            text,
            note,
        };
        chips.into_iter().map(chip).collect()
    }

    /// Chooses the test CA that runs beside the edge and returns how it is reached: `directly` or
    /// `through the edge`.
    pub async fn choose_local_ca(&self) -> String {
        self.page.click("label[for=ca-local]").await;
        self.reached().await
    }

    /// Chooses a CA by its directory's URL and returns how it is reached.
    pub async fn choose_ca(&self, directory_url: &str) -> String {
        self.page.click("label[for=ca-custom]").await;
        self.page.fill("#ca-url", directory_url).await;
        self.page.click("#ca-url-use").await;
        self.reached().await
    }

    /// Waits until the CA has answered, and returns how it is reached.
    pub async fn reached(&self) -> String {
        self.page.wait_for("#ca-status .reached").await;
        self.page
            .attributes("#ca-status .reached", "data-route")
            .await
            .remove(0)
    }

    /// Accepts the terms of service and goes on to the key.
    ///
    /// # Panics
    /// Where they were accepted beforehand (RFC 8555 §7.3.3 leaves that to the visitor).
    pub async fn accept_terms(&self) {
        self.page.wait_for("#terms").await;
        let ticked = self
            .page
            .evaluate("return document.querySelector('#terms').checked;", &[])
            .await;
        assert_eq!(ticked, json!(false), "the terms are accepted beforehand");
        self.page.click("#terms").await;
        self.page.click("#ca-continue").await;
        self.step("key").await;
    }

    /// Chooses a kind of key, `p256` for example, and orders.
    pub async fn order(&self, key_type: &str) {
        self.page.click(&format!("label[for=key-{key_type}]")).await;
        self.page.click("#order").await;
    }

    /// Waits until the visitor has to prove something.
    pub async fn asked_for_proof(&self) {
        self.page.wait_for("#ready").await;
    }

    /// Proves every name that it can be used for by this method: `dns`, `file` or `edge`.
    pub async fn choose_method(&self, method: &str) {
        self.page
            .click(&format!("label[for=method-{method}]"))
            .await;
    }

    /// The TXT records that are to be added.
    pub async fn records(&self) -> Vec<TxtRecord> {
        self.page.wait_for("[data-testid=record]").await;
        let names = self
            .page
            .attributes("[data-testid=record]", "data-record-name")
            .await;
        let mut records = Vec::new();
        for name in names {
            let record = format!("[data-testid=record][data-record-name='{name}']");
            let within = |what: &str| format!("{record} [data-testid={what}]");
            records.push(TxtRecord {
                values: self
                    .page
                    .attributes(&within("record-value"), "data-record-value")
                    .await,
                instruction: self.page.text(&within("instruction")).await,
                name,
            });
        }
        records
    }

    /// Says that everything is in place.
    pub async fn ready(&self) {
        self.page.click("#ready").await;
    }

    /// Waits for the certificate, and reads what is said about it.
    pub async fn issued(&self) -> Facts {
        self.page
            .wait_for("[data-testid=issued], [data-testid=failure]")
            .await;
        if self.page.has("[data-testid=failure]").await {
            panic!(
                "not issued: {}",
                self.page.text("[data-testid=failure]").await
            );
        }
        Facts {
            names: self.page.texts("[data-fact=names] li").await,
            key: self.page.text("[data-fact=key] dd").await,
            fingerprint: self.page.text("[data-fact=fingerprint] code").await,
        }
    }

    /// Waits until something has failed, and reads the CA's own words, for the whole and for single
    /// names.
    pub async fn failed(&self) -> Vec<String> {
        self.page.wait_for("[data-testid=failure]").await;
        self.page.texts("[data-testid=failure-detail]").await
    }

    /// Saves a file of the result: `privkey.pem` and the like, `zip` or `pfx`.
    pub async fn save(&self, file: &str) {
        self.page
            .click(&format!("[data-testid=download][data-file='{file}']"))
            .await;
    }

    /// Saves the certificate as PFX.
    pub async fn save_pfx(&self, password: &str, friendly_name: &str) {
        self.page.click("#pfx > summary").await;
        self.page.fill("#pfx-password", password).await;
        self.page.fill("#pfx-name", friendly_name).await;
        self.save("pfx").await;
    }

    /// The randomness that was drawn so far on a [`WatchedPage`](super::WatchedPage), for
    /// [`rebuild_account_key`](super::rebuild_account_key).
    pub async fn drawn(&self) -> Vec<Vec<u8>> {
        watched::drawn(&self.page).await
    }

    /// Listens from the next document on to what a [`WatchedPage`](super::WatchedPage) tells, which
    /// [`Browser::run`](super::Browser::run) does by itself.
    pub async fn watch(&self) {
        watched::listen(&self.page).await;
    }

    /// From the first request to an origin to the end of the last one on a
    /// [`WatchedPage`](super::WatchedPage), in milliseconds, and how many there were.
    pub async fn times(&self, origin: &str) -> (f64, u64) {
        watched::times(&self.page, origin).await
    }
}
