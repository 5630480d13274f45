//! Files that were not taken, or not all of them.

use leptos::prelude::*;
use tabcert_pki::brought::NotRead;

use crate::present::brought::{self, Refusal};

/// Why files were refused; empty as long as they were not.
#[component]
pub(crate) fn RefusalText(
    /// The paragraph's id.
    #[prop(into)]
    id: String,
    /// What tests call it.
    testid: &'static str,
    /// Why.
    #[prop(into)]
    refusal: Signal<Option<Refusal>>,
) -> impl IntoView {
    let part = move |part: fn(&Refusal) -> Option<&'static str>| {
        move || refusal.with(|refusal| refusal.as_ref().and_then(part))
    };
    view! {
        <p
            class="error"
            id=id
            role="alert"
            data-testid=testid
            data-reason=part(|refusal| refusal.reason)
            data-obstacle=part(|refusal| refusal.obstacle)
        >
            {move || refusal.get().map(|refusal| refusal.words)}
        </p>
    }
}

/// What was not taken from files of which the rest was.
#[component]
pub(crate) fn NotReadList(
    /// In the files' order.
    not_read: Vec<NotRead>,
) -> impl IntoView {
    let items = not_read.into_iter().map(|what| {
        view! {
            <li data-testid="not-read" data-obstacle=what.obstacle.code()>
                {brought::not_read(&what)}
            </li>
        }
    });
    let items: Vec<_> = items.collect();
    (!items.is_empty()).then(|| view! { <ul class="not-read">{items}</ul> })
}
