//! Hosts that the edge answers for.

use leptos::prelude::*;
use tabcert_acme::domain::DomainName;
use tabcert_edge_api::ties;
use tabcert_issuance::proof::Method;

use super::super::journey::Journey;
use crate::components::Copyable;

/// What has to be true of them, and what the edge refused before.
#[component]
pub(super) fn EdgeHosts() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let hosts = Memo::new(move |_| {
        journey.proving.with(|proving| {
            proving
                .as_ref()
                .map(|proving| proving.edge_hosts.clone())
                .unwrap_or_default()
        })
    });
    let heading = move || match hosts.with(Vec::len) {
        1 => "Point this name to the edge".to_owned(),
        count => format!("Point these {count} names to the edge"),
    };
    let here = window().location().hostname().unwrap_or_default();
    view! {
        <Show when=move || hosts.with(|hosts| !hosts.is_empty())>
            <section class="proofs" data-testid="edge-proofs">
                <h3>{heading}</h3>
                <ul class="records">
                    <For
                        each=move || hosts.get()
                        key=Clone::clone
                        children=|host| view! { <EdgeHost host=host /> }
                    />
                </ul>
                <p class="hint">
                    "Each has to lead to the worker behind " <code>{here.clone()}</code>
                    " on port 80: as a route of the worker, or through a proxy that passes the host name on. The answers are handed to it when you say that everything is in place, and vanish afterwards."
                </p>
            </section>
        </Show>
    }
}

#[component]
fn EdgeHost(host: String) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let error = {
        let host = host.clone();
        Memo::new(move |_| {
            journey.proving.with(|proving| {
                let names = &proving.as_ref()?.names;
                let proof = names
                    .iter()
                    .find(|proof| proof.name == host && proof.method == Method::HttpEdge)?;
                proof.publish_error.clone()
            })
        })
    };
    let name = StoredValue::new(host.clone());
    view! {
        <li class="record" data-testid="edge-host" data-host=host.clone()>
            <p>
                <code>{format!("http://{host}/.well-known/acme-challenge/…")}</code>
            </p>
            {move || {
                error
                    .get()
                    .map(|error| {
                        view! {
                            <div class="failure" role="alert" data-testid="publish-error">
                                <p class="sentence">"The edge would not answer for this name."</p>
                                <blockquote>{error.detail}</blockquote>
                                {error
                                    .not_tied
                                    .then(|| name.with_value(|host| view! { <Tie host=host.clone() /> }))}
                            </div>
                        }
                    })
            }}
        </li>
    }
}

/// The record by which a host's owner lets this account use the edge.
#[component]
fn Tie(host: String) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let record = move || {
        let host = DomainName::parse_a_labels(&host).ok()?;
        let view = journey.store.view().get()?;
        ties::TxtRecord::tying(&host, &view.thumbprint)
    };
    move || {
        record().map(|ties::TxtRecord { name, value }| {
            view! {
                <p>
                    "It serves only hosts whose owner has tied them to your account. Add this TXT record, then try again:"
                </p>
                <dl data-testid="tie">
                    <Copyable term="Name" text=name what="the record’s name" testid="tie-name" />
                    <Copyable term="Value" text=value what="the value" testid="tie-value" />
                </dl>
            }
        })
    }
}
