//! The files to download.

use leptos::prelude::*;
use tabcert_engine_api::Command;
use tabcert_engine_api::files::{File, PemFile};
use tabcert_pki::Form;

use super::super::journey::Journey;
use crate::present::files::{self, PEM_FILES, stem};
use crate::shell::download;
use crate::task::{self, Outcome};

/// One ZIP of everything, and every file for itself. `name` is the certificate's first, `with_pfx`
/// whether a PFX was made, `has_key` whether the private key is here, `has_issuers` whether issuers came
/// along, and `form` that of what the CA sent.
#[component]
pub(super) fn Downloads(
    name: String,
    with_pfx: RwSignal<bool>,
    has_key: bool,
    has_issuers: bool,
    form: Form,
) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let error = RwSignal::new(None::<String>);
    let is_there = move |file: &PemFile| match file {
        PemFile::PrivateKey | PemFile::Request => has_key,
        PemFile::Chain => has_issuers,
        PemFile::Fullchain | PemFile::Certificate => true,
    };
    let files: Vec<_> = PEM_FILES
        .into_iter()
        .filter(is_there)
        .map(|file| {
            let about = files::about(file, has_issuers);
            view! { <FileDownload kind=Kind::Pem(file) name=files::name(file) about=about error=error /> }
        })
        .collect();
    let answer = files::answer_name(Some(form));
    view! {
        <section class="downloads">
            <h3>"Your files"</h3>
            <p class="hint">
                {move || match journey.store.is_kept() {
                    _ if !has_key => "The private key is not here: it is where the request was made, or was forgotten. Put these files beside it.",
                    true => "Kept in this browser, encrypted, until you forget them. Browsers clear what sites keep when asked to, or when space runs low: download them.",
                    false => "The key exists only in this tab: download it before you close or reload it. It cannot be had again.",
                }}
            </p>
            {has_key.then(|| view! { <ArchiveDownload name=name with_pfx=with_pfx error=error /> })}
            <ul class="files">
                {files}
                <FileDownload
                    kind=Kind::Answer
                    name=answer
                    about="What the CA sent, as it came."
                    error=error
                />
            </ul>
            <p class="error" role="alert" data-testid="download-error">{error}</p>
        </section>
    }
}

/// A file that needs nothing to be made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One of the classic files.
    Pem(PemFile),
    /// What the CA sent.
    Answer,
}

/// A row with a button that saves a file. `name` is the file's, `about` what is in it, and `error` gets what
/// went wrong.
#[component]
pub(crate) fn FileDownload(
    kind: Kind,
    #[prop(into)] name: String,
    about: &'static str,
    error: RwSignal<Option<String>>,
) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let (file_name, marked) = (name.clone(), name.clone());
    let save = move |_| {
        let name = file_name.clone();
        task::spawn(async move {
            let (file, media_type) = match kind {
                Kind::Pem(file) => (File::Pem(file), "application/x-pem-file"),
                Kind::Answer => (File::Answer, "application/octet-stream"),
            };
            let saved = save(journey, file, &name, media_type).await;
            if saved.is_ok() && kind == Kind::Pem(PemFile::PrivateKey) {
                journey.key_saved();
            }
            error.set(saved.err());
        });
    };
    view! {
        <li>
            <button
                type="button"
                class="secondary"
                data-testid="download"
                data-file=marked
                on:click=save
            >
                <span class="unseen">"Download "</span>
                {name}
            </button>
            <span class="hint">{about}</span>
        </li>
    }
}

#[component]
fn ArchiveDownload(
    name: String,
    with_pfx: RwSignal<bool>,
    error: RwSignal<Option<String>>,
) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let busy = RwSignal::new(false);
    let save = move |_| {
        let name = format!("{}.zip", stem(&name));
        busy.set(true);
        task::spawn(async move {
            let saved = save(journey, File::Archive, &name, "application/zip").await;
            if saved.is_ok() {
                journey.key_saved();
            }
            error.set(saved.err());
            busy.set(false);
        });
    };
    let with_pfx = move || with_pfx.get().then_some(", the PFX");
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

/// Has a file made and offers it to the visitor, wherever they are by then; fails with words for them.
pub(crate) fn save(
    journey: Journey,
    file: File,
    name: &str,
    media_type: &'static str,
) -> Outcome<Result<(), String>> {
    let session = journey.store.session();
    let (with_key, is_of_it) = (file.has_key(), !matches!(file, File::Calendar { .. }));
    let content = journey.store.ask(file);
    let name = name.to_owned();
    task::to_the_end(async move {
        let content = content.await.map_err(|error| error.to_string())?;
        download::save(&name, media_type, &content.0).map_err(|error| error.to_string())?;
        if is_of_it {
            let handed_over = Command::HandedOver { session, with_key };
            journey.store.tell(&handed_over);
        }
        Ok(())
    })
}
