//! What is switched on or off for everything.

use leptos::prelude::*;
use tabcert_engine_api::settings::{Settings, SettingsView};

use crate::store::Store;
use crate::task;

/// The section.
#[component]
pub(super) fn Switches() -> impl IntoView {
    let store = expect_context::<Store>();
    let settings = RwSignal::new(None::<SettingsView>);
    let error = RwSignal::new(None::<String>);
    let ask = move |question: Settings| {
        task::spawn(async move {
            match store.ask(question).await {
                Ok(view) => {
                    settings.set(Some(view));
                    error.set(None);
                }
                Err(why) => {
                    error.set(Some(why.to_string()));
                    // What the box shows is what is stored.
                    settings.update(|_| ());
                }
            }
        });
    };
    ask(Settings::Read);
    let delete = move || settings.get().is_some_and(|it| it.delete_replaced_keys);
    view! {
        <section aria-labelledby="switches-title">
            <h3 id="switches-title">"Old keys"</h3>
            <label class="check" for="delete-replaced-keys">
                <input
                    id="delete-replaced-keys"
                    type="checkbox"
                    prop:checked=delete
                    disabled=move || settings.with(Option::is_none)
                    on:change=move |event| ask(Settings::DeleteReplacedKeys(event_target_checked(&event)))
                />
                <span>
                    "Delete the private key of a certificate that was replaced, once the new one has been downloaded"
                </span>
            </label>
            <p class="error" role="alert">{error}</p>
        </section>
    }
    .into_any()
}
