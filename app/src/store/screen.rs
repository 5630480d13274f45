//! What a session shows, and what follows from it for the tab: a clock that moves while something
//! is waited for, and a question before the visitor leaves what cannot be had again.

use std::sync::Arc;

use gloo_timers::callback::Interval;
use leptos::prelude::{RwSignal, Set};
use tabcert_issuance::View;
use tabcert_issuance::view::Phase;

use crate::shell::clock;
use crate::shell::leave_guard::LeaveGuard;

/// How often the clock moves.
const TICK_MS: u32 = 1_000;

/// The screen, as far as the flow has a say in it.
pub(super) struct Screen {
    view: RwSignal<Option<Arc<View>>>,
    clock: RwSignal<u64>,
    ticking: Option<Interval>,
    guard: Option<LeaveGuard>,
    key_saved: bool,
    /// Whether an order was made, and has not come to nothing.
    under_way: bool,
    /// Whether what is done here outlives the tab.
    kept: bool,
}

impl Screen {
    pub(super) fn new(view: RwSignal<Option<Arc<View>>>, clock: RwSignal<u64>) -> Self {
        Self {
            view,
            clock,
            ticking: None,
            guard: None,
            key_saved: false,
            under_way: false,
            kept: false,
        }
    }

    /// Learns whether what is done here outlives the tab: then nobody has to be held back.
    pub(super) fn keeps(&mut self, kept: bool) {
        self.kept = kept;
        if kept {
            self.guard = None;
        }
    }

    /// Shows nothing of a session any more.
    pub(super) fn clear(&mut self) {
        let kept = self.kept;
        *self = Self::new(self.view, self.clock);
        self.kept = kept;
        self.view.set(None);
    }

    /// Whether an order was made, and has not come to nothing.
    pub(super) fn is_under_way(&self) -> bool {
        self.under_way
    }

    /// Shows a view.
    pub(super) fn show(&mut self, view: View) {
        self.under_way = matches!(
            view.phase,
            Phase::Working(_) | Phase::Proving(_) | Phase::Issued(_)
        );
        let waiting = match &view.phase {
            Phase::Working(_) => true,
            Phase::Failed(failed) => failed.not_before_ms.is_some(),
            _ => false,
        };
        self.ticking = match self.ticking.take() {
            _ if !waiting => None,
            None => Some(tick(self.clock)),
            ticking => ticking,
        };

        let at_stake = match &view.phase {
            _ if self.kept => false,
            Phase::Working(_) | Phase::Proving(_) => true,
            Phase::Issued(_) => !self.key_saved,
            Phase::Connecting(_) | Phase::Connected | Phase::Failed(_) => false,
        };
        self.guard = match self.guard.take() {
            _ if !at_stake => None,
            None => LeaveGuard::new(),
            guard => guard,
        };

        self.view.set(Some(Arc::new(view)));
    }

    /// The visitor has the key in a file.
    pub(super) fn key_saved(&mut self) {
        self.key_saved = true;
        self.guard = None;
    }
}

/// Moves the clock now and every second.
fn tick(clock: RwSignal<u64>) -> Interval {
    clock.set(clock::now_ms());
    Interval::new(TICK_MS, move || clock.set(clock::now_ms()))
}
