//! What is around every screen: the navigation, and what concerns them all.

use leptos::html;
use leptos::prelude::*;

use super::issue::{Issue, Journey};
use super::later::{self, Piece, draw};
use super::screen::{Place, Screen};
use crate::shell::timer;
use crate::store::{EdgeState, Restarted, Store};
use crate::task;

/// How often is asked whether an order is still held by the engine that has ended.
const HELD_MS: u64 = 300;

/// The whole page. `typed` is what the visitor wrote before the program had arrived.
#[component]
pub(crate) fn Frame(store: Store, typed: String) -> impl IntoView {
    let place = Place::follow();
    let journey = Journey::new(store);
    let later = later::part();
    let is_locked = Memo::new(move |_| store.is_locked());
    // Whoever keeps something here goes there sooner or later.
    Effect::new(move |_| {
        if store.revision().is_some() {
            later.load();
        }
    });
    provide_context(store);
    provide_context(place);
    provide_context(journey);
    let title = move || match place.screen.get() {
        Screen::Issue => journey.title(),
        screen => match store.count_due() {
            0 => format!("{} – Tabcert", screen.title()),
            due => format!("({due}) {} – Tabcert", screen.title()),
        },
    };
    Effect::new(move |_| document().set_title(&title()));
    // What `index.html` says of issuing belongs to that screen alone.
    Effect::new(move |_| {
        if let Some(body) = document().body() {
            // Names that are fixed here are never refused.
            let _ = body.dataset().set("screen", place.screen.get().fragment());
        }
    });

    view! {
        <Navigation />
        <EngineStopped />
        <EngineRestarted />
        <ForeignEdge />
        {move || is_locked.get().then(|| later.view(|| draw(Piece::Locked)))}
        <div hidden=move || place.screen.get() != Screen::Issue>
            <Issue typed=typed />
        </div>
        {move || match place.screen.get() {
            Screen::Issue => ().into_any(),
            screen => later.view(move || draw(Piece::Screen(screen))),
        }}
    }
}

/// `index.html` holds the same markup.
#[component]
fn Navigation() -> impl IntoView {
    let place = expect_context::<Place>();
    let links = Screen::ALL.map(|screen| {
        let current = move || (place.screen.get() == screen).then_some("page");
        view! {
            <li>
                <a href=format!("#{}", screen.fragment()) aria-current=current>
                    {screen.title()}
                </a>
            </li>
        }
    });
    view! {
        <nav class="screens" aria-label="Screens">
            <ul>{links}</ul>
        </nav>
    }
}

/// Says that the engine has stopped, and starts it again.
#[component]
fn EngineStopped() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let stopped = journey.store.stopped();
    Effect::new(move |_| {
        if stopped.with(Option::is_some) {
            journey.engine_stopped();
        }
    });
    move || {
        let error = stopped.get()?;
        Some(view! {
            <div class="notice" role="alert" data-testid="engine-stopped">
                <p>{error.to_string()}</p>
                <button type="button" class="secondary" on:click=move |_| journey.start_over()>
                    "Start it again"
                </button>
            </div>
        })
    }
}

/// Has another engine go on where one has ended, and says so.
#[component]
fn EngineRestarted() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let restarted = journey.store.restarted();
    Effect::new(move |_| {
        if let Some(restarted) = restarted.get() {
            journey.engine_restarted(restarted);
        }
    });
    let held = journey.store.held();
    Effect::new(move |_| {
        if let Some(session) = held.get() {
            task::spawn(async move {
                timer::sleep(HELD_MS).await;
                if journey.store.is_current(session) {
                    journey.store.go_on();
                }
            });
        }
    });
    move || {
        let restarted = restarted.get()?;
        let (outcome, says) = match restarted {
            Restarted::GoesOn => (
                "goes-on",
                "The part of this page that makes keys had stopped, and was started again. Nothing that is kept here is lost: what was going on goes on.",
            ),
            Restarted::Lost => (
                "lost",
                "The part of this page that makes keys had stopped, and was started again. What is kept here is not lost; the order that was under way had not been kept, and has to be made again.",
            ),
        };
        Some(view! {
            <div class="notice" role="alert" data-testid="engine-restarted" data-outcome=outcome>
                <p>{says}</p>
                <button
                    type="button"
                    class="secondary"
                    on:click=move |_| journey.store.restarted().set(None)
                >
                    "All right"
                </button>
            </div>
        })
    }
}

/// Says that page and edge do not understand each other.
#[component]
fn ForeignEdge() -> impl IntoView {
    let edge = expect_context::<Journey>().store.edge();
    move || {
        (edge.get() == EdgeState::Foreign).then(|| {
            view! {
                <p class="notice" role="status" data-testid="foreign-edge">
                    "This page and its edge worker are of different versions. Reload the page; if this stays, its operator has to deploy both together. Until then you can use CAs that let web pages in, with DNS records or files."
                </p>
            }
        })
    }
}

/// A screen's title, which takes the focus when the screen comes on.
#[component]
pub(crate) fn ScreenTitle(screen: Screen, lead: &'static str) -> impl IntoView {
    let title: NodeRef<html::H2> = NodeRef::new();
    Effect::new(move |_| {
        if let Some(title) = title.get() {
            task::next_frame(move || {
                // An element that cannot take the focus is none that could be missed.
                let _ = title.focus();
            });
        }
    });
    view! {
        <header class="screen-title">
            <h2 tabindex="-1" node_ref=title>
                {screen.title()}
            </h2>
            <p class="lead">{lead}</p>
        </header>
    }
}
