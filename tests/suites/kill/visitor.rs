//! What the visitor does: orders, places records, and after the browser's end comes back.

use serde_json::{Value, json};
use tabcert_tests::browser::{Tabcert, TxtRecord};

use crate::site::Site;

/// What is there when the browser is started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Back {
    /// Nothing: the order had not begun.
    Nothing,
    /// An order to go on with.
    Order,
    /// The certificate.
    Issued,
}

/// Clicks through the first three steps as fast as the page lets it.
const ORDER: &str = r"
    const field = document.querySelector('#names-input');
    field.value = given[0];
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    const steps = [
        '#names-continue', '#terms', '#ca-continue', 'label[for=key-p256]', '#order',
    ];
    const act = () => {
        while (steps.length > 0) {
            const element = document.querySelector(steps[0]);
            if (!element?.checkVisibility() || element.matches(':disabled')) return;
            steps.shift();
            element.click();
        }
        observer.disconnect();
        globalThis.ordered = true;
    };
    const observer = new MutationObserver(act);
    observer.observe(document, { subtree: true, childList: true, attributes: true });
    act();
";

/// What the visitor has to do next.
const NEXT: &str = r"
    for (const [what, selector] of Object.entries({
        issued: '[data-testid=issued]', failed: '[data-testid=failure]', ready: '#ready',
    })) {
        const element = document.querySelector(selector);
        if (element?.checkVisibility()) return { what, text: element.innerText };
    }
";

/// Asks for a certificate for a name and its wildcard.
pub(crate) async fn order(tabcert: &Tabcert, name: &str) {
    tabcert.loaded().await;
    let names = format!("{name} *.{name}");
    tabcert.page.evaluate(ORDER, &[json!(names)]).await;
    let page = &tabcert.page;
    page.wait("the order", "return globalThis.ordered;", &[])
        .await;
}

/// Places the records that are asked for, and waits for the certificate.
///
/// # Panics
/// Where something fails, or where the records are others than those that were placed.
pub(crate) async fn finish(tabcert: &Tabcert, site: &Site, placed: &mut Option<Vec<TxtRecord>>) {
    let next = next(tabcert, NEXT).await;
    if next["what"] == "ready" {
        let records = tabcert.records().await;
        match placed {
            Some(placed) => assert_eq!(&records, placed, "what was placed has changed"),
            None => {
                site.publish(&records);
                *placed = Some(records);
            }
        }
        tabcert.ready().await;
    }
    if next["what"] != "issued" {
        let facts = tabcert.issued().await;
        assert_eq!(facts.names.len(), 2);
    }
}

/// Finds out what is there, and goes on with it.
pub(crate) async fn come_back(tabcert: &Tabcert, name: &str) -> Back {
    tabcert.loaded().await;
    let known = "return document.querySelector('#kept[data-known]');";
    tabcert.page.wait("what is kept", known, &[]).await;
    if tabcert.page.has("[data-testid=unfinished-order]").await {
        tabcert.page.click("[data-testid=resume]").await;
        Back::Order
    } else if tabcert.page.has("[data-testid=kept-certificate]").await {
        tabcert.page.click("[data-testid=open]").await;
        tabcert.issued().await;
        Back::Issued
    } else {
        order(tabcert, name).await;
        Back::Nothing
    }
}

async fn next(tabcert: &Tabcert, script: &str) -> Value {
    let next = tabcert.page.wait("something to do", script, &[]).await;
    assert_ne!(next["what"], "failed", "{}", next["text"]);
    next
}
