//! The list: a window of it is made of rows, the rest is empty space of the same height.

use gloo::events::EventListener;
use leptos::html;
use leptos::prelude::*;
use tabcert_engine_api::certificates::{List, Listed, Query, Row, Status};

use super::add::AddFromFiles;
use super::cover::Cover;
use super::remind::Reminders;
use super::row::{AxisHead, ListRow};
use super::tools::Tools;
use crate::pages::frame::ScreenTitle;
use crate::pages::issue::Journey;
use crate::pages::screen::Screen;
use crate::present::timeline::Axis;
use crate::task;

/// Windows begin and end at multiples of this, so that not every pixel asks for another.
const CHUNK: usize = 10;
/// Rows beyond each edge of the screen.
const BEYOND: usize = 10;
/// Before a row has been measured.
const ROW_PIXELS: f64 = 72.0;

/// What is wanted of the list. In context on this screen.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) query: RwSignal<Query>,
    pub(super) status: RwSignal<Option<Status>>,
    pub(super) listed: RwSignal<Option<Listed>>,
    window: RwSignal<(usize, usize)>,
}

/// Everything, and the tools to find something in it.
#[component]
pub(super) fn Overview() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let wanted = Wanted {
        query: RwSignal::default(),
        status: RwSignal::new(None),
        listed: RwSignal::new(None),
        window: RwSignal::new((0, 4 * CHUNK)),
    };
    provide_context(wanted);
    let error = RwSignal::new(None::<String>);
    follow(journey, wanted, error);
    let listed = wanted.listed;
    let kept = Memo::new(move |_| listed.with(|listed| listed.as_ref().map(|it| it.kept)));
    // What is on the screen stays while their number changes.
    let has_some = Memo::new(move |_| kept.get() > Some(0));
    let kept_at_all = Memo::new(move |_| kept.get().map(|kept| kept > 0));
    view! {
        <ScreenTitle
            screen=Screen::Certificates
            lead="What this browser keeps, when it is to be renewed, and what it is used for."
        />
        <p class="error" role="alert">{error}</p>
        <section class="more-tools" aria-label="More">
            {move || has_some.get().then(|| view! { <Cover /> })}
            <AddFromFiles />
            {move || has_some.get().then(|| view! { <Reminders /> })}
        </section>
        {move || match kept_at_all.get() {
            None => view! { <p class="hint" role="status">"Looking…"</p> }.into_any(),
            Some(false) => view! { <Nothing /> }.into_any(),
            Some(true) => view! {
                <Tools />
                <Rows />
            }
                .into_any(),
        }}
    }
}

/// Asks again whenever something else is wanted, or something has changed.
fn follow(journey: Journey, wanted: Wanted, error: RwSignal<Option<String>>) {
    // The engine may not have been needed yet.
    journey.store.warm_up();
    Effect::new(move |_| {
        journey.store.revision();
        let (from, count) = wanted.window.get();
        let list = List {
            query: wanted.query.get(),
            status: wanted.status.get(),
            from,
            count,
        };
        task::spawn(async move {
            match journey.store.ask(list).await {
                Ok(listed) => {
                    error.set(None);
                    wanted.listed.set(Some(listed));
                }
                Err(failed) => error.set(Some(failed.to_string())),
            }
        });
    });
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <div class="nothing" data-testid="no-certificates">
            <p>
                <strong>"No certificates yet."</strong>
            </p>
            <p>
                "Get your first one: it takes a name, a CA and a proof. Or add one that was made elsewhere, so that this page reminds you of its end."
            </p>
            <p class="actions">
                <a class="primary button" href="#">"Get a certificate"</a>
            </p>
        </div>
    }
}

#[component]
fn Rows() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let wanted = expect_context::<Wanted>();
    let listed = wanted.listed;
    let now_ms = journey.store.now_ms();
    let place: NodeRef<html::Ol> = NodeRef::new();
    let row_pixels = RwSignal::new(ROW_PIXELS);
    let look = move || {
        if let Some(list) = place.get_untracked() {
            measure(&list, row_pixels);
            look_around(&list, row_pixels.get_untracked(), wanted);
        }
    };
    // Once rows are there, and after each change of them.
    Effect::new(move |_| {
        listed.track();
        task::next_frame(look);
    });
    let listeners =
        ["scroll", "resize"].map(|event| EventListener::new(&window(), event, move |_| look()));
    task::hold(listeners);

    let axis = Memo::new(move |_| {
        let span = listed.with(|listed| listed.as_ref().map(|it| it.span));
        Axis::around(span.unwrap_or((now_ms, now_ms)), now_ms)
    });
    let total = Memo::new(move |_| listed.with(|it| it.as_ref().map_or(0, |it| it.total)));
    let from = Memo::new(move |_| listed.with(|it| it.as_ref().map_or(0, |it| it.from)));
    let rows = move || listed.with(|it| it.as_ref().map(|it| it.rows.clone()).unwrap_or_default());
    let pixels = move |rows: usize| format!("{}px", rows as f64 * row_pixels.get());
    view! {
        <div class="certificate-list">
            <AxisHead axis=axis now_ms=now_ms />
            <ol
                node_ref=place
                data-testid="certificate-rows"
                data-total=move || total.get().to_string()
                style:height=move || pixels(total.get())
                style:padding-top=move || pixels(from.get())
            >
                <For each=rows key=Row::clone let:row>
                    <ListRow row=row axis=axis now_ms=now_ms />
                </For>
            </ol>
            <p class="hint" role="status" data-testid="no-match">
                {move || {
                    (total.get() == 0)
                        .then_some("Nothing matches. Take words or filters away to see more.")
                }}
            </p>
        </div>
    }
}

fn measure(list: &web_sys::HtmlElement, row_pixels: RwSignal<f64>) {
    let row = list.query_selector("li").ok().flatten();
    let height = row.map(|row| row.get_bounding_client_rect().height());
    if let Some(height) = height.filter(|height| *height > 1.0)
        && (height - row_pixels.get_untracked()).abs() > 0.1
    {
        row_pixels.set(height);
    }
}

/// Wants the rows that are on the screen, and some beyond.
fn look_around(list: &web_sys::HtmlElement, row_pixels: f64, wanted: Wanted) {
    let screen = window().inner_height().ok();
    let screen = screen.and_then(|height| height.as_f64()).unwrap_or(1_000.0);
    let above = (-list.get_bounding_client_rect().top()).max(0.0);
    // Rows are counted in thousands at most.
    let first = (above / row_pixels) as usize;
    let visible = (screen / row_pixels) as usize + 1;
    let from = first.saturating_sub(BEYOND) / CHUNK * CHUNK;
    let until = (first + visible + BEYOND).div_ceil(CHUNK) * CHUNK;
    let (window_from, count) = wanted.window.get_untracked();
    if window_from != from || window_from + count != until {
        wanted.window.set((from, until - from));
    }
}
