//! Which certificate a host is served with.

use leptos::prelude::*;
use tabcert_engine_api::certificates::{Cover as Question, Covering, Via};

use super::address;
use crate::components::{Disclosure, Field};
use crate::pages::issue::Journey;
use crate::present::{status, time};
use crate::shell::idna;
use crate::task;

/// A host, and what serves it.
#[component]
pub(super) fn Cover() -> impl IntoView {
    view! {
        <Disclosure
            id="cover"
            summary="Which certificate covers a host?"
            content=Box::new(|| view! { <Ask /> }.into_any())
        />
    }
}

#[component]
fn Ask() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let host = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let found = RwSignal::new(None::<(String, Vec<Covering>)>);
    let ask = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let typed = host.get_untracked();
        let typed = typed.trim();
        if typed.is_empty() {
            error.set(Some("Enter a host, such as www.example.org.".to_owned()));
            return;
        }
        // What has no A-labels may be an address; the engine compares it as it is.
        let asked = idna::to_ascii(typed).unwrap_or_else(|| typed.to_owned());
        let typed = typed.to_owned();
        task::spawn(async move {
            match journey.store.ask(Question { host: asked }).await {
                Ok(answer) => {
                    error.set(None);
                    found.set(Some((typed, answer)));
                }
                Err(failed) => {
                    error.set(Some(failed.to_string()));
                }
            }
        });
    };
    view! {
        <form class="cover" on:submit=ask novalidate>
            <div class="with-button">
                <Field
                    id="cover-host"
                    label="Host"
                    value=host
                    kind="text"
                    placeholder="www.example.org"
                    error=error
                />
                <button type="submit" id="cover-ask" class="secondary">"Look"</button>
            </div>
        </form>
        <div role="status" data-testid="covering">
            {move || found.get().map(|(host, found)| answer(&host, found))}
        </div>
    }
}

fn answer(host: &str, found: Vec<Covering>) -> AnyView {
    if found.is_empty() {
        let says = format!("No certificate here covers {host}, and none is marked as fallback.");
        return view! { <p>{says}</p> }.into_any();
    }
    let rows = found.into_iter().map(|it| {
        let via = match it.via {
            Via::Exact => "has this name",
            Via::Wildcard => "by its wildcard",
            Via::Fallback => "as fallback only: browsers will warn, the name is not in it",
        };
        let (word, _) = status::word(it.status);
        let until = time::date_time(it.ends_ms);
        view! {
            <li data-testid="covers" data-via=format!("{:?}", it.via)>
                <a href=address(&it.certificate.id)>{it.certificate.title}</a>
                <span class="hint">{format!(" {via}; {word}, until {until}")}</span>
            </li>
        }
    });
    view! { <ol class="plain">{rows.collect_view()}</ol> }.into_any()
}
