//! What opens the vault: a key of this browser's, or a passphrase and passkeys.

use leptos::prelude::*;
use tabcert_engine_api::EngineError;
use tabcert_engine_api::protection::{self, ProtectionView};

use super::new_passphrase::{NewPassphrase, Typed};
use super::passkeys::Passkeys;
use crate::components::Disclosure;
use crate::pages::issue::Journey;
use crate::store::Store;
use crate::task::{self, Outcome, Scope};

/// How things stand, and what was said of it last.
#[derive(Clone, Copy)]
pub(super) struct Standing {
    store: Store,
    scope: Scope,
    pub(super) view: RwSignal<Option<ProtectionView>>,
    pub(super) busy: RwSignal<bool>,
    said: RwSignal<Option<&'static str>>,
    error: RwSignal<Option<String>>,
}

impl Standing {
    /// Does something, and shows how things stand then; says `done`.
    pub(super) fn ask(
        self,
        question: protection::Protection,
        done: Option<&'static str>,
    ) -> Outcome<Result<(), EngineError>> {
        self.busy.set(true);
        self.said.set(None);
        self.error.set(None);
        let answer = self.store.ask(question);
        self.scope.spawn(async move {
            let answer = answer.await;
            self.busy.set(false);
            self.view.set(Some(answer?));
            self.said.set(done);
            Ok(())
        })
    }

    /// The same, where what is wrong is said below everything.
    pub(super) fn tell(self, question: protection::Protection, done: Option<&'static str>) {
        self.scope.spawn(async move {
            if let Err(error) = self.ask(question, done).await {
                self.error.set(Some(error.to_string()));
            }
        });
    }
}

/// The section.
#[component]
pub(super) fn Protection() -> impl IntoView {
    let standing = Standing {
        store: expect_context::<Store>(),
        scope: Scope::here(),
        view: RwSignal::new(None),
        busy: RwSignal::new(false),
        said: RwSignal::new(None),
        error: RwSignal::new(None),
    };
    standing.tell(protection::Protection::Read, None);
    let is_browser = Memo::new(move |_| {
        standing
            .view
            .with(|view| view.as_ref().map(|view| *view == ProtectionView::Browser))
    });
    view! {
        <section aria-labelledby="protection-title" data-testid="protection">
            <h3 id="protection-title">"What opens it"</h3>
            {move || is_browser.get().map(|is_browser| match is_browser {
                true => view! { <ByBrowser standing=standing /> }.into_any(),
                false => view! { <ByPassphrase standing=standing /> }.into_any(),
            })}
            <p class="standing reached" role="status" data-testid="protection-said" hidden=move || standing.said.with(Option::is_none)>
                {move || standing.said.get()}
            </p>
            <p class="error" role="alert" data-testid="protection-error">{standing.error}</p>
        </section>
    }
    .into_any()
}

#[component]
fn ByBrowser(standing: Standing) -> impl IntoView {
    view! {
        <p data-testid="protection-mode" data-mode="browser">
            "A key of this browser's, which it gives to nobody. Whoever can use this browser under your name can open what is kept; a passphrase keeps them out."
        </p>
        <Disclosure
            id="use-passphrase"
            summary="Ask for a passphrase instead"
            content=Box::new(move || view! {
                <PassphraseForm standing=standing change=false />
            }.into_any())
        />
    }
}

#[component]
fn ByPassphrase(standing: Standing) -> impl IntoView {
    let journey = expect_context::<Journey>();
    let lock = move |_| {
        let question = "What is under way here ends. It is kept as far as it has come, and can be continued once it is unlocked. Lock now?";
        let is_under_way = untrack(|| journey.is_ordered());
        if is_under_way && !window().confirm_with_message(question).unwrap_or(false) {
            return;
        }
        standing.tell(protection::Protection::Lock, None);
        if is_under_way {
            journey.leave();
        }
    };
    let to_browser = move |_| {
        let question = "From now on, whoever can use this browser under your name can open what is kept. Passphrase and passkeys open nothing here any more. Go on?";
        if window().confirm_with_message(question).unwrap_or(false) {
            let done = "Everything is encrypted anew, under a key of this browser's.";
            standing.tell(protection::Protection::UseBrowser, Some(done));
        }
    };
    view! {
        <p data-testid="protection-mode" data-mode="passphrase">
            "Your passphrase. It is asked for whenever this page is opened. Without it, or a passkey, nobody can open what is kept, and nobody can reset it: have a backup."
        </p>
        <div class="actions">
            <button type="button" class="secondary" id="lock" disabled=standing.busy on:click=lock>
                "Lock now"
            </button>
            <span class="hint">"In this tab; others stay open until they are closed or locked."</span>
        </div>
        <Passkeys standing=standing />
        <Disclosure
            id="change-passphrase"
            summary="Change the passphrase"
            content=Box::new(move || view! {
                <PassphraseForm standing=standing change=true />
            }.into_any())
        />
        <Disclosure
            id="use-browser"
            summary="Do without a passphrase"
            content=Box::new(move || view! {
                <p class="hint">
                    "Everything is then encrypted under a key of this browser's, as it was at first."
                </p>
                <div class="actions">
                    <button
                        type="button"
                        class="secondary"
                        id="use-browser-now"
                        disabled=standing.busy
                        on:click=to_browser
                    >
                        "Stop asking for a passphrase…"
                    </button>
                </div>
            }.into_any())
        />
    }
}

#[component]
fn PassphraseForm(standing: Standing, change: bool) -> impl IntoView {
    let typed = Typed::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(passphrase) = typed.passphrase() else {
            return;
        };
        task::spawn(async move {
            let question = protection::Protection::UsePassphrase(passphrase);
            let done = "Everything is encrypted anew, under the new passphrase.";
            match standing.ask(question, Some(done)).await {
                Ok(()) => typed.clear(),
                Err(error) => typed.refuse(error.to_string()),
            }
        });
    };
    view! {
        <form on:submit=submit novalidate>
            <NewPassphrase
                typed=typed
                ids=["new-passphrase", "new-passphrase-again"]
                label="New passphrase"
            />
            {change.then(|| view! {
                <p class="hint">
                    "Everything is encrypted under a new key. Passkeys opened the old one: add them again afterwards."
                </p>
            })}
            <div class="actions">
                <button type="submit" class="primary" id="set-passphrase" disabled=standing.busy>
                    {move || match standing.busy.get() {
                        true => "Encrypting…",
                        false => "Use this passphrase",
                    }}
                </button>
            </div>
        </form>
    }
}
