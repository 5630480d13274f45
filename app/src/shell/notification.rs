//! Notifications: what the system shows while the visitor looks elsewhere.

use js_sys::Reflect;
use web_sys::{Notification, NotificationOptions, NotificationPermission};

/// Whether the page may notify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Permission {
    /// The browser has no notifications here.
    Unsupported,
    /// The visitor has not been asked.
    NotAsked,
    /// It may.
    Granted,
    /// It may not, and asking again does nothing.
    Denied,
}

/// Whether the page may notify now.
pub(crate) fn permission() -> Permission {
    let known = Reflect::has(&js_sys::global(), &"Notification".into());
    if !known.unwrap_or(false) {
        return Permission::Unsupported;
    }
    match Notification::permission() {
        NotificationPermission::Granted => Permission::Granted,
        NotificationPermission::Denied => Permission::Denied,
        _ => Permission::NotAsked,
    }
}

/// Asks the visitor. Only what they have just clicked on may do that.
pub(crate) async fn ask() -> Permission {
    if permission() == Permission::NotAsked
        && let Ok(asked) = Notification::request_permission()
    {
        // What came of it is read below.
        let _ = asked.await;
    }
    permission()
}

/// Shows one; a later one with the same `tag` takes its place.
pub(crate) fn show(title: &str, text: &str, tag: &str) {
    let options = NotificationOptions::new();
    options.set_body(text);
    options.set_tag(tag);
    // Browsers that only let service workers notify throw here; the title of the tab says it too.
    let _ = Notification::new_with_options(title, &options);
}
