//! Step 5: the certificate, its files, and where they go.

mod downloads;
mod facts;
mod pfx;
mod placement;

use leptos::prelude::*;
use tabcert_issuance::view::Issued;

use super::failed::Failure;
use super::journey::{Face, Journey};
use super::work::{Requests, Working};
use downloads::Downloads;
pub(crate) use downloads::save;
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
        let Issued {
            summary, has_key, ..
        } = journey.issued.get()?;
        let name = summary.names.first().cloned().unwrap_or_default();
        Some(view! {
            <p class="standing reached" role="status" data-testid="issued">
                {if has_key {
                    "Issued and checked: the key, the names and the chain belong together."
                } else {
                    "Issued and checked: the names and the chain belong together, and to the key that is not here."
                }}
            </p>
            <Facts summary=summary />
            <Downloads name=name.clone() with_pfx=made_pfx has_key=has_key />
            {has_key.then(|| view! { <Pfx name=name made=made_pfx /> })}
            <Placement />
            <Requests />
        })
    }
}
