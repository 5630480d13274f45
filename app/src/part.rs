//! Parts of the program that the first visit does without: each is a WebAssembly module of its own,
//! which the page's build makes of what only a function with `#[wasm_split]` leads to.
//!
//! To add one, as `pages/issue/later.rs` does: write a function that returns [`Drawn`], with the
//! attribute and a name for the part; make a [`Part`] of its `preload` and keep that where it lives
//! as long as the page; show what it draws by [`Part::view`]; and call [`Part::load`] when the visitor
//! is likely to come there. One function for all screens of a part keeps what stays in the main module
//! small. Whatever else names those screens in code that is loaded at first draws them into the main
//! module again: `cargo xtask build` says how large each part is.
//!
//! `#[lazy]` of Leptos would be shorter, and end the whole program where a part cannot be loaded;
//! here the visitor is told, and can try again.

use crate::task;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use leptos::prelude::*;
pub(crate) use leptos::wasm_split::{SplitLoaderError, wasm_split};

/// What a function with `#[wasm_split]` draws; the error is for what is around the function.
pub(crate) type Drawn = Result<AnyView, SplitLoaderError>;

/// A part: whether it is there, and how it is loaded.
#[derive(Clone, Copy)]
pub(crate) struct Part {
    load: fn() -> LocalBoxFuture<'static, Result<(), SplitLoaderError>>,
    state: RwSignal<State>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Absent,
    Loading,
    Loaded,
    Failed,
}

impl Part {
    /// A part that `load`, the `preload` of its function, loads.
    pub(crate) fn new(load: fn() -> LocalBoxFuture<'static, Result<(), SplitLoaderError>>) -> Self {
        Self {
            load,
            state: RwSignal::new(State::Absent),
        }
    }

    /// Loads it, unless it is there or on its way. To be called when it is likely to be needed, so
    /// that nobody waits for it.
    pub(crate) fn load(self) {
        if matches!(self.state.get_untracked(), State::Loading | State::Loaded) {
            return;
        }
        self.state.set(State::Loading);
        task::to_the_end(async move {
            self.state.set(match (self.load)().await {
                Ok(()) => State::Loaded,
                // The loader has written to the console why.
                Err(_) => State::Failed,
            });
        });
    }

    /// Whether it is there.
    pub(crate) fn is_loaded(self) -> bool {
        self.state.get() == State::Loaded
    }

    /// What its function draws, as soon as it is there; loads it if nobody has.
    pub(crate) fn view<F>(self, draw: impl Fn() -> F + Send + 'static) -> AnyView
    where
        F: Future<Output = Drawn>,
    {
        self.load();
        (move || match self.state.get() {
            // There is nothing to wait for any more, so that it is drawn at once.
            State::Loaded => draw().now_or_never()?.ok(),
            State::Failed => Some(self.failure()),
            State::Absent | State::Loading => None,
        })
        .into_any()
    }

    fn failure(self) -> AnyView {
        view! {
            <div class="notice" role="alert" data-testid="part-missing">
                <p>
                    "A part of this page could not be loaded. Check your connection; if this stays, there is a newer version of the page, and reloading gets it."
                </p>
                <button type="button" class="secondary" on:click=move |_| self.load()>
                    "Try again"
                </button>
            </div>
        }
        .into_any()
    }
}
