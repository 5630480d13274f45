//! What is on the screen only once the engine is there: what is kept, the proofs, the certificate.
//! It is not in what the first visit loads ([`crate::part`]).

use futures::FutureExt;
use leptos::prelude::*;

use super::kept::Lists;
use super::prove::ProveStep;
use super::result::CertificateStep;
use crate::part::{Drawn, Part, wasm_split};

/// What there is to draw.
#[derive(Clone, Copy)]
pub(super) enum Piece {
    Lists,
    Prove,
    Certificate,
}

/// What holds all of it, to be made once.
pub(super) fn part() -> Part {
    Part::new(|| load().boxed_local())
}

/// Draws it. All that only this function leads to is in the part.
#[wasm_split(issue, wasm_split_path = leptos::wasm_split, preload(load), fallible)]
pub(super) fn draw(piece: Piece) -> Drawn {
    Ok(match piece {
        Piece::Lists => view! { <Lists /> }.into_any(),
        Piece::Prove => view! { <ProveStep /> }.into_any(),
        Piece::Certificate => view! { <CertificateStep /> }.into_any(),
    })
}
