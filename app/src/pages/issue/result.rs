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
pub(super) use downloads::save;
use facts::Facts;
use pfx::Pfx;
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
    // The archive takes it along.
    let made_pfx = RwSignal::new(false);
    move || {
        let summary = journey.issued.get()?.summary;
        let name = summary.names.first().cloned().unwrap_or_default();
        Some(view! {
            <p class="standing reached" role="status" data-testid="issued">
                "Issued and checked: the key, the names and the chain belong together."
            </p>
            <Facts summary=summary />
            <Downloads name=name.clone() with_pfx=made_pfx />
            <Pfx name=name made=made_pfx />
            <Placement />
            <Requests />
        })
    }
}
