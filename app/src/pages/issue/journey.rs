//! Where the visitor stands: which step is open, what can be changed, what comes next.

mod words;

use leptos::prelude::*;
use tabcert_acme::url::HttpsUrl;
use tabcert_engine_api::Command;
use tabcert_engine_api::vault::Asked;
use tabcert_issuance::event::Application;
use tabcert_issuance::proof::Method;
use tabcert_issuance::view::{CaView, Failed, Issued, Phase, Proving, Work};
use tabcert_issuance::{Intent, catalogue};

use super::draft::{CaChoice, Draft};
pub(super) use super::face::{Face, Step};
use super::face::{face_of, is_after_proof};
use super::later;
use super::redirected::Redirected;
use crate::part::Part;
use crate::shell::returning;
use crate::store::{EdgeState, Restarted, Store};

/// What is asked before a certificate is left whose key nobody has.
const KEY_AT_STAKE: &str = "The private key has not been downloaded and will be lost. Go on?";

/// The screen's view of the store, and the visitor's way through it. In context.
#[derive(Clone, Copy)]
pub(crate) struct Journey {
    pub(crate) store: Store,
    pub(super) draft: Draft,
    /// What is loaded later, with the engine.
    pub(super) part: Part,
    /// What is on the screen.
    pub(super) face: Memo<Face>,
    /// The open step.
    pub(super) open: Memo<Step>,
    /// The chosen CA's directory, once it is known.
    pub(super) wanted: Memo<Option<HttpsUrl>>,
    /// The chosen CA, once it has answered.
    pub(super) ca: Memo<Option<CaView>>,
    pub(super) work: Memo<Option<Work>>,
    pub(super) proving: Memo<Option<Proving>>,
    pub(super) failed: Memo<Option<Failed>>,
    pub(super) issued: Memo<Option<Issued>>,
    /// Whether the visitor watches the requests.
    pub(super) requests_open: RwSignal<bool>,
    /// Whose turn it is among the first three steps, as long as nothing is ordered.
    editing: RwSignal<Step>,
    /// The furthest of the first three steps that the visitor has come to.
    reached: RwSignal<Step>,
    ordered: RwSignal<bool>,
    /// The directory that was connected to last.
    connected: RwSignal<Option<HttpsUrl>>,
    redirected: Redirected,
    /// Whether the visitor has the certificate's key in a file.
    key_saved: RwSignal<bool>,
}

impl Journey {
    pub(crate) fn new(store: Store) -> Self {
        let draft = Draft::new();
        let editing = RwSignal::new(Step::Names);
        let ordered = RwSignal::new(false);
        let connected = RwSignal::new(None);
        let wanted = Memo::new(move |_| wanted_directory(store, &draft));
        let of_flow = of_phase(store, face_of);
        let face = Memo::new(move |_| {
            if store.opened().with(Option::is_some) {
                Face::Issued
            } else {
                of_flow.get()
            }
        });
        let work = of_phase(store, |phase| match phase? {
            Phase::Working(work) => Some(work.clone()),
            _ => None,
        });
        let proving = of_phase(store, |phase| match phase? {
            Phase::Proving(proving) => Some(proving.clone()),
            _ => None,
        });
        let failed = of_phase(store, |phase| match phase? {
            Phase::Failed(failed) => Some(failed.clone()),
            _ => None,
        });
        let just_issued = of_phase(store, |phase| match phase? {
            Phase::Issued(issued) => Some(Issued::clone(issued)),
            _ => None,
        });
        let issued = Memo::new(move |_| store.opened().get().or_else(|| just_issued.get()));
        let ca = Memo::new(move |_| {
            let wanted = wanted.get()?;
            store.view().with(|view| {
                let ca = view.as_ref()?.ca.clone()?;
                (ca.directory_url == wanted).then_some(ca)
            })
        });
        let open = Memo::new(move |previous: Option<&Step>| match face.get() {
            _ if !ordered.get() => editing.get(),
            Face::Working if work.with(is_after_proof) => Step::Certificate,
            Face::Issued => Step::Certificate,
            Face::Failed => previous.copied().unwrap_or(Step::Prove).max(Step::Prove),
            _ => Step::Prove,
        });
        Self {
            store,
            draft,
            part: later::part(),
            face,
            open,
            wanted,
            ca,
            work,
            proving,
            failed,
            issued,
            requests_open: RwSignal::new(false),
            editing,
            reached: RwSignal::new(Step::Names),
            ordered,
            connected,
            redirected: Redirected::default(),
            key_saved: RwSignal::new(false),
        }
    }

