//! What a session shows, and what follows from it for the tab: a clock that moves while something
//! is waited for, and a question before the visitor leaves what cannot be had again.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::{Fuse, FusedFuture};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::{RwSignal, Set};
use tabcert_issuance::View;
use tabcert_issuance::view::Phase;

use crate::shell::clock;
use crate::shell::leave_guard::LeaveGuard;

/// How often the clock moves.
const TICK_MS: u32 = 1_000;

/// One session's access to the screen.
pub(super) struct Screen {
    view: RwSignal<Option<Arc<View>>>,
    clock: RwSignal<u64>,
    next_tick: Fuse<TimeoutFuture>,
    guard: Option<LeaveGuard>,
    key_saved: bool,
}

impl Screen {
    pub(super) fn new(view: RwSignal<Option<Arc<View>>>, clock: RwSignal<u64>) -> Self {
        Self {
            view,
            clock,
            next_tick: Fuse::terminated(),
            guard: None,
            key_saved: false,
        }
    }

    /// Shows a view.
    pub(super) fn show(&mut self, view: View) {
        let waiting = match &view.phase {
            Phase::Working(_) => true,
            Phase::Failed(failed) => failed.not_before_ms.is_some(),
            _ => false,
        };
        if !waiting {
            self.next_tick = Fuse::terminated();
        } else if self.next_tick.is_terminated() {
            self.tick();
        }

        let at_stake = match &view.phase {
            Phase::Working(_) | Phase::Proving(_) => true,
            Phase::Issued(_) => !self.key_saved,
            Phase::Connecting | Phase::Connected | Phase::Failed(_) => false,
        };
        self.guard = match self.guard.take() {
            _ if !at_stake => None,
            None => LeaveGuard::new(),
            guard => guard,
        };

        self.view.set(Some(Arc::new(view)));
    }

    /// Completes when [`tick`](Self::tick) is due; never while nothing is waited for.
    pub(super) fn next_tick(&mut self) -> &mut Fuse<TimeoutFuture> {
        &mut self.next_tick
    }

    /// Moves the clock.
    pub(super) fn tick(&mut self) {
        self.clock.set(clock::now_ms());
        self.next_tick = TimeoutFuture::new(TICK_MS).fuse();
    }

    /// The visitor has the key in a file.
    pub(super) fn key_saved(&mut self) {
        self.key_saved = true;
        self.guard = None;
    }
}
