//! Certificates.

use leptos::prelude::*;

use super::frame::ScreenTitle;
use super::screen::Screen;

/// The whole screen.
#[component]
pub(crate) fn Certificates() -> impl IntoView {
    view! { <ScreenTitle screen=Screen::Certificates lead="What this browser keeps, when it is to be renewed, and what it is used for." /> }
}
