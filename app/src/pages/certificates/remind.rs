//! How the visitor is reminded.

use leptos::prelude::*;
use tabcert_engine_api::files::File;
use tabcert_engine_api::settings::Settings;

use crate::components::Disclosure;
use crate::pages::issue::{Journey, save};
use crate::pages::reminders::remind;
use crate::shell::notification::{self, Permission};
use crate::task;

/// A calendar file, and notifications.
#[component]
pub(super) fn Reminders() -> impl IntoView {
    view! {
        <Disclosure
            id="reminders"
            summary="Reminders"
            content=Box::new(|| view! { <Ways /> }.into_any())
        />
    }
}

#[component]
fn Ways() -> impl IntoView {
    view! {
        <p>
            "The number of certificates that are due stands in this tab’s title. For when the tab is closed, put the renewals into your calendar: with an alarm when each is due, and daily in the last five days."
        </p>
        <CalendarButton certificate=None label="Renewals as a calendar file" />
        <Notifications />
    }
}

/// Saves a calendar of all certificates, or of one.
#[component]
pub(super) fn CalendarButton(certificate: Option<String>, label: &'static str) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let error = RwSignal::new(None::<String>);
    let save_it = move |_| {
        let certificate = certificate.clone();
        task::spawn(async move {
            let location = window().location();
            let page_url =
                location.origin().unwrap_or_default() + &location.pathname().unwrap_or_default();
            let file = File::Calendar {
                certificate,
                page_url,
            };
            let saved = save(journey, file, "certificates.ics", "text/calendar").await;
            error.set(saved.err());
        });
    };
    view! {
        <button type="button" class="secondary" data-testid="save-calendar" on:click=save_it>
            {label}
        </button>
        <p class="error" role="alert">{error}</p>
    }
}

#[component]
fn Notifications() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let permission = RwSignal::new(notification::permission());
    let wanted = RwSignal::new(false);
    let set = move |question: Settings| {
        task::spawn(async move {
            if let Ok(settings) = journey.store.ask(question).await {
                wanted.set(settings.reminders);
                if settings.reminders {
                    remind(journey.store);
                }
            }
        });
    };
    set(Settings::Read);
    let switch = move |_| {
        if wanted.get_untracked() && permission.get_untracked() == Permission::Granted {
            set(Settings::Remind(false));
            return;
        }
        task::spawn(async move {
            let allowed = notification::ask().await;
            permission.set(allowed);
            if allowed == Permission::Granted {
                set(Settings::Remind(true));
            }
        });
    };
    let says = move || match permission.get() {
        Permission::Unsupported => {
            "This browser has no notifications for pages: use the calendar file."
        }
        Permission::Denied => {
            "This browser does not let the page notify you. Allow it in the site’s settings, beside the address, or use the calendar file."
        }
        Permission::Granted if wanted.get() => {
            "On. While this page is open, and whenever you open it, your system shows what is due: once when it is due, and daily in the last five days."
        }
        _ => {
            "While this page is open, and whenever you open it, your system can show what is due. Your browser asks you once."
        }
    };
    let can = move || {
        !matches!(
            permission.get(),
            Permission::Unsupported | Permission::Denied
        )
    };
    view! {
        <p class="hint" role="status" data-testid="notifications">{says}</p>
        <Show when=can>
            <button type="button" class="secondary" id="notify" on:click=switch>
                {move || match permission.get() == Permission::Granted && wanted.get() {
                    true => "Do not notify me",
                    false => "Notify me",
                }}
            </button>
        </Show>
    }
}
