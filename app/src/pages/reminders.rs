//! Reminders: notifications of certificates that are due, where the visitor wants them.

use gloo_timers::callback::Interval;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tabcert_engine_api::certificates::Remind;

use crate::present::time;
use crate::shell::notification::{self, Permission};
use crate::store::Store;

/// How often is looked while the page is open.
const LOOK_MS: u32 = 60 * 60 * 1000;

/// Reminds of what is due, now and as long as this is on the page. Without permission, and before anything
/// is known to be kept, nothing is asked.
pub(crate) fn follow(store: Store) {
    Effect::new(move |_| {
        if store.revision().is_some() && store.count_due() > 0 {
            remind(store);
        }
    });
    let looking = Interval::new(LOOK_MS, move || {
        if untrack(|| store.count_due()) > 0 {
            remind(store);
        }
    });
    let looking = StoredValue::new_local(looking);
    on_cleanup(move || looking.dispose());
}

/// Reminds of what is due now.
pub(crate) fn remind(store: Store) {
    if notification::permission() != Permission::Granted {
        return;
    }
    spawn_local(async move {
        for reminder in store.ask(Remind).await.unwrap_or_default() {
            let title = format!("Renew {}", reminder.certificate.title);
            let now_ms = store.now_ms();
            let text = match reminder.ends_ms.checked_sub(now_ms) {
                Some(left) => format!("Its certificate ends in {}.", time::days(left)),
                None => format!(
                    "Its certificate has expired on {}.",
                    time::date_time(reminder.ends_ms)
                ),
            };
            notification::show(&title, &text, &reminder.certificate.id);
        }
    });
}
