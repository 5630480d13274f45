//! A PFX (PKCS#12) file for Windows, Java and appliances.

use leptos::prelude::*;
use tabcert_engine_api::files::{File, PfxOptions};
use tabcert_pki::bundle::pfx::Encoding;
use zeroize::Zeroizing;

use super::super::journey::Journey;
use super::downloads::save;
use crate::components::{CopyButton, Field, RadioCard};
use crate::present::files::stem;
use crate::shell::random;
use crate::task;

/// Password, friendly name, encoding, and the button that makes it. `name` is the certificate's
/// first; `made` becomes true with the first file.
#[component]
pub(super) fn Pfx(name: String, made: RwSignal<bool>) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let password = RwSignal::new(String::new());
    let shown = RwSignal::new(false);
    let friendly_name = RwSignal::new(name.clone());
    let encoding = RwSignal::new(Encoding::Modern);
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let suggest = move |_| match random::password() {
        Ok(suggestion) => {
            password.set(suggestion);
            shown.set(true);
        }
        Err(none) => error.set(Some(none.to_owned())),
    };
    let file_name = format!("{}.pfx", stem(&name));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let file_name = file_name.clone();
        let file = File::Pfx(PfxOptions {
            password: Zeroizing::new(password.get_untracked()),
            friendly_name: friendly_name.get_untracked(),
            encoding: encoding.get_untracked(),
        });
        busy.set(true);
        task::spawn(async move {
            let saved = save(journey, file, &file_name, "application/x-pkcs12").await;
            if saved.is_ok() {
                journey.key_saved();
                made.set(true);
            }
            error.set(saved.err());
            busy.set(false);
        });
    };
    view! {
        <details class="pfx" id="pfx">
            <summary>"PFX for Windows, IIS, Java or an appliance"</summary>
            <form on:submit=submit novalidate>
                <div class="with-button">
                    <Field
                        id="pfx-password"
                        label="Password for the file"
                        value=password
                        kind=Signal::derive(move || if shown.get() { "text" } else { "password" })
                        autocomplete="new-password"
                        hint="You need it where you import the file. It goes nowhere else."
                        error=error
                    />
                    <button
                        type="button"
                        id="pfx-show"
                        class="secondary"
                        aria-pressed=move || if shown.get() { "true" } else { "false" }
                        on:click=move |_| shown.update(|shown| *shown = !*shown)
                    >
                        "Show"
                    </button>
                    <button type="button" id="pfx-suggest" class="secondary" on:click=suggest>
                        "Suggest one"
                    </button>
                    <Show when=move || shown.get() && password.with(|text| !text.is_empty())>
                        {move || view! { <CopyButton text=password.get() what="the password" /> }}
                    </Show>
                </div>
                <Field
                    id="pfx-name"
                    label="Friendly name"
                    value=friendly_name
                    kind="text"
                    hint="How the importing program lists it."
                    error=Signal::stored(None::<String>)
                />
                <fieldset class="cards">
                    <legend>"Encoding"</legend>
                    <EncodingCard
                        id="modern"
                        title="Modern"
                        hint="AES-256. For Windows 10, Windows Server 2019, Java 8u301, OpenSSL 1.1 and newer. macOS, iOS and Azure refuse it in many versions."
                        encoding=Encoding::Modern
                        chosen=encoding
                    />
                    <EncodingCard
                        id="compatible"
                        title="Compatible"
                        hint="Triple DES and SHA-1, for macOS, iOS, Azure, Windows Server 2016 and older programs. Weak: take a long password."
                        encoding=Encoding::Compatible
                        chosen=encoding
                    />
                </fieldset>
                <div class="actions">
                    <button
                        type="submit"
                        class="primary"
                        data-testid="download"
                        data-file="pfx"
                        disabled=busy
                    >
                        {move || if busy.get() { "Making the file…" } else { "Download PFX" }}
                    </button>
                </div>
            </form>
        </details>
    }
}

#[component]
fn EncodingCard(
    id: &'static str,
    title: &'static str,
    hint: &'static str,
    encoding: Encoding,
    chosen: RwSignal<Encoding>,
) -> impl IntoView {
    view! {
        <RadioCard
            id=format!("pfx-{id}")
            group="pfx-encoding"
            title=title
            hint=hint
            checked=Signal::derive(move || chosen.get() == encoding)
            on_choose=move || chosen.set(encoding)
        />
    }
}
