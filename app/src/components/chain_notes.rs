//! What is unusual about a certificate, beside its files.

use leptos::prelude::*;
use tabcert_pki::ChainNote;

use crate::present::chain_note::sentence;

/// Every note, those first that may keep the certificate from working. Nothing where there is none.
#[component]
pub(crate) fn ChainNotes(notes: Vec<ChainNote>) -> impl IntoView {
    let (warnings, rest): (Vec<_>, Vec<_>) = notes.into_iter().partition(ChainNote::is_warning);
    let items: Vec<_> = warnings
        .into_iter()
        .chain(rest)
        .map(|note| {
            let class = if note.is_warning() { "warning" } else { "" };
            view! {
                <li class=class data-note=note.kind()>
                    {sentence(&note)}
                </li>
            }
        })
        .collect();
    (!items.is_empty()).then(|| {
        view! {
            <section class="chain-notes" data-testid="chain-notes">
                <h3>"Worth knowing"</h3>
                <ul>{items}</ul>
            </section>
        }
    })
}
