//! The accounts as the screen knows them, and how it asks for something.

use leptos::prelude::*;
use tabcert_engine_api::accounts::{AboutAccounts, AccountView, Answer, Cause, Wish};
use tabcert_issuance::explain::Explanation;

use crate::pages::issue::Journey;
use crate::store::Store;
use crate::task::{self, Scope};

/// What the parts of the screen share. In context.
#[derive(Clone, Copy)]
pub(super) struct Ledger {
    pub(super) store: Store,
    journey: Journey,
    /// All accounts, once the engine has told.
    pub(super) accounts: RwSignal<Option<Vec<AccountView>>>,
    /// Why they cannot be shown.
    pub(super) trouble: RwSignal<Option<String>>,
}

/// Something that is asked for, and what came of it: a button's busyness and what is said below it.
#[derive(Clone, Copy)]
pub(super) struct Attempt {
    scope: Scope,
    pub(super) busy: RwSignal<bool>,
    pub(super) failed: RwSignal<Option<Refused>>,
    pub(super) done: RwSignal<Option<&'static str>>,
}

/// Why it was not done.
#[derive(Clone, PartialEq)]
pub(super) struct Refused {
    /// What is against it, where that is not the engine.
    pub(super) cause: Option<Cause>,
    pub(super) explanation: Explanation,
}

impl Attempt {
    pub(super) fn new() -> Self {
        Self {
            scope: Scope::here(),
            busy: RwSignal::new(false),
            failed: RwSignal::new(None),
            done: RwSignal::new(None),
        }
    }
}

impl Ledger {
    pub(super) fn new() -> Self {
        Self {
            store: expect_context::<Store>(),
            journey: expect_context::<Journey>(),
            accounts: RwSignal::new(None),
            trouble: RwSignal::new(None),
        }
    }

    /// Reads them.
    pub(super) fn read(&self) {
        let this = *self;
        task::spawn(async move {
            if let Err(error) = this.ask(Wish::List).await {
                this.trouble.set(Some(error.explanation.sentence));
            }
        });
    }

    /// Asks for something; the list follows by itself.
    ///
    /// # Errors
    /// What the CA, the engine or an order under way has against it.
    pub(super) async fn ask(&self, wish: Wish) -> Result<Answer, Refused> {
        let changes_accounts = matches!(
            wish,
            Wish::ChangeKey { .. }
                | Wish::Deactivate { .. }
                | Wish::Prefer { .. }
                | Wish::Forget { .. }
                | Wish::Make { .. }
                | Wish::Import { .. }
        );
        let asked = self.store.ask_with_edge(|edge_available| AboutAccounts {
            wish,
            edge_available,
        });
        let journey = self.journey;
        // An order has to know also where this screen has been left.
        let answered = task::to_the_end(async move {
            let answered = asked.await;
            if changes_accounts && matches!(answered, Ok(Answer::Accounts(_))) {
                journey.accounts_changed();
            }
            answered
        });
        match answered.await {
            Ok(Answer::Failed { cause, explanation }) => Err(Refused {
                cause: Some(cause),
                explanation: *explanation,
            }),
            Ok(Answer::Accounts(all)) => {
                self.accounts.set(Some(all.clone()));
                Ok(Answer::Accounts(all))
            }
            Ok(answer) => Ok(answer),
            Err(error) => Err(plain(&error.to_string())),
        }
    }

    /// Asks for something by a button, which is busy meanwhile. `says` is what is said when it is done.
    pub(super) fn attempt(
        &self,
        attempt: Attempt,
        wish: Wish,
        says: &'static str,
        then: impl FnOnce(Answer) + 'static,
    ) {
        let this = *self;
        attempt.busy.set(true);
        attempt.failed.set(None);
        attempt.done.set(None);
        attempt.scope.spawn(async move {
            let answered = this.ask(wish).await;
            attempt.busy.set(false);
            match answered {
                Ok(answer) => {
                    attempt.done.set(Some(says));
                    then(answer);
                }
                Err(refused) => {
                    attempt.failed.set(Some(refused));
                }
            }
        });
    }
}

/// An error that has no more to it than its sentence.
pub(super) fn plain(sentence: &str) -> Refused {
    Refused {
        cause: None,
        explanation: Explanation {
            sentence: sentence.to_owned(),
            detail: None,
            next_step: String::new(),
            link: None,
        },
    }
}
