//! Which names are redirected to the edge, as far as this tab knows.

use leptos::prelude::*;
use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::proof::Method;

/// Names whose servers redirect their challenges to the edge, and the CA whose account that is for.
/// They are forgotten with the accounts.
#[derive(Clone, Copy, Default)]
pub(super) struct Redirected(RwSignal<Vec<(HttpsUrl, String)>>);

impl Redirected {
    /// Those for the account at this CA.
    pub(super) fn at(&self, ca: &HttpsUrl) -> Vec<String> {
        self.0.with_untracked(|known| {
            let here = known.iter().filter(|(other, _)| other == ca);
            here.map(|(_, name)| name.clone()).collect()
        })
    }

    /// Notes how the visitor proves a name.
    pub(super) fn note(&self, ca: HttpsUrl, name: &str, method: Method) {
        let entry = (ca, name.to_owned());
        self.0.update(|known| {
            known.retain(|other| *other != entry);
            if method == Method::HttpRedirect {
                known.push(entry);
            }
        });
    }

    /// The accounts are gone.
    pub(super) fn forget(&self) {
        self.0.set(Vec::new());
    }
}
