//! What everybody can use: checks that hold on every screen.

use serde_json::{Value, json};

use super::Page;

/// The narrowest screen that has to do.
pub const NARROW: u32 = 360;

/// Controls that nobody tells the name of: without label, `aria-label`, `aria-labelledby`, text.
const NAMELESS: &str = r"
    return [...document.querySelectorAll('input, textarea, select, button, a[href], summary, progress')]
        .filter((control) => control.checkVisibility())
        .filter((control) => {
            const named = control.ariaLabel
                || (control.getAttribute('aria-labelledby') ?? '').split(' ')
                    .map((id) => document.getElementById(id)?.textContent).join('')
                || [...(control.labels ?? [])].map((label) => label.textContent).join('')
                || (control.matches('button, a, summary') && control.textContent);
            return !named?.trim();
        })
        .map((control) => control.outerHTML.slice(0, 200));
";

/// What is wider than the screen, where that makes the page scroll.
const TOO_WIDE: &str = r"
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.body.querySelectorAll('*')]
        .filter((element) => !element.closest('svg') && element.getBoundingClientRect().right > width + 1)
        .map((element) => element.outerHTML.slice(0, 200));
";

/// References to elements that are not there.
const DANGLING: &str = r"
    return ['aria-labelledby', 'aria-describedby', 'for'].flatMap((attribute) =>
        [...document.querySelectorAll(`[${attribute}]`)].flatMap((element) =>
            element.getAttribute(attribute).split(' ')
                .filter((id) => id && !document.getElementById(id))
                .map((id) => `${attribute}=${id}`)));
";

/// Ids that more than one element has.
const TWICE: &str = r"
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
    return ids.filter((id, at) => ids.indexOf(id) !== at);
";

/// Checks what is on the screen.
///
/// # Panics
/// Where a control has no name, a reference leads nowhere, an id is used twice, or the page lacks
/// language, title or heading.
pub async fn assert_accessible(page: &Page, step: &str) {
    for (what, script) in [
        ("controls without a name", NAMELESS),
        ("dangling references", DANGLING),
        ("ids used twice", TWICE),
    ] {
        assert_eq!(
            page.evaluate(script, &[]).await,
            json!([]),
            "{step}: {what}"
        );
    }
    let document = "return [document.documentElement.lang, document.title, document.querySelectorAll('h1').length];";
    let document = page.evaluate(document, &[]).await;
    assert_eq!(document[0], "en", "{step}: language");
    assert!(
        document[1]
            .as_str()
            .is_some_and(|title| title.contains("Tabcert")),
        "{step}: {document}"
    );
    assert_eq!(document[2], 1, "{step}: headings of the first level");
}

/// Checks that nothing has to be scrolled sideways on the narrowest screen. Leaves the screen as it
/// was.
///
/// # Panics
/// Where something is wider than the screen.
pub async fn assert_fits_narrow_screen(page: &Page, step: &str) {
    resize(page, NARROW, 740).await;
    let too_wide = page.evaluate(TOO_WIDE, &[]).await;
    page.devtools("Emulation.clearDeviceMetricsOverride", json!({}))
        .await;
    assert_eq!(too_wide, json!([]), "{step}: wider than {NARROW} px");
}

/// Gives the page this many CSS pixels.
pub async fn resize(page: &Page, width: u32, height: u32) {
    let metrics =
        json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    page.devtools("Emulation.setDeviceMetricsOverride", metrics)
        .await;
}

/// Moves the focus with the Tab key until it is on an element that matches the selector.
///
/// # Panics
/// Where it does not get there within a turn around the page.
pub async fn tab_to(page: &Page, selector: &str) {
    page.wait_for(selector).await;
    let matches = "return document.activeElement?.matches(given[0]) ?? false;";
    let mut passed: Vec<Value> = Vec::new();
    for _ in 0..150 {
        if page.evaluate(matches, &[json!(selector)]).await == json!(true) {
            assert_focus_is_visible(page, selector).await;
            return;
        }
        let here = "return document.activeElement?.outerHTML.slice(0, 80);";
        passed.push(page.evaluate(here, &[]).await);
        page.press(thirtyfour::Key::Tab).await;
    }
    panic!("the Tab key does not lead to {selector}; it passes {passed:#?}");
}

/// The focus has to be seen (WCAG 2.2, 2.4.7): an outline or a shadow, on the element, its label or
/// the box that it is in.
async fn assert_focus_is_visible(page: &Page, selector: &str) {
    let script = r"
        const marked = (element) => {
            if (!element) return false;
            const style = getComputedStyle(element);
            return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
        };
        const focused = document.activeElement;
        return marked(focused) || marked(focused.closest('label')) || marked(focused.parentElement);
    ";
    assert_eq!(
        page.evaluate(script, &[]).await,
        json!(true),
        "the focus on {selector} is not visible"
    );
}