    /// Loads engine and later screens before they are needed, and not before the visitor seems to
    /// mean it: they are larger than the page.
    pub(super) fn warm_up(&self) {
        self.store.warm_up();
        self.part.load();
    }

    /// The names as they were typed, as long as they can be changed.
    pub(super) fn typed(&self) -> Option<String> {
        (!self.ordered.get()).then(|| self.draft.typed())
    }

    /// Whether an order was made: then names, CA and key are fixed.
    pub(crate) fn is_ordered(&self) -> bool {
        self.ordered.get()
    }

    /// Whether the step is behind the visitor.
    pub(super) fn is_done(&self, step: Step) -> bool {
        let open = self.open.get();
        match step {
            _ if step == open => false,
            Step::Names => self.reached.get() > step && self.draft.names_fit(),
            Step::Ca => self.reached.get() > step && (self.ordered.get() || self.ca_fits()),
            _ => step < open,
        }
    }

    /// Whether the step can be opened by hand.
    pub(super) fn is_changeable(&self, step: Step) -> bool {
        !self.ordered.get() && step <= self.reached.get() && step != self.open.get()
    }

    /// Opens one of the first three steps.
    pub(super) fn edit(&self, step: Step) {
        self.editing.set(step);
        self.reached.update(|reached| *reached = step.max(*reached));
    }

    /// Opens the first of the first three steps that is not complete.
    pub(super) fn advance(&self) {
        self.edit(if !untrack(|| self.draft.names_fit()) {
            Step::Names
        } else if !untrack(|| self.ca_fits()) {
            Step::Ca
        } else {
            Step::Key
        });
    }

    /// Asks the chosen CA who it is, unless it is the one that was asked last.
    pub(super) fn connect_to_wanted(&self) {
        // Until the edge has answered, nobody knows whether there is a local CA to prefer.
        let undecided =
            self.draft.choice.get().is_none() && self.store.edge().get() == EdgeState::Checking;
        if let Some(url) = self.wanted.get()
            && !undecided
            && self.connected.get_untracked().as_ref() != Some(&url)
        {
            self.connected.set(Some(url.clone()));
            self.connect(url);
        }
    }

    fn connect(&self, directory_url: HttpsUrl) {
        let redirected = self.redirected.at(&directory_url);
        self.store.connect(directory_url, redirected);
    }

    /// Chooses how a name is proven, and remembers who is redirected.
    pub(super) fn choose_method(&self, name: String, method: Method) {
        if let Some(url) = self.connected.get_untracked() {
            self.redirected.note(url, &name, method);
        }
        self.store.dispatch(Intent::ChooseMethod { name, method });
    }

    /// Whether the CA answered and the visitor did what it asks for.
    pub(super) fn ca_fits(&self) -> bool {
        self.face.get() == Face::Connected
            && self
                .ca
                .with(|ca| ca.as_ref().is_some_and(|ca| !ca.external_account_required))
            && self.terms_accepted()
            && self.draft.contact_urls().is_some()
    }

    /// Whether the terms of the chosen CA, if it has any, are accepted.
    pub(super) fn terms_accepted(&self) -> bool {
        self.ca.with(|ca| {
            let Some(ca) = ca else { return false };
            ca.terms_of_service.as_ref().is_none_or(|terms| {
                self.draft.accepted.with(|accepted| {
                    accepted.as_ref().is_some_and(|(url, accepted)| {
                        (url, accepted) == (&ca.directory_url, terms)
                    })
                })
            })
        })
    }

    /// Orders the certificate; opens the step that is not complete where there is one.
    pub(super) fn order(&self) {
        let draft = self.draft;
        let Ok(names) = draft.names.with_untracked(|names| names.names()) else {
            return self.edit(Step::Names);
        };
        let contact = untrack(|| draft.contact_urls());
        let (Some(contact), true) = (contact, untrack(|| self.ca_fits())) else {
            return self.edit(Step::Ca);
        };
        // Accepted, since the CA would not fit otherwise.
        let terms_agreed = self
            .ca
            .with_untracked(|ca| ca.as_ref().is_some_and(|ca| ca.terms_of_service.is_some()));
        self.store.dispatch(Intent::Begin(Application {
            names,
            key_type: draft.key_type.get_untracked(),
            contact,
            terms_agreed,
        }));
        self.ordered.set(true);
        returning::ask_to_persist();
    }

