//! The screens beside issuing. They are not in what the first visit loads ([`crate::part`]).

use futures::FutureExt;
use leptos::prelude::*;

use super::accounts::Accounts;
use super::certificates::Certificates;
use super::screen::Screen;
use super::settings::Settings;
use crate::part::{Drawn, Part, wasm_split};

/// What holds them all, to be made once.
pub(super) fn part() -> Part {
    Part::new(|| load().boxed_local())
}

/// Draws one. All that only this function leads to is in the part.
#[wasm_split(screens, wasm_split_path = leptos::wasm_split, preload(load), fallible)]
pub(super) fn draw(screen: Screen) -> Drawn {
    Ok(match screen {
        // What is under way there stays while another screen is on, so the frame itself has it.
        Screen::Issue => ().into_any(),
        Screen::Certificates => view! { <Certificates /> }.into_any(),
        Screen::Accounts => view! { <Accounts /> }.into_any(),
        Screen::Settings => view! { <Settings /> }.into_any(),
    })
}
