//! Certificates: all of them on one time line, and each for itself.
//!
//! [`list`] has a window of the list on the screen, however long the list is; [`details`] shows one
//! certificate. Whatever changes, in this tab or another, arrives as another
//! [`revision`](crate::store::Store::revision), and what is shown is asked for again.

mod add;
mod cover;
mod details;
mod history;
mod labels;
mod list;
mod more;
mod remind;
mod renewal;
mod row;
mod tools;

use leptos::prelude::*;

use super::screen::{Place, Screen};
use details::CertificateDetails;
use list::Overview;

/// The whole screen.
#[component]
pub(crate) fn Certificates() -> impl IntoView {
    let place = expect_context::<Place>();
    move || match place.part.get() {
        part if part.is_empty() => view! { <Overview /> }.into_any(),
        id => view! { <CertificateDetails id=id /> }.into_any(),
    }
}

/// The address of a certificate.
fn address(id: &str) -> String {
    Place::address(Screen::Certificates, id)
}
