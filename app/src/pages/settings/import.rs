//! Taking records out of a backup: nothing is stored before it is clear what happens.

mod preview;

use leptos::html;
use leptos::prelude::*;
use tabcert_engine_api::backup::{self, Choice, ImportView, MAX_BYTES};

use crate::components::Field;
use crate::shell::{brought, passphrase};
use crate::store::Store;
use crate::task;
use preview::Preview;

/// Picking a file, looking into it, deciding.
#[component]
pub(super) fn Import() -> impl IntoView {
    let store = expect_context::<Store>();
    let standing = RwSignal::new(ImportView::Nothing);
    let busy = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let error_file = RwSignal::new(None::<String>);
    let input: NodeRef<html::Input> = NodeRef::new();
    let ask = move |question: backup::Import| async move {
        busy.set(true);
        error.set(None);
        match store.ask(question).await {
            Ok(view) => {
                standing.set(view);
            }
            Err(why) => {
                error.set(Some(why.to_string()));
            }
        }
        busy.set(false);
    };
    let open = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(input) = input.get_untracked() else {
            return;
        };
        error.set(None);
        error_file.set(None);
        standing.set(ImportView::Nothing);
        task::spawn(async move {
            match brought::chosen(&input, MAX_BYTES)
                .await
                .map(|files| files.into_iter().next())
            {
                Ok(Some((_, file))) => {
                    let file = file.to_vec();
                    let passphrase = passphrase::of(&typed.get_untracked());
                    ask(backup::Import::Open { file, passphrase }).await;
                }
                Ok(None) => {
                    error_file.set(Some("Choose a file.".to_owned()));
                }
                Err(why) => {
                    error_file.set(Some(why.to_string()));
                }
            }
        });
    };
    let apply = move |choices: Vec<Choice>| {
        task::spawn(async move {
            ask(backup::Import::Apply(choices)).await;
            if matches!(standing.get_untracked(), ImportView::Done(_)) {
                typed.set(String::new());
            }
        });
    };
    let cancel = move || task::spawn(ask(backup::Import::Cancel));
    // What is in the engine's hands is in nobody's interest once the visitor is elsewhere.
    on_cleanup(move || drop(store.ask(backup::Import::Cancel)));
    view! {
        <form class="import" on:submit=open novalidate>
            <div class="field">
                <label for="import-file">"Backup file"</label>
                <input
                    id="import-file"
                    type="file"
                    accept=".tabcert"
                    node_ref=input
                    aria-describedby="import-file-error"
                    on:change=move |_| {
                        standing.set(ImportView::Nothing);
                        error.set(None);
                        error_file.set(None);
                    }
                />
                <p class="error" id="import-file-error" role="alert">{error_file}</p>
            </div>
            <Field
                id="import-passphrase"
                label="Its passphrase"
                value=typed
                kind="password"
                autocomplete="off"
                error=error
            />
            <div class="actions">
                <button type="submit" class="secondary" id="import-open" disabled=busy>
                    {move || if busy.get() { "Opening…" } else { "Look into it" }}
                </button>
                <span class="hint">"Nothing is changed yet: you see first what it would do."</span>
            </div>
        </form>
        {move || match standing.get() {
            ImportView::Nothing => ().into_any(),
            ImportView::Preview(preview) => view! {
                <Preview preview=preview busy=busy on_apply=apply on_cancel=cancel />
            }
            .into_any(),
            ImportView::InUse(records) => {
                let count = records.len();
                view! {
                <div class="notice" role="alert" data-testid="import-in-use" data-count=count>
                    <p>"Nothing was taken over: a tab of this browser works with what would be overwritten. Finish that, or leave it, and look into the file again."</p>
                    <ul>
                        {records
                            .into_iter()
                            .map(|record| view! { <li data-kind=record.kind.to_string()>{record.title}</li> })
                            .collect::<Vec<_>>()}
                    </ul>
                </div>
            }
            .into_any()
            }
            ImportView::Done(count) => view! {
                <p class="standing reached" role="status" data-testid="import-done">
                    {match count {
                        0 => "There was nothing to take over: everything is here already.".to_owned(),
                        1 => "Taken over: one record.".to_owned(),
                        count => format!("Taken over: {count} records."),
                    }}
                </p>
            }
            .into_any(),
        }}
    }
    .into_any()
}
