//! Whether the browser keeps what is kept.

use leptos::prelude::*;
use tabcert_engine_api::vault;

use crate::shell::storage;
use crate::store::Store;
use crate::task;

/// The section.
#[component]
pub(super) fn Storage() -> impl IntoView {
    let store = expect_context::<Store>();
    let persisted = RwSignal::new(None::<bool>);
    let estimate = RwSignal::new(None::<(f64, f64)>);
    let refused = RwSignal::new(false);
    task::spawn(async move {
        let is_persisted = storage::is_persisted().await;
        persisted.set(is_persisted);
        let room = storage::estimate().await;
        estimate.set(room);
    });
    let ask = move |_| {
        task::spawn(async move {
            let promised = storage::persist().await;
            persisted.set(promised);
            refused.set(promised != Some(true));
        });
    };
    let unavailable = move || {
        store.vault().with(|vault| match &vault.as_ref()?.storage {
            vault::Storage::Unavailable { words, .. } => Some(words.clone()),
            _ => None,
        })
    };
    let says = move || match persisted.get() {
        Some(true) => {
            "The browser has promised to keep it, also when space runs low. It goes when you clear the data of this site, or delete the browser profile: have a backup."
        }
        Some(false) => {
            "The browser may clear it when space runs low, or when you do not come here for long. Ask it to keep it, and have a backup."
        }
        None => "The browser does not say how long it keeps it. Have a backup.",
    };
    view! {
        <section aria-labelledby="storage-title" data-testid="storage">
            <h3 id="storage-title">"How long it is kept"</h3>
            {move || unavailable().map(|why| view! { <p class="notice" role="status">{why}</p> })}
            <p data-testid="persisted" data-persisted=move || persisted.get().map(|it| it.to_string())>
                {says}
            </p>
            <p class="hint">{move || estimate.get().map(room)}</p>
            <Show when=move || persisted.get() == Some(false)>
                <div class="actions">
                    <button type="button" class="secondary" id="persist" on:click=ask>
                        "Ask the browser to keep it"
                    </button>
                    <span class="hint" role="status">
                        {move || refused.get().then_some(
                            "It has not promised. Browsers do so sooner for sites that you visit often, have bookmarked, or let notify you.",
                        )}
                    </span>
                </div>
            </Show>
        </section>
    }
    .into_any()
}

fn room((used, quota): (f64, f64)) -> String {
    format!(
        "This site uses {} of the {} that the browser gives it.",
        size(used),
        size(quota)
    )
}

fn size(bytes: f64) -> String {
    const UNITS: [&str; 4] = ["bytes", "kB", "MB", "GB"];
    let mut unit = 0;
    let mut number = bytes;
    while number >= 1000.0 && unit + 1 < UNITS.len() {
        number /= 1000.0;
        unit += 1;
    }
    let digits = usize::from(unit > 0 && number < 10.0);
    format!("{number:.digits$} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        for (bytes, text) in [
            (0.0, "0 bytes"),
            (999.0, "999 bytes"),
            (1_234.0, "1.2 kB"),
            (12_345_678.0, "12 MB"),
            (2_000_000_000_000.0, "2000 GB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }
}
