//! One certificate.

use leptos::html;
use leptos::prelude::*;
use tabcert_acme::domain::DomainName;
use tabcert_engine_api::EngineError;
use tabcert_engine_api::certificates::{Change, Details, Other, Show as Question, What};
use tabcert_engine_api::vault::Asked;

use super::address;
use super::history::History;
use super::labels::Labels;
use super::more::More;
use super::renewal::Renewal;
use crate::components::{ChainNotes, CopyButton, ValidityBar};
use crate::pages::issue::Journey;
use crate::pages::screen::{Place, Screen};
use crate::present::{status, time};
use crate::task;

/// Everything that is known of a certificate, and what can be done with it.
#[component]
pub(super) fn CertificateDetails(id: String) -> impl IntoView {
    let journey = expect_context::<Journey>();
    journey.store.warm_up();
    let shown = RwSignal::new(None::<Result<Details, EngineError>>);
    let wanted = id.clone();
    Effect::new(move |_| {
        journey.store.revision();
        let question = Question(wanted.clone());
        task::spawn(async move {
            shown.set(Some(journey.store.ask(question).await));
        });
    });
    let details = Memo::new(move |_| shown.with(|shown| shown.as_ref()?.as_ref().ok().cloned()));
    let error = move || {
        shown.with(|shown| match shown {
            Some(Err(error)) => Some(error.to_string()),
            _ => None,
        })
    };
    let is_there = Memo::new(move |_| details.with(Option::is_some));
    view! {
        <p class="back">
            <a href="#certificates">"All certificates"</a>
        </p>
        {move || {
            error()
                .map(|why| {
                    view! { <p class="notice" role="alert" data-testid="not-there">{why}</p> }
                })
        }}
        // Made once: what is typed stays while other things change.
        {move || is_there.get().then(|| view! { <Body id=id.clone() details=details /> })}
    }
}

#[component]
fn Body(id: String, details: Memo<Option<Details>>) -> impl IntoView {
    let title = move || details.with(|it| it.as_ref().map(|it| it.summary.title().to_owned()));
    let heading: NodeRef<html::H2> = NodeRef::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            task::next_frame(move || {
                // A heading that cannot take the focus is none that could be missed.
                let _ = heading.focus();
            });
        }
    });
    view! {
        <article class="certificate" data-testid="certificate">
            <h2 tabindex="-1" node_ref=heading>{title}</h2>
            {move || details.get().map(|details| view! { <Standing details=details /> })}
            <Renewal id=id.clone() details=details />
            <Labels id=id.clone() details=details />
            {move || details.get().map(|details| view! { <ChainNotes notes=details.notes /> })}
            {move || details.get().map(|details| view! { <Facts details=details /> })}
            <History details=details />
            <More id=id.clone() details=details />
            <Endings id=id details=details />
        </article>
    }
}

#[component]
fn Standing(details: Details) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let now_ms = journey.store.now_ms();
    let Details {
        status: stands,
        times,
        replaces,
        replaced_by,
        ..
    } = details;
    let (word, sign) = status::word(stands);
    let who = if times.by_ca {
        "as the CA wants it"
    } else {
        "the last third of its validity"
    };
    view! {
        <p class="standing-of" data-status=status::id(stands) data-testid="standing">
            <span class="sign" aria-hidden="true">{sign}</span>
            <strong>{word}</strong>
            <span class="hint">{status::sentence(stands, &times, now_ms)}</span>
        </p>
        <ValidityBar from_ms=times.begins_ms until_ms=times.ends_ms now_ms=now_ms />
        <p class="hint">
            {format!("To be renewed from {} on: {who}.", time::date_time(times.due_ms))}
        </p>
        {link("Takes the place of ", replaces)}
        {link("Replaced by ", replaced_by)}
    }
}

fn link(words: &'static str, other: Option<Other>) -> Option<AnyView> {
    other.map(|other| {
        view! {
            <p>
                {words}
                <a href=address(&other.id)>{other.title}</a>
            </p>
        }
        .into_any()
    })
}

