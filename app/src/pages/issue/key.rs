//! Step 3: the kind of key; the order is made from here.

use leptos::prelude::*;
use tabcert_pki::KeyType;

use super::journey::{Face, Journey};
use crate::components::RadioCard;
use crate::present;

#[component]
pub(super) fn KeyStep() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let card = move |key_type: KeyType| {
        let chosen = journey.draft.key_type;
        view! {
            <RadioCard
                id=format!("key-{}", key_type.as_str())
                group="key"
                title=key_type.to_string()
                hint=present::key_type::hint(key_type)
                checked=Signal::derive(move || chosen.get() == key_type)
                on_choose=move || chosen.set(key_type)
            />
        }
    };
    let connecting = move || journey.face.get() == Face::Connecting;
    let label = move || match connecting() {
        true => format!("Reaching {}…", journey.ca_name()),
        false => format!("Order from {}", journey.ca_name()),
    };
    view! {
        <form
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                journey.order();
            }
        >
            <fieldset class="cards">
                <legend>"Which kind of key shall the certificate have?"</legend>
                {KeyType::ALL.map(card)}
            </fieldset>
            <p class="hint">
                "The key is made in this tab and stays here until you download it. After the order, the CA says how to show that the names are yours."
            </p>
            <div class="actions">
                <button type="submit" id="order" class="primary" disabled=connecting>
                    {label}
                </button>
            </div>
        </form>
    }
}
