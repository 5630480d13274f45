//! Which CA: one that is offered by name, one that there is an account at, or any by its address.

use leptos::prelude::*;
use tabcert_acme::url::HttpsUrl;
use tabcert_issuance::catalogue::{self, DirectoryUrlError};

use crate::components::Field;
use crate::store::Store;

/// What stands in the list for "by its address".
const TYPED: &str = "";

/// The visitor's choice.
#[derive(Clone, Copy)]
pub(crate) struct CaChoice {
    listed: RwSignal<Option<String>>,
    typed: RwSignal<String>,
    error: RwSignal<Option<String>>,
}

impl CaChoice {
    /// Nothing is chosen yet: that is the local test CA where there is one.
    pub(crate) fn new() -> Self {
        Self {
            listed: RwSignal::new(None),
            typed: RwSignal::default(),
            error: RwSignal::new(None),
        }
    }

    /// Proposes a CA.
    pub(crate) fn propose(&self, directory_url: &HttpsUrl) {
        self.listed.set(Some(directory_url.to_string()));
    }

    /// The directory. What is wrong with it is shown beside it.
    pub(crate) fn directory_url(&self, store: Store) -> Option<HttpsUrl> {
        let read = |text: &str| catalogue::parse_directory_url(text);
        let url: Result<HttpsUrl, DirectoryUrlError> = match self.listed.get_untracked() {
            None => read(&preset(store)),
            Some(listed) if listed == TYPED => read(&self.typed.get_untracked()),
            Some(listed) => read(&listed),
        };
        self.error.set(url.as_ref().err().map(ToString::to_string));
        url.ok()
    }
}

fn preset(store: Store) -> String {
    let local = store.local_ca().get_untracked();
    local.map_or_else(
        || catalogue::PUBLIC[0].directory_url.to_owned(),
        String::from,
    )
}

/// The name for people of a CA, with the local one called so.
pub(crate) fn ca_name(store: Store, directory_url: &HttpsUrl) -> String {
    if store.local_ca().get().as_ref() == Some(directory_url) {
        "Local test CA".to_owned()
    } else {
        catalogue::name_of(directory_url).to_owned()
    }
}

/// The list, and a field for any other CA's address.
#[component]
pub(crate) fn CaSelect(
    /// The list's id.
    id: &'static str,
    /// What is chosen for.
    label: &'static str,
    /// What is chosen.
    choice: CaChoice,
    /// CAs that the visitor knows already.
    #[prop(into)]
    known: Signal<Vec<HttpsUrl>>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let listed = Memo::new(move |_| {
        let mut all: Vec<HttpsUrl> = store.local_ca().get().into_iter().collect();
        let public = catalogue::PUBLIC.iter();
        all.extend(public.filter_map(|ca| HttpsUrl::parse(ca.directory_url).ok()));
        for url in known.get() {
            if !all.contains(&url) {
                all.push(url);
            }
        }
        all
    });
    let current = move || choice.listed.get().unwrap_or_else(|| preset(store));
    let options = move || {
        let option = |url: &HttpsUrl| {
            let value = url.to_string();
            let (is_current, name) = (value.clone(), ca_name(store, url));
            view! { <option value=value selected=move || current() == is_current>{name}</option> }
        };
        listed.get().iter().map(option).collect_view()
    };
    let is_typed = move || {
        choice
            .listed
            .with(|listed| listed.as_deref() == Some(TYPED))
    };
    let address_id = format!("{id}-address");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select
                id=id
                on:change=move |event| {
                    choice.error.set(None);
                    choice.listed.set(Some(event_target_value(&event)));
                }
            >
                {options}
                <option value=TYPED selected=is_typed>"Another CA, by its address"</option>
            </select>
        </div>
        {move || {
            is_typed().then(|| {
                view! {
                    <Field
                        id=address_id.clone()
                        label="Address of the CA’s directory"
                        value=choice.typed
                        kind="url"
                        error=choice.error
                        placeholder="https://ca.example/acme/directory"
                    />
                }
            })
        }}
    }
}
