//! Files for the visitor's own web servers.

use leptos::prelude::*;
use tabcert_issuance::proof::ChallengeFile;

use super::super::journey::Journey;
use crate::components::Copyable;
use crate::present;
use crate::shell::download;

/// Every file that has to be reachable.
#[component]
pub(super) fn Files() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let files = Memo::new(move |_| {
        journey.proving.with(|proving| {
            proving
                .as_ref()
                .map(|proving| proving.files.clone())
                .unwrap_or_default()
        })
    });
    let heading = move || {
        let count = files.with(Vec::len);
        format!(
            "Put {} on your web servers",
            present::names::count(count, "file")
        )
    };
    view! {
        <Show when=move || files.with(|files| !files.is_empty())>
            <section class="proofs" data-testid="file-proofs">
                <h3>{heading}</h3>
                <ul class="records">
                    <For
                        each=move || files.get()
                        key=|file| file.url.clone()
                        children=|file| view! { <File file=file /> }
                    />
                </ul>
                <p class="hint">
                    "The CA fetches each over plain http on port 80, from several places, and follows redirects. Check that your server sends exactly the content, on IPv6 too where the name has an AAAA record."
                </p>
            </section>
        </Show>
    }
}

#[component]
fn File(file: ChallengeFile) -> impl IntoView {
    let ChallengeFile {
        url,
        file_name,
        content,
        proves,
    } = file;
    let error = RwSignal::new(None);
    let save = {
        let content = content.clone();
        move |_| {
            let saved = download::save(&file_name, "application/octet-stream", content.as_bytes());
            error.set(saved.err().map(|error| error.to_string()));
        }
    };
    let (file_url, file_content) = (url.clone(), content.clone());
    view! {
        <li
            class="record"
            data-testid="file"
            data-file-url=file_url
            data-file-content=file_content
        >
            <p class="proves">"for " {proves}</p>
            <dl>
                <Copyable term="Address" text=url what="the address" />
                <Copyable term="Content" text=content what="the content" />
            </dl>
            <button type="button" class="secondary" data-testid="file-download" on:click=save>
                "Download this file"
            </button>
            <p class="error" role="alert">{error}</p>
        </li>
    }
}
