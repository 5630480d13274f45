//! Step 5: the certificate, its files, and where they go.

mod downloads;
mod facts;
mod pfx;
mod placement;

use leptos::prelude::*;
use tabcert_issuance::view::Issued;
use tabcert_pki::{ChainNote, Form};

use super::failed::Failure;
use super::journey::{Face, Journey};
use super::work::{Requests, Working};
use crate::components::ChainNotes;
use downloads::Downloads;
pub(crate) use downloads::{FileDownload, Kind, save};
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
        let notes = summary.notes.clone();
        let (class, standing) = standing(&notes, has_key);
        let form = notes.iter().find_map(|note| match note {
            ChainNote::OtherForm { form } => Some(*form),
            _ => None,
        });
        let has_issuers = summary.chain.len() > 1;
        Some(view! {
            <p class=class role="status" data-testid="issued">
                {standing}
            </p>
            <ChainNotes notes=notes />
            <Facts summary=summary />
            <Downloads
                name=name.clone()
                with_pfx=made_pfx
                has_key=has_key
                has_issuers=has_issuers
                form=form.unwrap_or(Form::Pem)
            />
            {has_key.then(|| view! { <Pfx name=name made=made_pfx /> })}
            <Placement />
            <Requests />
        })
    }
}

/// The class and the words of the first line: green only where nothing may keep the certificate from
/// working.
fn standing(notes: &[ChainNote], has_key: bool) -> (&'static str, &'static str) {
    let is_out_of_time = |note: &ChainNote| {
        matches!(
            note,
            ChainNote::Expired { .. } | ChainNote::NotYetValid { .. }
        )
    };
    if notes.iter().any(is_out_of_time) {
        ("standing warned", "Issued, but not valid at this time.")
    } else if notes.iter().any(ChainNote::is_warning) {
        (
            "standing warned",
            "Issued. Read what is worth knowing before you install it.",
        )
    } else if has_key {
        (
            "standing reached",
            "Issued and checked: the key, the names and the chain belong together.",
        )
    } else {
        (
            "standing reached",
            "Issued and checked: the names and the chain belong together, and to the key that is not here.",
        )
    }
}
