//! Accounts.

use leptos::prelude::*;

use super::frame::ScreenTitle;
use super::screen::Screen;

/// The whole screen.
#[component]
pub(crate) fn Accounts() -> impl IntoView {
    view! { <ScreenTitle screen=Screen::Accounts lead="Your accounts with certificate authorities, and the keys that they are known by." /> }
}
