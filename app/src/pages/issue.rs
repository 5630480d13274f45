//! Issuing, from names to files: five steps on one page, of which one is open.
//!
//! [`journey`] says which one that is, and turns what the visitor does into intents; [`draft`] keeps
//! what was typed. Every step is a file of its own. What comes after the first three is loaded
//! [`later`].

mod ca;
mod draft;
mod face;
mod failed;
mod journey;
mod kept;
mod key;
mod later;
mod names;
mod prove;
mod redirected;
mod result;
mod step;
mod waits;
mod work;

use leptos::prelude::*;

use ca::CaStep;
pub(crate) use journey::Journey;
use journey::{Face, Step};
use kept::Kept;
use key::KeyStep;
use later::{Piece, draw};
use names::NamesStep;
pub(crate) use result::save;
use step::StepSection;

/// The whole screen. `typed` is what the visitor wrote before the program had arrived.
#[component]
pub(crate) fn Issue(typed: String) -> impl IntoView {
    let journey = expect_context::<Journey>();
    journey.draft.pending.set(typed);

    view! {
        <Kept />
        // For `app/js/boot.js`, which keeps it where the program ends.
        <ol class="steps" id="steps" data-typed=move || journey.typed()>
            <StepSection step=Step::Names summary=move || journey.draft.names_summary()>
                <NamesStep />
            </StepSection>
            <StepSection step=Step::Ca summary=move || journey.ca_summary()>
                <CaStep />
            </StepSection>
            <StepSection step=Step::Key summary=move || journey.draft.key_type.get().to_string()>
                <KeyStep />
            </StepSection>
            <StepSection step=Step::Prove summary=move || "Accepted by the CA".to_owned()>
                {journey.part.view(|| draw(Piece::Prove))}
            </StepSection>
            <StepSection step=Step::Certificate summary=String::new>
                {journey.part.view(|| draw(Piece::Certificate))}
            </StepSection>
        </ol>
        <StartOver />
    }
}

/// The way back once the order is made.
#[component]
fn StartOver() -> impl IntoView {
    let journey = expect_context::<Journey>();
    let label = move || match journey.face.get() {
        Face::Issued => "Get another certificate",
        _ => "Start over with changes",
    };
    view! {
        // After a failure, the ways on are beside what went wrong.
        <Show when=move || journey.is_ordered() && journey.face.get() != Face::Failed>
            <p class="start-over">
                <button
                    type="button"
                    id="start-over"
                    class="secondary"
                    on:click=move |_| journey.start_over()
                >
                    {label}
                </button>
                <span class="hint">"What you typed stays."</span>
            </p>
        </Show>
    }
}