#[component]
fn Facts(details: Details) -> impl IntoView {
    let Details {
        summary,
        key,
        chain,
        ..
    } = details;
    let here = if summary.has_key {
        "its private key is kept here"
    } else {
        "its private key is not here"
    };
    let names = summary.names.iter();
    let names: Vec<_> = names
        .map(|name| view! { <li>{name.clone()}</li> })
        .collect();
    let chain: Vec<_> = chain
        .into_iter()
        .map(|subject| view! { <li>{subject}</li> })
        .collect();
    let fingerprint = summary.facts.fingerprint;
    let is_from_here = summary.directory_url.is_some();
    let downloaded = summary
        .downloaded_ms
        .map_or_else(|| "not yet".to_owned(), time::date_time);
    let downloaded = is_from_here.then(|| {
        view! {
            <div>
                <dt>"Downloaded"</dt>
                <dd>{downloaded}</dd>
            </div>
        }
    });
    let came = if is_from_here {
        "Issued here"
    } else {
        "Added here"
    };
    view! {
        <dl class="facts" data-testid="certificate-facts">
            <div>
                <dt>"Names"</dt>
                <dd>
                    <ul class="plain names-of">{names}</ul>
                </dd>
            </div>
            <div>
                <dt>"Issuer"</dt>
                <dd>{summary.facts.issuer}</dd>
            </div>
            <div>
                <dt>"Key"</dt>
                <dd data-testid="key-kept">{format!("{key}; {here}")}</dd>
            </div>
            <div>
                <dt>"Chain"</dt>
                <dd>
                    <ol class="plain chain">{chain}</ol>
                </dd>
            </div>
            <div>
                <dt>{came}</dt>
                <dd>{time::date_time(summary.issued_ms)}</dd>
            </div>
            {downloaded}
            <div>
                <dt>"Serial number"</dt>
                <dd>
                    <code>{summary.facts.serial}</code>
                </dd>
            </div>
            <div>
                <dt>"SHA-256 fingerprint"</dt>
                <dd>
                    <code>{fingerprint.clone()}</code>
                    <CopyButton text=fingerprint what="the fingerprint" />
                </dd>
            </div>
        </dl>
    }
}

/// What cannot be undone.
#[component]
fn Endings(id: String, details: Memo<Option<Details>>) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let error = RwSignal::new(None::<String>);
    let has_key =
        Memo::new(move |_| details.with(|it| it.as_ref().is_some_and(|it| it.summary.has_key)));
    let title = move || {
        details
            .with_untracked(|it| it.as_ref().map(|it| it.summary.title().to_owned()))
            .unwrap_or_default()
    };
    let change = move |id: String, what: What, question: String| {
        if !window().confirm_with_message(&question).unwrap_or(false) {
            return;
        }
        let leaves = what == What::Forget;
        task::spawn(async move {
            match journey.store.ask(Change { id, what }).await {
                Ok(()) if leaves => Place::go(Screen::Certificates),
                Ok(()) => {
                    error.set(None);
                }
                Err(failed) => {
                    error.set(Some(failed.to_string()));
                }
            }
        });
    };
    let (of_key, of_all) = (id.clone(), id);
    view! {
        <section class="endings" aria-labelledby="endings">
            <h3 id="endings">"What cannot be undone"</h3>
            <div class="actions">
                <Show when=move || has_key.get()>
                    {
                        let id = of_key.clone();
                        view! {
                            <button
                                type="button"
                                class="secondary"
                                data-testid="forget-key"
                                on:click=move |_| change(
                                    id.clone(),
                                    What::ForgetKey,
                                    format!(
                                        "Forget the private key of {}? Servers that have it go on; here it cannot be had again.",
                                        title(),
                                    ),
                                )
                            >
                                "Forget its key"
                            </button>
                        }
                    }
                </Show>
                <button
                    type="button"
                    class="secondary"
                    data-testid="forget"
                    on:click=move |_| change(
                        of_all.clone(),
                        What::Forget,
                        format!(
                            "Forget the certificate {}, with its key, labels and history? It stays valid.",
                            title(),
                        ),
                    )
                >
                    "Forget the certificate"
                </button>
            </div>
            <p class="error" role="alert">{error}</p>
        </section>
    }
}

/// What the issuing screen has to know of a certificate that was issued here.
pub(super) fn asked(details: &Details) -> Option<Asked> {
    let summary = &details.summary;
    let names = summary.names.iter();
    Some(Asked {
        names: names
            .map(|name| DomainName::parse_a_labels(name).ok())
            .collect::<Option<_>>()?,
        directory_url: summary.directory_url.clone()?,
        key_type: summary.key_type?,
    })
}
