//! What tabs tell one another: which records they have written. No word of what is in them.

use gloo::events::EventListener;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

const NAME: &str = "tabcert";

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Written {
    /// The records in these places.
    Places(Vec<String>),
    /// Many of them, or all were taken away.
    Everything,
}

/// This tab's place among the others.
pub(crate) struct News {
    channel: BroadcastChannel,
    _listener: EventListener,
}

impl News {
    /// Calls back with what other tabs write, for as long as this lives; nothing where the browser has no
    /// such channel.
    pub(crate) fn open(heard: impl Fn(Written) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(NAME).ok()?;
        let listener = EventListener::new(&channel, "message", move |event| {
            let data = event.dyn_ref::<MessageEvent>().map(MessageEvent::data);
            if let Some(places) = data.and_then(|data| data.dyn_into::<Array>().ok()) {
                heard(match places.length() {
                    0 => Written::Everything,
                    _ => Written::Places(places.iter().filter_map(|it| it.as_string()).collect()),
                });
            }
        });
        Some(Self {
            channel,
            _listener: listener,
        })
    }

    /// Tells the other tabs.
    pub(crate) fn spread(&self, written: &Written) {
        let places: Array = match written {
            Written::Places(places) if places.is_empty() => return,
            Written::Places(places) => places.iter().map(JsValue::from).collect(),
            Written::Everything => Array::new(),
        };
        // A channel that does not take it is closed: then the page is on its way out.
        let _ = self.channel.post_message(&places);
    }
}

impl Drop for News {
    fn drop(&mut self) {
        self.channel.close();
    }
}
