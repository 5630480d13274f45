//! Revoking certificates that were made elsewhere.

use leptos::prelude::*;
use tabcert_acme::url::HttpsUrl;

use super::ledger::Ledger;
use crate::components::Disclosure;
use crate::pages::revoke::RevokeBrought;

/// At the end of the screen, as it is seldom needed.
#[component]
pub(super) fn Revoking() -> impl IntoView {
    let ledger = expect_context::<Ledger>();
    let known: Signal<Vec<HttpsUrl>> = Signal::derive(move || {
        let all = ledger.accounts.get().unwrap_or_default();
        all.into_iter()
            .map(|account| account.directory_url)
            .collect()
    });
    view! {
        <section class="account" aria-labelledby="revoking">
            <h3 id="revoking">"Revoke a certificate"</h3>
            <p>
                "One that this browser keeps is revoked where it is: open it under "
                <a href="#certificates">"Certificates"</a> "."
            </p>
            <Disclosure
                id="revoke-brought"
                summary="One made elsewhere, with its key as a file"
                content=Box::new(move || view! { <RevokeBrought known=known /> }.into_any())
            />
        </section>
    }
}
