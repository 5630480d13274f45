//! Step 5: the certificate, its files, and where they go.

mod downloads;
mod facts;
mod pfx;
mod placement;

use leptos::prelude::*;

use super::failed::Failure;
use super::journey::{Face, Journey};
use super::work::{Requests, Working};
use downloads::Downloads;
use facts::Facts;
use pfx::{MadePfx, Pfx};
use placement::Placement;

#[component]
pub(super) fn CertificateStep() -> impl IntoView {
    let journey = expect_context::<Journey>();
    move || match journey.face.get() {
        Face::Issued => view! { <Certificate /> }.into_any(),
        Face::Failed => journey
            .failed
            .get()
            .map(|failed| view! { <Failure failed=failed /> })
            .into_any(),
        _ => view! { <Working /> }.into_any(),
    }
}

#[component]
fn Certificate() -> impl IntoView {
    let journey = expect_context::<Journey>();
    // Kept for the archive, which holds it too once it is made.
    let made_pfx = RwSignal::new(None::<MadePfx>);
    move || {
        let issued = journey.issued.get()?;
        let summary = issued.issued()?.summary.clone();
        let name = summary.names.first().cloned().unwrap_or_default();
        Some(view! {
            <p class="standing reached" role="status" data-testid="issued">
                "Issued and checked: the key, the names and the chain belong together."
            </p>
            <Facts summary=summary />
            <Downloads issued=issued.clone() made_pfx=made_pfx />
            <Pfx issued=issued name=name made=made_pfx />
            <Placement />
            <Requests />
        })
    }
}
