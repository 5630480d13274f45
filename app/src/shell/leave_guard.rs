//! Asking before the visitor leaves and loses what exists only in this tab.

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::BeforeUnloadEvent;

/// As long as it lives, the browser asks before it leaves the page.
#[derive(Debug)]
pub(crate) struct LeaveGuard {
    _listener: EventListener,
}

impl LeaveGuard {
    /// Starts to guard; `None` where there is no window to guard.
    pub(crate) fn new() -> Option<Self> {
        let window = web_sys::window()?;
        let listener = EventListener::new_with_options(
            &window,
            "beforeunload",
            EventListenerOptions::enable_prevent_default(),
            |event| {
                event.prevent_default();
                // Browsers from before 2024 ask only where this is set.
                if let Some(event) = event.dyn_ref::<BeforeUnloadEvent>() {
                    event.set_return_value("unsaved");
                }
            },
        );
        Some(Self {
            _listener: listener,
        })
    }
}
