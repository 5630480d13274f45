//! What else can be done with a certificate: taking it along, and revoking it.

use leptos::prelude::*;
use tabcert_engine_api::certificates::Details;

use super::remind::CalendarButton;
use crate::components::Disclosure;
use crate::pages::revoke::Revoke;
use crate::pages::settings::backup::Backup;

/// Folded up: most who look at a certificate come for something else.
#[component]
pub(super) fn More(id: String, details: Memo<Option<Details>>) -> impl IntoView {
    let title = Memo::new(move |_| {
        let title = |it: &Details| it.summary.title().to_owned();
        details.with(|it| it.as_ref().map(title).unwrap_or_default())
    });
    let (saved, revoked) = (id.clone(), id.clone());
    let backup = move || {
        let certificate = (saved.clone(), title.get_untracked());
        view! { <Backup certificate=certificate /> }.into_any()
    };
    let revoke = move || {
        let names = |it: &Details| it.summary.names.join(", ");
        let names = details.with_untracked(|it| it.as_ref().map(names).unwrap_or_default());
        view! { <Revoke certificate_id=revoked.clone() names=names /> }.into_any()
    };
    view! {
        <section class="certificate-more" aria-label="Taking along and revoking">
            <CalendarButton certificate=Some(id) label="Its renewal as a calendar file" />
            <Disclosure
                id="back-up-one"
                summary="Take it along: certificate, key and notes as an encrypted file"
                content=Box::new(backup)
            />
            <Disclosure
                id="revoke-kept"
                summary="Revoke it: its key has leaked, or it is not to be trusted any more"
                content=Box::new(revoke)
            />
        </section>
    }
    .into_any()
}
