//! The files to download.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::journey::{IssuedView, Journey};
use super::pfx::MadePfx;
use crate::present::files::{PemFile, stem};
use crate::shell::download;

/// One ZIP of everything, and every file for itself.
#[component]
pub(super) fn Downloads(issued: IssuedView, made_pfx: RwSignal<Option<MadePfx>>) -> impl IntoView {
    let error = RwSignal::new(None::<String>);
    let files = PemFile::ALL
        .map(|file| view! { <PemDownload issued=issued.clone() file=file error=error /> });
    view! {
        <section class="downloads">
            <h3>"Your files"</h3>
            <p class="hint">
                "The key exists only in this tab: download it before you close or reload it. It cannot be had again."
            </p>
            <ArchiveDownload issued=issued made_pfx=made_pfx error=error />
            <ul class="files">{files}</ul>
            <p class="error" role="alert" data-testid="download-error">{error}</p>
        </section>
    }
}

#[component]
fn PemDownload(
    issued: IssuedView,
    file: PemFile,
    error: RwSignal<Option<String>>,
) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let save = move |_| {
        let Some(issued) = issued.issued() else {
            return;
        };
        let saved = file
            .make(issued)
            .map_err(|error| error.to_string())
            .and_then(|text| {
                download::save(file.name(), "application/x-pem-file", text.as_bytes())
                    .map_err(|error| error.to_string())
            });
        if saved.is_ok() && file == PemFile::PrivateKey {
            journey.key_saved();
        }
        error.set(saved.err());
    };
    view! {
        <li>
            <button
                type="button"
                class="secondary"
                data-testid="download"
                data-file=file.name()
                on:click=save
            >
                <span class="unseen">"Download "</span>
                {file.name()}
            </button>
            <span class="hint">{file.about()}</span>
        </li>
    }
}

#[component]
fn ArchiveDownload(
    issued: IssuedView,
    made_pfx: RwSignal<Option<MadePfx>>,
    error: RwSignal<Option<String>>,
) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let busy = RwSignal::new(false);
    let save = move |_| {
        let issued = issued.clone();
        let pfx = made_pfx.with_untracked(|made| made.as_ref().map(MadePfx::bytes));
        busy.set(true);
        spawn_local(async move {
            let saved = save_archive(journey, &issued, pfx).await;
            if saved.is_ok() {
                journey.key_saved();
            }
            // The visitor may have gone on meanwhile.
            error.try_set(saved.err());
            busy.try_set(false);
        });
    };
    let with_pfx = move || made_pfx.with(Option::is_some).then_some(", the PFX");
    view! {
        <div class="actions">
            <button
                type="button"
                class="primary"
                data-testid="download"
                data-file="zip"
                disabled=busy
                on:click=save
            >
                {move || if busy.get() { "Packing…" } else { "Download everything (ZIP)" }}
            </button>
            <span class="hint">
                "All files below" {with_pfx} " and a README that says which goes where."
            </span>
        </div>
    }
}

async fn save_archive(
    journey: Journey,
    issued: &IssuedView,
    pfx: Option<Vec<u8>>,
) -> Result<(), String> {
    let Some(issued) = issued.issued() else {
        return Ok(());
    };
    let archive = journey
        .store
        .make_archive(issued, pfx)
        .await
        .map_err(|error| error.to_string())?;
    let name = issued
        .summary
        .names
        .first()
        .map_or("certificate", String::as_str);
    download::save(&format!("{}.zip", stem(name)), "application/zip", &archive)
        .map_err(|error| error.to_string())
}
