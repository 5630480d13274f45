//! Settings.

use leptos::prelude::*;

use super::frame::ScreenTitle;
use super::screen::Screen;

/// The whole screen.
#[component]
pub(crate) fn Settings() -> impl IntoView {
    view! { <ScreenTitle screen=Screen::Settings lead="How this browser keeps your keys and certificates, and how to move them." /> }
}
