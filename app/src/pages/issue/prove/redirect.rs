//! Setting http-01 up once: a redirect in the host's own server, after which nothing is to be placed.

use leptos::prelude::*;
use tabcert_acme::challenge::ChallengeType;
use tabcert_edge_api::redirects::{Redirect, redirects};
use tabcert_issuance::proof::Method;

use super::super::journey::Journey;
use crate::components::{CopyButton, Disclosure};
use crate::store::EdgeState;

/// The names that are redirected, and how others can be.
#[component]
pub(super) fn Redirects() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let names = Memo::new(move |_| {
        journey.proving.with(|proving| {
            let names = proving.iter().flat_map(|proving| &proving.names);
            let redirected = names.filter(|proof| proof.method == Method::HttpRedirect);
            let names: Vec<_> = redirected.map(|proof| proof.name.clone()).collect();
            names.join(", ")
        })
    });
    let by_http = Memo::new(move |_| {
        let present = matches!(journey.store.edge().get(), EdgeState::Present { .. });
        let http = |proving: &tabcert_issuance::view::Proving| {
            let mut names = proving.names.iter();
            names.any(|proof| proof.method.challenge_type() == ChallengeType::Http01)
        };
        present
            && journey
                .proving
                .with(|proving| proving.as_ref().is_some_and(http))
    });
    let nothing_to_place = move || {
        let names = names.get();
        (!names.is_empty()).then(|| {
            view! {
                <p class="standing reached" data-testid="redirected">
                    "Nothing to place for " <strong>{names}</strong>
                    ", as long as its server redirects its challenges here."
                </p>
            }
        })
    };
    let set_up = move || {
        by_http.get().then(|| {
            let content = move || lines(journey);
            view! {
                <Disclosure
                    id="set-up-once"
                    summary="Set up http-01 once, and place no more files"
                    content=Box::new(content)
                />
            }
        })
    };
    (nothing_to_place, set_up)
}

fn lines(journey: Journey) -> AnyView {
    let origin = window().location().origin().unwrap_or_default();
    let view = journey.store.view().get_untracked();
    let servers: Vec<AnyView> = view
        .iter()
        .flat_map(|view| redirects(&origin, &view.thumbprint))
        .map(server)
        .collect();
    view! {
        <p>
            "Let your web server redirect the path of challenges to this edge, with your account’s thumbprint in the address; then choose “Redirected to this edge”. The edge answers for this account only, which stays in this browser."
        </p>
        {servers}
    }
    .into_any()
}

fn server(redirect: Redirect) -> AnyView {
    let Redirect {
        server,
        place,
        lines,
    } = redirect;
    let shown = lines.clone();
    view! {
        <details name="redirect" data-server=server>
            <summary>{server}</summary>
            <p class="hint">{place}</p>
            <pre tabindex="0" aria-label=format!("Lines for {server}")>
                <code>{shown}</code>
            </pre>
            <CopyButton text=lines what=format!("the lines for {server}") />
        </details>
    }
    .into_any()
}
