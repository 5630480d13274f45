//! An encrypted file of everything that is kept, or of one certificate.

use leptos::prelude::*;
use tabcert_engine_api::backup::{EXTENSION, Export};

use super::new_passphrase::{NewPassphrase, Typed};
use crate::present::{files::stem, time};
use crate::shell::download;
use crate::store::Store;
use crate::task;

/// A form that saves the file. Only one can be on the screen, because of its ids.
#[component]
pub(crate) fn Backup(
    /// The certificate's id and its title; everything without it.
    #[prop(optional, into)]
    certificate: Option<(String, String)>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let typed = Typed::new();
    let busy = RwSignal::new(false);
    let said = RwSignal::new(None::<String>);
    let error = RwSignal::new(None::<String>);
    let is_all = certificate.is_none();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        said.set(None);
        error.set(None);
        let Some(passphrase) = typed.passphrase() else {
            return;
        };
        let name = match &certificate {
            Some((_, title)) => format!("{}.{EXTENSION}", stem(title)),
            None => format!("tabcert-{}.{EXTENSION}", today(store.now_ms())),
        };
        let question = Export {
            certificate: certificate.as_ref().map(|(id, _)| id.clone()),
            passphrase,
        };
        busy.set(true);
        let exported = store.ask(question);
        let file_name = name.clone();
        // The file is the visitor's also where they are elsewhere by then.
        let saved = task::to_the_end(async move {
            let exported = exported.await.map_err(|error| error.to_string())?;
            download::save(&file_name, "application/octet-stream", &exported.file)
                .map_err(|error| error.to_string())?;
            Ok(exported.left_out)
        });
        task::spawn(async move {
            let saved: Result<_, String> = saved.await;
            busy.set(false);
            match saved {
                Ok(left_out) => {
                    typed.clear();
                    said.set(Some(says(&name, left_out)));
                }
                Err(why) => {
                    error.set(Some(why));
                }
            }
        });
    };
    view! {
        <form class="backup" on:submit=submit novalidate>
            <NewPassphrase
                typed=typed
                ids=["backup-passphrase", "backup-passphrase-again"]
                label="Passphrase for the file"
            />
            <div class="actions">
                <button type="submit" class="primary" id="backup-save" disabled=busy>
                    {move || match (busy.get(), is_all) {
                        (true, _) => "Encrypting…",
                        (false, true) => "Save a backup of everything",
                        (false, false) => "Save this certificate, encrypted",
                    }}
                </button>
            </div>
            <p class="standing reached" role="status" data-testid="backup-saved" hidden=move || said.with(Option::is_none)>
                {said}
            </p>
            <p class="error" role="alert" data-testid="backup-error">{error}</p>
        </form>
    }
    .into_any()
}

fn says(name: &str, left_out: usize) -> String {
    let left_out = match left_out {
        0 => String::new(),
        1 => " One record is not in it, as it cannot be read.".to_owned(),
        count => format!(" {count} records are not in it, as they cannot be read."),
    };
    format!("Saved as {name}. Only its passphrase opens it: keep both, in two places.{left_out}")
}

/// The day as file names have it: `2026-11-26`.
fn today(now_ms: u64) -> String {
    time::iso(now_ms).chars().take(10).collect()
}
