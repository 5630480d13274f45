//! Reminders: notifications of certificates that are due, where the visitor wants them.

use gloo_timers::callback::Interval;
use leptos::prelude::*;
use tabcert_engine_api::certificates::{Remind, Reminder};

use crate::present::time;
use crate::shell::notification::{self, Permission};
use crate::store::Store;
use crate::task;

/// How often is looked while the page is open.
const LOOK_MS: u32 = 60 * 60 * 1000;

/// More than that are told together.
const MOST_AT_ONCE: usize = 3;

/// Reminds of what is due, now and as long as this is on the page. Without permission, and before anything
/// is known to be kept, nothing is asked.
pub(crate) fn follow(store: Store) {
    Effect::new(move |_| {
        if store.revision().is_some() && store.count_due() > 0 {
            remind(store);
        }
    });
    task::hold(Interval::new(LOOK_MS, move || {
        if untrack(|| store.count_due()) > 0 {
            remind(store);
        }
    }));
}

/// Reminds of what is due now.
pub(crate) fn remind(store: Store) {
    if notification::permission() != Permission::Granted {
        return;
    }
    // What the engine has told once it does not tell again.
    task::to_the_end(async move {
        let reminders = store.ask(Remind).await.unwrap_or_default();
        if reminders.len() > MOST_AT_ONCE {
            let title = format!("{} certificates want to be renewed", reminders.len());
            let first = reminders.iter().min_by_key(|reminder| reminder.ends_ms);
            let text = first.map_or_else(String::new, |first| text(first, store.now_ms()));
            notification::show(&title, &text, "many");
            return;
        }
        for reminder in reminders {
            let title = format!("Renew {}", reminder.certificate.title);
            let text = text(&reminder, store.now_ms());
            notification::show(&title, &text, &reminder.certificate.id);
        }
    });
}

fn text(reminder: &Reminder, now_ms: u64) -> String {
    let title = &reminder.certificate.title;
    match reminder.ends_ms.checked_sub(now_ms) {
        Some(left) => format!("The certificate of {title} ends in {}.", time::days(left)),
        None => {
            let date = time::date_time(reminder.ends_ms);
            format!("The certificate of {title} has expired on {date}.")
        }
    }
}
