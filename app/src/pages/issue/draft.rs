//! What the visitor typed and chose. It outlives steps that close and orders that fail.

use leptos::prelude::*;
use tabcert_acme::account::mailto;
use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::catalogue;
use tabcert_issuance::names::NameList;
use tabcert_issuance::view::Terms;
use tabcert_pki::KeyType;

use crate::present;
use crate::shell::idna;
use crate::store::Store;

/// Drafts of the first three steps.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    /// The names, as chips.
    pub(super) names: RwSignal<NameList>,
    /// Text that is not a chip yet.
    pub(super) pending: RwSignal<String>,
    /// The CA, once the visitor has chosen.
    pub(super) choice: RwSignal<Option<CaChoice>>,
    /// The address of another CA, as typed.
    pub(super) custom_text: RwSignal<String>,
    /// The address of another CA that the visitor decided to use.
    pub(super) custom_url: RwSignal<Option<HttpsUrl>>,
    /// The terms of service that were accepted, and whose they are.
    pub(super) accepted: RwSignal<Option<(HttpsUrl, Terms)>>,
    /// An e-mail address, or nothing.
    pub(super) contact: RwSignal<String>,
    /// The kind of key.
    pub(super) key_type: RwSignal<KeyType>,
}

/// The CAs that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CaChoice {
    /// The test CA beside the edge.
    Local,
    /// An entry of [`tabcert_issuance::catalogue::PUBLIC`].
    Public(usize),
    /// Any directory.
    Custom,
}

impl Draft {
    pub(super) fn new() -> Self {
        Self {
            names: RwSignal::default(),
            pending: RwSignal::default(),
            choice: RwSignal::default(),
            custom_text: RwSignal::default(),
            custom_url: RwSignal::default(),
            accepted: RwSignal::default(),
            contact: RwSignal::default(),
            key_type: RwSignal::new(KeyType::P256),
        }
    }

    /// Puts these names in the place of all that was typed.
    pub(super) fn fill_in<'a>(&self, names: impl Iterator<Item = &'a str>) {
        self.pending.set(String::new());
        self.names.set(NameList::default());
        self.names.update(|list| {
            for name in names {
                list.add(name, idna::to_ascii);
            }
        });
    }

    /// All that was typed as names, in lines.
    pub(super) fn typed(&self) -> String {
        self.names.with(|names| {
            let chips = names.entries().iter();
            let mut lines: Vec<_> = chips.map(|listed| listed.entry.written.clone()).collect();
            lines.push(self.pending.get());
            lines.join("\n")
        })
    }

    /// Makes chips of what is pending.
    pub(super) fn commit_pending(&self) {
        let text = self.pending.get_untracked();
        if !text.trim().is_empty() {
            self.names.update(|names| {
                names.add(&text, idna::to_ascii);
            });
        }
        self.pending.set(String::new());
    }

    /// Chooses the CA with this directory.
    pub(super) fn choose(&self, store: Store, directory_url: &HttpsUrl) {
        let mut public = catalogue::PUBLIC.iter();
        let listed = public.position(|ca| ca.directory_url == directory_url.as_str());
        let choice = match listed {
            _ if store.local_ca().get_untracked().as_ref() == Some(directory_url) => {
                CaChoice::Local
            }
            Some(index) => CaChoice::Public(index),
            None => {
                self.custom_text.set(directory_url.to_string());
                self.custom_url.set(Some(directory_url.clone()));
                CaChoice::Custom
            }
        };
        self.choice.set(Some(choice));
    }

    /// Whether the names can be ordered.
    pub(super) fn names_fit(&self) -> bool {
        self.names.with(|names| names.names().is_ok())
    }

    /// The names in a line.
    pub(super) fn names_summary(&self) -> String {
        self.names
            .with(|names| present::names::summary(&names.names().unwrap_or_default()))
    }

    /// The contact as the CA wants it; `None` where it is no address.
    pub(super) fn contact_urls(&self) -> Option<Vec<String>> {
        let typed = self.contact.get();
        if typed.trim().is_empty() {
            Some(Vec::new())
        } else {
            mailto(&typed, idna::to_ascii).map(|url| vec![url])
        }
    }
}
