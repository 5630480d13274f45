//! Why a certificate is revoked.

use leptos::prelude::*;
use tabcert_engine_api::revocation::Reason;

use crate::components::RadioCard;

/// One of the reasons that CAs take.
#[component]
pub(super) fn ReasonChoice(
    /// What the choices have in common.
    group: &'static str,
    /// What is chosen.
    reason: RwSignal<Reason>,
) -> impl IntoView {
    let cards = Reason::ALL.map(|this| {
        let (title, hint) = words(this);
        view! {
            <RadioCard
                id=format!("{group}-{}", this.code())
                group=group
                title=title
                hint=hint
                checked=Signal::derive(move || reason.get() == this)
                on_choose=move || reason.set(this)
            />
        }
    });
    view! {
        <fieldset class="cards">
            <legend>"Why?"</legend>
            {cards}
        </fieldset>
    }
}

fn words(reason: Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::Unspecified => ("No particular reason", "For when none of the others fits."),
        Reason::KeyCompromise => (
            "Somebody else may have the key",
            "It was copied, published, or on a machine that was broken into. The CA will not certify this key again.",
        ),
        Reason::Superseded => (
            "Replaced by another certificate",
            "A newer one is in use everywhere.",
        ),
        Reason::CessationOfOperation => (
            "The names are not used any more",
            "The site is closed, or its names belong to somebody else now.",
        ),
    }
}