    /// Fills in what was asked for in an earlier tab, as if it had been ordered here.
    pub(super) fn take_over(&self, asked: &Asked) {
        let draft = self.draft;
        draft.fill_in(asked.names.iter().map(|name| name.as_str()));
        draft.key_type.set(asked.key_type);
        draft.choose(self.store, &asked.directory_url);
        self.connected.set(Some(asked.directory_url.clone()));
        self.key_saved.set(false);
        self.ordered.set(true);
        self.reached.set(Step::Key);
    }

    /// The visitor has the certificate's key in a file.
    pub(super) fn key_saved(&self) {
        self.key_saved.set(true);
        self.store.key_saved();
    }

    /// The engine has stopped, and with it whatever was ordered.
    pub(crate) fn engine_stopped(&self) {
        self.ordered.set(false);
        self.key_saved.set(false);
        // The accounts were the engine's.
        self.redirected.forget();
    }

    /// The engine has ended, and another goes on with what it was at, as far as that was kept.
    pub(crate) fn engine_restarted(&self, restarted: Restarted) {
        let is_an_order = self.store.go_on();
        if restarted == Restarted::Lost || !is_an_order {
            self.ordered.set(false);
            self.key_saved.set(false);
        }
    }

    /// The accounts are others, or have other keys: what has not been ordered yet is to be the right one's.
    pub(crate) fn accounts_changed(&self) {
        self.redirected.forget();
        let connected = self.connected.get_untracked();
        if let (Some(url), false) = (connected, self.ordered.get_untracked()) {
            self.connect(url);
        }
    }

    /// What was to be gone on with is not there: what was asked for can be asked for again.
    pub(super) fn not_resumed(&self) {
        self.ordered.set(false);
        // The next order begins with a connection.
        self.connected.set(None);
        self.edit(Step::Names);
    }

    /// Begins anew for these names.
    pub(crate) fn ask_for(&self, names: &[String]) {
        self.start_over();
        self.draft.fill_in(names.iter().map(String::as_str));
    }

    /// Leaves an order for a new one with other names, CA or key; asks before a key is lost.
    pub(crate) fn start_over(&self) {
        let kept = untrack(|| self.store.is_kept());
        let saved = self.key_saved.get_untracked();
        let at_stake = self.face.get_untracked() == Face::Issued && !saved && !kept;
        if at_stake && !window().confirm_with_message(KEY_AT_STAKE).unwrap_or(true) {
            return;
        }
        self.key_saved.set(false);
        if let Some(url) = self.connected.get_untracked() {
            self.connect(url);
        }
        self.ordered.set(false);
        self.store.tell(&Command::List);
        self.edit(Step::Names);
    }

    /// Leaves an order that somebody has ended, and that can be gone on with later.
    pub(crate) fn leave(&self) {
        self.key_saved.set(false);
        self.ordered.set(false);
        self.connected.set(None);
        self.store.leave();
        self.edit(Step::Names);
    }

    /// Orders again without these names, which are as the CA knows them.
    pub(super) fn try_again_without(&self, refused: Vec<String>) {
        self.draft.names.update(|names| {
            let ids: Vec<_> = names
                .entries()
                .iter()
                .filter(|listed| {
                    let name = listed.entry.name.as_ref();
                    name.is_ok_and(|name| refused.iter().any(|refused| refused == name.as_str()))
                })
                .map(|listed| listed.id)
                .collect();
            for id in ids {
                names.remove(id);
            }
        });
        self.store.dispatch(Intent::TryAgainWithout(refused));
    }
}

fn of_phase<T: PartialEq + Send + Sync + 'static>(
    store: Store,
    pick: fn(Option<&Phase>) -> T,
) -> Memo<T> {
    Memo::new(move |_| {
        store
            .view()
            .with(|view| pick(view.as_ref().map(|view| &view.phase)))
    })
}

fn wanted_directory(store: Store, draft: &Draft) -> Option<HttpsUrl> {
    match chosen(store, draft) {
        CaChoice::Local => store.local_ca().get(),
        CaChoice::Public(index) => {
            let ca = catalogue::PUBLIC.get(index)?;
            HttpsUrl::parse(ca.directory_url).ok()
        }
        CaChoice::Custom => draft.custom_url.get(),
    }
}

/// What the visitor chose; before that, the local test CA where there is one.
pub(super) fn chosen(store: Store, draft: &Draft) -> CaChoice {
    let preset = || match store.local_ca().get() {
        Some(_) => CaChoice::Local,
        None => CaChoice::Public(0),
    };
    draft.choice.get().unwrap_or_else(preset)
}
