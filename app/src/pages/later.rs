//! The screens beside issuing, and the panel above all of them where what is kept is locked. They are
//! not in what the first visit loads ([`crate::part`]).

use futures::FutureExt;
use leptos::prelude::*;

use super::accounts::Accounts;
use super::certificates::Certificates;
use super::locked::Locked;
use super::screen::Screen;
use super::settings::Settings;
use crate::part::{Drawn, Part, wasm_split};

/// What there is to draw.
#[derive(Clone, Copy)]
pub(super) enum Piece {
    Screen(Screen),
    Locked,
}

/// What holds them all, to be made once.
pub(super) fn part() -> Part {
    Part::new(|| load().boxed_local())
}

/// Draws one. All that only this function leads to is in the part.
#[wasm_split(screens, wasm_split_path = leptos::wasm_split, preload(load), fallible)]
pub(super) fn draw(piece: Piece) -> Drawn {
    Ok(match piece {
        // What is under way there stays while another screen is on, so the frame itself has it.
        Piece::Screen(Screen::Issue) => ().into_any(),
        Piece::Screen(Screen::Certificates) => view! { <Certificates /> }.into_any(),
        Piece::Screen(Screen::Accounts) => view! { <Accounts /> }.into_any(),
        Piece::Screen(Screen::Settings) => view! { <Settings /> }.into_any(),
        Piece::Locked => view! { <Locked /> }.into_any(),
    })
}
