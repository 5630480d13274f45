//! What this browser keeps: orders to go on with, and certificates.

mod lists;

use leptos::prelude::*;
use tabcert_engine_api::vault::Storage;

use super::journey::Journey;
use super::later::{Piece, draw};
use crate::shell::returning;
use crate::task;
pub(super) use lists::Lists;

/// Above the steps, for those who come back.
#[component]
pub(super) fn Kept() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let vault = journey.store.vault();
    // Of somebody who was never here, this is known without the engine.
    let nothing_kept = RwSignal::new(false);
    task::spawn(async move {
        if returning::may_have_been_here().await {
            journey.warm_up();
        } else {
            nothing_kept.set(true);
        }
    });
    let is_told = Memo::new(move |_| vault.with(Option::is_some));
    let is_known = move || nothing_kept.get() || (is_told.get() && journey.part.is_loaded());
    let unavailable = Memo::new(move |_| {
        vault.with(|vault| match &vault.as_ref()?.storage {
            Storage::Kept | Storage::Locked => None,
            Storage::Unavailable { obstacle, words } => Some((*obstacle, words.clone())),
        })
    });
    let damaged = Memo::new(move |_| vault.with(|vault| vault.as_ref().map_or(0, |it| it.damaged)));
    let elsewhere = journey.store.elsewhere();
    let gone = journey.store.gone();
    Effect::new(move |_| {
        if gone.with(Option::is_some) {
            journey.not_resumed();
        }
    });
    let lists = move || {
        (is_told.get() && !journey.is_ordered()).then(|| journey.part.view(|| draw(Piece::Lists)))
    };
    view! {
        <div id="kept" data-known=move || is_known().then_some("true")>
        {move || {
            unavailable.get().map(|(obstacle, words)| {
                view! {
                    <p
                        class="notice"
                        role="status"
                        data-testid="storage-unavailable"
                        data-obstacle=obstacle.id()
                    >
                        {words}
                    </p>
                }
            })
        }}
        {move || {
            (damaged.get() > 0).then(|| {
                view! {
                    <p class="notice" role="status" data-testid="damaged-records" data-count=damaged>
                        "Some of what is kept here is damaged and cannot be shown: "
                        {damaged} " in all. It is left as it is. If you have a backup, take it over in the settings."
                    </p>
                }
            })
        }}
        {move || {
            elsewhere.get().then(|| {
                view! {
                    <p class="notice" role="alert" data-testid="elsewhere">
                        "This order is open in another tab of this browser. Go on there, or close that tab and try again."
                    </p>
                }
            })
        }}
        {move || {
            gone.get().map(|why| {
                view! {
                    <p
                        class="notice"
                        role="alert"
                        data-testid="gone"
                        data-missing=why.missing.id()
                    >
                        {why.words}
                    </p>
                }
            })
        }}
        {lists}
        </div>
    }
    .into_any()
}
