//! Looking at http-01 answers from outside, before the CA does: only when the visitor asks for it.

use leptos::prelude::*;
use tabcert_acme::domain::DomainName;
use tabcert_edge_api::check::{CheckRequest, Sought};
use tabcert_issuance::proof::Method;
use tabcert_issuance::view::NameProof;

use super::super::journey::Journey;
use crate::components::{Disclosure, HopPath};
use crate::present;
use crate::shell::check::{self, Report};
use crate::store::EdgeState;
use crate::task;

/// More rows than this are made when somebody wants to see them.
const FEW: usize = 10;

/// How a name stands.
#[derive(Clone, PartialEq)]
enum Standing {
    Unchecked,
    Asking,
    Found(Report),
    Failed(String),
}

/// A name with its standing.
type Row = (NameProof, RwSignal<Standing>);

/// A button for each name that is proven by http-01, and one for all. What the edge itself will answer
/// is handed to it later, so there the question is whether the name leads to the edge.
#[component]
pub(super) fn Checks() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let rows = Memo::new(move |_| {
        let present = matches!(journey.store.edge().get(), EdgeState::Present { .. });
        let visible = |proof: &&NameProof| present && proof.method != Method::Dns;
        journey.proving.with(|proving| {
            let names = proving.iter().flat_map(|proving| &proving.names);
            names.filter(visible).cloned().collect::<Vec<_>>()
        })
    });
    move || {
        let rows: Vec<Row> = rows.with(|names| {
            let row = |name: &NameProof| (name.clone(), RwSignal::new(Standing::Unchecked));
            names.iter().map(row).collect()
        });
        (!rows.is_empty()).then(|| {
            let open = rows.len() <= FEW;
            let content = move || list(journey, &rows);
            view! {
                <Disclosure
                    id="checks"
                    summary="See what the CA will see"
                    open=open
                    content=Box::new(content)
                />
            }
        })
    }
}

fn list(journey: Journey, rows: &[Row]) -> AnyView {
    let several = (rows.len() > 1).then(|| {
        let all = rows.to_vec();
        view! {
            <button
                type="button"
                class="secondary"
                id="check-all"
                on:click=move |_| look(journey, all.clone())
            >
                "Check all from outside"
            </button>
        }
    });
    let items: Vec<AnyView> = rows.iter().map(|row| item(journey, row.clone())).collect();
    view! {
        <p class="hint">
            "The edge fetches the answer as a CA does, if you like. It costs none of the CA’s attempts."
        </p>
        {several}
        <ul class="checks">{items}</ul>
    }
    .into_any()
}

fn item(journey: Journey, row: Row) -> AnyView {
    let (proof, standing) = row.clone();
    let NameProof { name, method, .. } = proof;
    let says = move || {
        standing.with(|standing| match standing {
            Standing::Unchecked => String::new(),
            Standing::Asking => "Checking …".to_owned(),
            Standing::Failed(error) => error.clone(),
            Standing::Found(report) => journey.store.view().with(|view| {
                let view = view.as_ref();
                view.map(|view| present::check::outcome(report, &view.thumbprint, method))
                    .unwrap_or_default()
            }),
        })
    };
    let state = move || {
        standing.with(|standing| match standing {
            Standing::Found(report) if report.works => "works",
            Standing::Found(_) | Standing::Failed(_) => "broken",
            Standing::Unchecked | Standing::Asking => "",
        })
    };
    let path = move || match standing.get() {
        Standing::Found(report) => Some(view! { <HopPath report=report /> }),
        _ => None,
    };
    view! {
        <li class="check-result" data-testid="check" data-name=name.clone() data-state=state>
            <button
                type="button"
                class="secondary"
                aria-label=format!("Check {name} from outside")
                on:click=move |_| look(journey, vec![row.clone()])
            >
                "Check from outside"
            </button>
            <span class="name">{name.clone()}</span>
            <p role="status" data-testid="check-outcome">
                {says}
            </p>
            {path}
        </li>
    }
    .into_any()
}

/// Has names looked at, one after another: the edge limits how often it may be asked.
fn look(journey: Journey, rows: Vec<Row>) {
    let view = journey.store.view().get_untracked();
    let Some(thumbprint) = view.map(|view| view.thumbprint.clone()) else {
        return;
    };
    let idle = |row: &Row| row.1.get_untracked() != Standing::Asking;
    let rows: Vec<Row> = rows.into_iter().filter(idle).collect();
    for (_, standing) in &rows {
        standing.set(Standing::Asking);
    }
    task::spawn(async move {
        for (proof, standing) in rows {
            let Ok(host) = DomainName::parse_a_labels(&proof.name) else {
                continue;
            };
            let sought = match proof.method {
                Method::HttpEdge => Sought::Edge,
                _ => Sought::KeyAuthorization {
                    token: proof.token,
                    thumbprint: thumbprint.clone(),
                },
            };
            let request = CheckRequest { host, sought };
            let found = match check::http01(&request).await {
                Ok(report) => Standing::Found(report),
                Err(error) => Standing::Failed(error.to_string()),
            };
            standing.set(found);
        }
    });
}
