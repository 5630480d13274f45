//! How each name is proven, where there is a choice.

use leptos::prelude::*;
use tabcert_issuance::proof::Method;
use tabcert_issuance::view::NameProof;

use super::super::journey::Journey;
use crate::components::RadioCard;

/// Every method, in the order in which to offer them.
const ALL: [Method; 4] = [
    Method::Dns,
    Method::HttpFile,
    Method::HttpEdge,
    Method::HttpRedirect,
];

/// One choice for all names, and one for each.
#[component]
pub(super) fn Methods() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let names = Memo::new(move |_| {
        journey.proving.with(|proving| {
            proving
                .as_ref()
                .map(|proving| proving.names.clone())
                .unwrap_or_default()
        })
    });
    // What is offered does not change while the visitor chooses.
    let offered: Vec<Method> = names.with_untracked(|names| {
        let anybody = |method: &Method| names.iter().any(|name| name.methods.contains(method));
        ALL.into_iter().filter(anybody).collect()
    });
    let is_lost = names.with_untracked(|names| names.iter().any(|it| it.not_offered.is_some()));
    if offered.len() < 2 && !is_lost {
        return ().into_any();
    }
    let several = names.with_untracked(|names| names.len() > 1);
    let legend = if several {
        "How do you want to prove them?"
    } else {
        "How do you want to prove it?"
    };
    let card = move |method: Method| {
        let all_use_it = move || names.with(|names| is_chosen_for_all(names, method));
        view! {
            <RadioCard
                id=format!("method-{}", id(method))
                group="method"
                title=title(method)
                hint=hint(method)
                checked=Signal::derive(all_use_it)
                on_choose=move || choose_for_all(journey, &names.get_untracked(), method)
            />
        }
    };
    view! {
        <fieldset class="cards">
            <legend>{legend}</legend>
            {offered.into_iter().map(card).collect_view()}
        </fieldset>
        {move || names.with(|names| dns_only(names)).map(|only| view! { <p class="hint">{only}</p> })}
        {several.then(|| view! { <PerName names=names /> })}
    }
    .into_any()
}

/// Names whose method is not offered now, although it was chosen earlier.
#[component]
pub(super) fn NotOffered() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let lost = Memo::new(move |_| {
        journey.proving.with(|proving| {
            let names = proving.as_ref().map(|proving| proving.names.as_slice());
            let lost = names
                .unwrap_or_default()
                .iter()
                .filter_map(|proof| Some((proof.name.clone(), proof.not_offered?)));
            lost.collect::<Vec<_>>()
        })
    });
    move || {
        let (names, methods): (Vec<_>, Vec<_>) = lost.get().into_iter().unzip();
        let method = methods.first().copied()?;
        Some(view! {
            <p
                class="notice"
                role="alert"
                data-testid="not-offered"
                data-method=id(method)
                data-names=names.join(" ")
            >
                "You chose “" {title(method)} "” for " {names.join(", ")}
                ", which is not possible now: the edge cannot be reached. Choose another way, or open this page again later to go on as you had begun."
            </p>
        })
    }
}

/// A choice for each name.
#[component]
fn PerName(names: Memo<Vec<NameProof>>) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let row = move |name: String| {
        let proof = {
            let name = name.clone();
            Memo::new(move |_| {
                names.with(|names| names.iter().find(|proof| proof.name == name).cloned())
            })
        };
        let methods = proof.with_untracked(|proof| {
            proof
                .as_ref()
                .map(|proof| proof.methods.clone())
                .unwrap_or_default()
        });
        let methods_offered = methods.len();
        let option = move |method: Method| {
            let chosen = move || {
                proof.with(|proof| proof.as_ref().is_some_and(|proof| proof.method == method))
            };
            view! {
                <option value=id(method) prop:selected=chosen>
                    {title(method)}
                </option>
            }
        };
        let choose = {
            let name = name.clone();
            move |event| {
                let value = event_target_value(&event);
                if let Some(method) = ALL.into_iter().find(|method| id(*method) == value) {
                    journey.choose_method(name.clone(), method);
                }
            }
        };
        let is_lost = move || {
            proof.with(|proof| {
                proof
                    .as_ref()
                    .is_some_and(|proof| proof.not_offered.is_some())
            })
        };
        let no_choice = move || methods_offered < 2 && !is_lost();
        view! {
            <li>
                <label>
                    <span class="name">{name.clone()}</span>
                    <select
                        data-testid="method-select"
                        data-name=name
                        disabled=no_choice
                        on:change=choose
                    >
                        {move || is_lost().then(|| view! { <option value="" selected>"Choose…"</option> })}
                        {methods.into_iter().map(option).collect_view()}
                    </select>
                </label>
            </li>
        }
    };
    let all: Vec<String> =
        names.with_untracked(|names| names.iter().map(|proof| proof.name.clone()).collect());
    // Most people choose for all at once: the rows are made when somebody wants to see them.
    let opened = RwSignal::new(false);
    let rows = move || {
        let all = all.clone();
        opened
            .get()
            .then(|| all.into_iter().map(row).collect_view())
    };
    view! {
        <details class="per-name" id="per-name" on:toggle=move |_| opened.set(true)>
            <summary>"Choose for each name"</summary>
            <ul>{rows}</ul>
        </details>
    }
}

fn id(method: Method) -> &'static str {
    match method {
        Method::Dns => "dns",
        Method::HttpFile => "file",
        Method::HttpEdge => "edge",
        Method::HttpRedirect => "redirect",
    }
}

fn title(method: Method) -> &'static str {
    match method {
        Method::Dns => "DNS record",
        Method::HttpFile => "File on the web server",
        Method::HttpEdge => "Answered by this edge",
        Method::HttpRedirect => "Redirected to this edge",
    }
}

fn hint(method: Method) -> &'static str {
    match method {
        Method::Dns => "Add a TXT record. Works for every name, wildcards too.",
        Method::HttpFile => "Put a small file on the server that answers for the name on port 80.",
        Method::HttpEdge => "For names that point to this site’s edge worker: nothing else to do.",
        Method::HttpRedirect => {
            "For names whose own server redirects challenges here, set up once (below)."
        }
    }
}

fn is_chosen_for_all(names: &[NameProof], method: Method) -> bool {
    let mut able = names
        .iter()
        .filter(|proof| proof.methods.contains(&method))
        .peekable();
    // Names without a choice do not count, as long as there is one that has it.
    let with_choice = |proof: &&NameProof| proof.methods.len() > 1;
    able.peek().is_some()
        && names
            .iter()
            .filter(with_choice)
            .all(|proof| proof.method == method)
}

fn choose_for_all(journey: Journey, names: &[NameProof], method: Method) {
    for proof in names {
        if proof.methods.contains(&method) && proof.method != method {
            journey.choose_method(proof.name.clone(), method);
        }
    }
}

/// Says why some names do not follow the choice.
fn dns_only(names: &[NameProof]) -> Option<String> {
    let others = names.iter().any(|proof| proof.method != Method::Dns);
    let only: Vec<&str> = names
        .iter()
        .filter(|proof| proof.methods == [Method::Dns])
        .map(|proof| proof.name.as_str())
        .collect();
    (others && !only.is_empty()).then(|| format!("{} can be proven by DNS only.", only.join(", ")))
}
