//! Files from a dialog, or dragged here.

use leptos::html;
use leptos::prelude::*;
use web_sys::{DragEvent, FileList};
use zeroize::Zeroizing;

use crate::shell::brought;
use crate::task;

/// Reads the files that are chosen or dropped, all at once.
#[component]
pub(crate) fn FilePicker(
    /// The input's id.
    id: &'static str,
    /// What to choose.
    label: &'static str,
    /// More about it.
    hint: &'static str,
    /// Larger files are refused.
    max_bytes: usize,
    /// They were read: names and contents.
    on_files: impl Fn(Vec<(String, Zeroizing<Vec<u8>>)>) + Copy + 'static,
) -> impl IntoView {
    let input: NodeRef<html::Input> = NodeRef::new();
    let error = RwSignal::new(None::<String>);
    let hovered = RwSignal::new(false);
    let take = move |files: Option<FileList>| {
        let Some(files) = files.filter(|files| files.length() > 0) else {
            return;
        };
        task::spawn(async move {
            match brought::read_all(&files, max_bytes).await {
                Ok(read) => {
                    error.set(None);
                    on_files(read);
                }
                Err(wrong) => {
                    error.set(Some(wrong.to_string()));
                }
            }
            // The same file can be chosen again.
            if let Some(input) = input.get_untracked() {
                input.set_value("");
            }
        });
    };
    let chosen = move |_| take(input.get_untracked().and_then(|input| input.files()));
    let over = move |event: DragEvent| {
        event.prevent_default();
        hovered.set(true);
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        hovered.set(false);
        take(event.data_transfer().and_then(|dragged| dragged.files()));
    };
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    view! {
        <div
            class="field files-field"
            data-hovered=move || hovered.get().then_some("true")
            on:dragover=over
            on:dragleave=move |_| hovered.set(false)
            on:drop=dropped
        >
            <label for=id>{label}</label>
            <input
                id=id
                type="file"
                multiple=true
                node_ref=input
                aria-describedby=format!("{error_id} {hint_id}")
                on:change=chosen
            />
            <p class="error" id=error_id role="alert">{error}</p>
            <p class="hint" id=hint_id>{hint}</p>
        </div>
    }
}
