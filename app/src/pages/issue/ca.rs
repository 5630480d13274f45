//! Step 2: the CA, its terms, and how it is reached.

use leptos::html;
use leptos::prelude::*;
use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::catalogue;
use tabcert_issuance::view::{CaView, Terms};

use super::draft::CaChoice;
use super::failed::Failure;
use super::journey::{Face, Journey, chosen};
use crate::components::{Field, RadioCard};
use crate::present;

#[component]
pub(super) fn CaStep() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let tried = RwSignal::new(false);
    Effect::new(move |_| journey.connect_to_wanted());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if untrack(|| journey.ca_fits()) {
            journey.advance();
        }
    };
    view! {
        <form on:submit=submit novalidate>
            <Choice />
            <Standing />
            <Conditions tried=tried />
        </form>
    }
}

#[component]
fn Choice() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let choice = journey.draft.choice;
    let chosen = Memo::new(move |_| chosen(journey.store, &journey.draft));
    let card = move |id: &'static str, title: &'static str, hint: &'static str, ca: CaChoice| {
        view! {
            <RadioCard
                id=format!("ca-{id}")
                group="ca"
                title=title
                hint=hint
                checked=Signal::derive(move || chosen.get() == ca)
                on_choose=move || choice.set(Some(ca))
            />
        }
    };
    let public = catalogue::PUBLIC
        .iter()
        .enumerate()
        .map(|(index, ca)| card(ca.id, ca.name, ca.hint, CaChoice::Public(index)))
        .collect_view();
    view! {
        <fieldset class="cards">
            <legend>"Who shall certify?"</legend>
            <Show when=move || journey.store.local_ca().with(Option::is_some)>
                {card(
                    "local",
                    "Local test CA",
                    "Runs beside this page, for trying everything out. Nobody trusts it.",
                    CaChoice::Local,
                )}
            </Show>
            {public}
            {card(
                "custom",
                "Another CA",
                "Any CA that speaks ACME, by the address of its directory.",
                CaChoice::Custom,
            )}
        </fieldset>
        <Show when=move || chosen.get() == CaChoice::Custom>
            <CustomDirectory />
        </Show>
    }
}

/// Any directory's URL, checked before anything is sent.
#[component]
fn CustomDirectory() -> impl IntoView {
    let draft = expect_context::<Journey>().draft;
    let error = RwSignal::new(None);
    let take = move || match catalogue::parse_directory_url(&draft.custom_text.get_untracked()) {
        Ok(url) => {
            error.set(None);
            draft.custom_text.set(url.to_string());
            draft.custom_url.set(Some(url));
        }
        Err(wrong) => {
            draft.custom_url.set(None);
            error.set(Some(wrong.to_string()));
        }
    };
    view! {
        <div
            class="with-button"
            on:keydown=move |event| {
                if event.key() == "Enter" {
                    event.prevent_default();
                    take();
                }
            }
        >
            <Field
                id="ca-url"
                label="Address of the CA’s directory"
                value=draft.custom_text
                kind="url"
                error=error
                placeholder="https://ca.example/acme/directory"
            />
            <button type="button" id="ca-url-use" class="secondary" on:click=move |_| take()>
                "Use this CA"
            </button>
        </div>
    }
}

/// Whether and how the chosen CA is reached.
#[component]
fn Standing() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let authority = move || {
        journey.wanted.with(|url| {
            url.as_ref()
                .map_or_else(String::new, |url| url.authority().to_owned())
        })
    };
    let standing = move || {
        if journey.wanted.with(Option::is_none) {
            return ().into_any();
        }
        match (journey.face.get(), journey.ca.get(), journey.failed.get()) {
            (Face::Failed, _, Some(failed)) => view! { <Failure failed=failed /> }.into_any(),
            (_, Some(ca), _) => view! { <Reached ca=ca /> }.into_any(),
            _ => view! {
                <p class="standing busy">"Asking " {authority} " …"</p>
            }
            .into_any(),
        }
    };
    view! {
        <div id="ca-status" role="status" data-testid="ca-status">
            {standing}
        </div>
    }
}

#[component]
fn Reached(ca: CaView) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let sentence = present::route::sentence(ca.route);
    let route = present::route::short(ca.route);
    view! {
        <div class="standing reached" data-route=route>
            <p>
                <strong>{move || journey.ca_name()} " answers."</strong>
                " "
                {sentence}
            </p>
            {ca
                .external_account_required
                .then(|| {
                    view! {
                        <p class="error" role="alert" data-testid="external-account">
                            "It takes only accounts that were made on its site first (external account binding), which this page cannot do yet. Choose another CA."
                        </p>
                    }
                })}
        </div>
    }
}

/// What the CA asks for: terms and, if the visitor likes, a contact.
#[component]
fn Conditions(tried: RwSignal<bool>) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let ready = move || {
        journey.face.get() == Face::Connected
            && journey
                .ca
                .with(|ca| ca.as_ref().is_some_and(|ca| !ca.external_account_required))
    };
    let contact_error = move || {
        (tried.get() && journey.draft.contact_urls().is_none())
            .then(|| "This is no e-mail address. Correct it or leave it out.".to_owned())
    };
    let terms = Memo::new(move |_| {
        journey.ca.with(|ca| {
            let ca = ca.as_ref()?;
            Some((ca.directory_url.clone(), ca.terms_of_service.clone()?))
        })
    });
    view! {
        <Show when=ready>
            <Field
                id="contact"
                label="Your e-mail address (optional)"
                value=journey.draft.contact
                kind="email"
                autocomplete="email"
                hint="Goes to the CA alone, which may write to it about this account."
                error=Signal::derive(contact_error)
            />
            {move || terms.get().map(|(url, terms)| view! { <TermsBox url=url terms=terms tried=tried /> })}
            <div class="actions">
                <button type="submit" id="ca-continue" class="primary">
                    "Continue"
                </button>
            </div>
        </Show>
    }
}

/// Never ticked beforehand (RFC 8555 §7.3.3). Moves the focus here when it was forgotten.
#[component]
fn TermsBox(url: HttpsUrl, terms: Terms, tried: RwSignal<bool>) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let input: NodeRef<html::Input> = NodeRef::new();
    let missing = move || tried.get() && !journey.terms_accepted();
    let accept = {
        let terms = terms.clone();
        move |event| {
            let accepted = event_target_checked(&event).then(|| (url.clone(), terms.clone()));
            journey.draft.accepted.set(accepted);
        }
    };
    Effect::new(move |_| {
        if missing()
            && let Some(input) = input.get_untracked()
        {
            let _ = input.focus();
        }
    });
    let text = match terms {
        Terms::Link(link) => view! {
            <a
                href=link.to_string()
                target="_blank"
                rel="noopener noreferrer"
                data-testid="terms-link"
            >
                "terms of service"
            </a>
        }
        .into_any(),
        Terms::Text(text) => {
            let text: String = text.chars().take(500).collect();
            view! { "terms of service, which it gives as: " <code>{text}</code> }.into_any()
        }
    };
    view! {
        <div class="field">
            <label class="check" for="terms">
                <input
                    id="terms"
                    node_ref=input
                    type="checkbox"
                    aria-describedby="terms-error"
                    aria-invalid=move || missing().then_some("true")
                    prop:checked=move || journey.terms_accepted()
                    on:change=accept
                />
                <span>"I accept its " {text} "."</span>
            </label>
            <p class="error" id="terms-error" role="alert">
                {move || missing().then_some("The CA issues only to those who accept its terms.")}
            </p>
        </div>
    }
}
