//! Revoking certificates: [`Revoke`] one that is kept, [`RevokeBrought`] one that was made elsewhere.

mod brought;
mod reason;

use leptos::prelude::*;
use tabcert_engine_api::revocation::{AboutRevocation, Answer, Reason, Signer, Ways, Wish};
use tabcert_issuance::explain::Explanation;

use crate::components::{ExplanationText, RadioCard};
use crate::store::Store;
use crate::task::{self, Scope};
pub(crate) use brought::RevokeBrought;
use reason::ReasonChoice;

/// Revokes a certificate that this browser keeps.
#[component]
pub(crate) fn Revoke(
    /// Its id.
    #[prop(into)]
    certificate_id: String,
    /// Its names, in a line.
    #[prop(into)]
    names: String,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let ways = RwSignal::new(None::<Ways>);
    let attempt = Attempt::new(store);
    let reason = RwSignal::new(Reason::Unspecified);
    let by = RwSignal::new(Signer::Account);
    let asked = certificate_id.clone();
    task::spawn(async move {
        match attempt.ask(Wish::Ways { certificate: asked }).await {
            Ok(Answer::Ways(found)) => {
                if !found.by_account {
                    by.set(Signer::Certificate);
                }
                ways.set(Some(found));
            }
            Ok(_) => {}
            Err(error) => {
                attempt.failed.set(Some(error));
            }
        }
    });
    let question = format!("Revoke the certificate for {names}? This cannot be undone.");
    let revoke = StoredValue::new(move || {
        let wish = Wish::Kept {
            certificate: certificate_id.clone(),
            reason: reason.get_untracked(),
            by: by.get_untracked(),
        };
        if window().confirm_with_message(&question).unwrap_or(false) {
            attempt.revoke(wish);
        }
    });
    let form = move |found: Ways| {
        view! {
            <p>{meaning}</p>
            <ReasonChoice group="revoke-reason" reason=reason />
            {(found.by_account && found.by_certificate).then(|| view! { <SignerChoice by=by /> })}
            <div class="actions">
                <button
                    type="button"
                    class="secondary danger"
                    data-testid="revoke"
                    disabled=attempt.busy
                    on:click=move |_| revoke.with_value(|revoke| revoke())
                >
                    {move || if attempt.busy.get() { "Revoking…" } else { "Revoke this certificate" }}
                </button>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="part revoke" data-testid="revoke-form">
            {move || match ways.get() {
                _ if attempt.revoked.with(Option::is_some) => ().into_any(),
                None => ().into_any(),
                Some(found) if found.is_revoked => {
                    view! { <p data-testid="is-revoked">"This certificate is revoked."</p> }.into_any()
                }
                Some(found) if !found.by_account && !found.by_certificate => {
                    view! {
                        <p data-testid="not-revocable">
                            "Neither the account that ordered it nor its private key is here, so it cannot be revoked from here. Where they are, it can."
                        </p>
                    }
                    .into_any()
                }
                Some(found) => form(found),
            }}
            <Told attempt=attempt />
        </div>
    }
    .into_any()
}

/// What revoking does, for those who do it the first time.
const fn meaning() -> &'static str {
    "Clients that check will not trust the certificate any more. Replace it on your servers first: revoking cannot be undone."
}

#[component]
fn SignerChoice(by: RwSignal<Signer>) -> impl IntoView {
    let card = move |id: &'static str, title: &'static str, hint: &'static str, signer: Signer| {
        view! {
            <RadioCard
                id=format!("revoke-by-{id}")
                group="revoke-by"
                title=title
                hint=hint
                checked=Signal::derive(move || by.get() == signer)
                on_choose=move || by.set(signer)
            />
        }
    };
    view! {
        <fieldset class="cards">
            <legend>"Whose key signs?"</legend>
            {card("account", "The account’s", "The account that ordered it: the usual way.", Signer::Account)}
            {card(
                "certificate",
                "The certificate’s own",
                "Proves that the key is known: the surest way after it has leaked.",
                Signer::Certificate,
            )}
        </fieldset>
    }
}

/// An attempt to revoke, and what came of it.
#[derive(Clone, Copy)]
struct Attempt {
    store: Store,
    scope: Scope,
    busy: RwSignal<bool>,
    failed: RwSignal<Option<Explanation>>,
    /// Whether it had been revoked before.
    revoked: RwSignal<Option<bool>>,
}

impl Attempt {
    fn new(store: Store) -> Self {
        Self {
            store,
            scope: Scope::here(),
            busy: RwSignal::new(false),
            failed: RwSignal::new(None),
            revoked: RwSignal::new(None),
        }
    }

    async fn ask(&self, wish: Wish) -> Result<Answer, Explanation> {
        let asked = self.store.ask_with_edge(|edge_available| AboutRevocation {
            wish,
            edge_available,
        });
        match asked.await {
            Ok(Answer::Failed(explanation)) => Err(*explanation),
            Ok(answer) => Ok(answer),
            Err(error) => Err(Explanation {
                sentence: error.to_string(),
                detail: None,
                next_step: String::new(),
                link: None,
            }),
        }
    }

    fn revoke(self, wish: Wish) {
        self.busy.set(true);
        self.failed.set(None);
        self.scope.spawn(async move {
            let answered = self.ask(wish).await;
            self.busy.set(false);
            match answered {
                Ok(Answer::Revoked { before }) => {
                    self.revoked.set(Some(before));
                }
                Ok(_) => {}
                Err(explanation) => {
                    self.failed.set(Some(explanation));
                }
            }
        });
    }
}

/// What came of it.
#[component]
fn Told(attempt: Attempt) -> impl IntoView {
    let says = move || {
        attempt.revoked.get().map(|before| {
            if before {
                "The CA says that it had been revoked before."
            } else {
                "The CA has revoked it. Clients learn of it within hours or days, as they check."
            }
        })
    };
    view! {
        {move || {
            attempt.failed.get().map(|explanation| {
                view! {
                    <div class="failure" role="alert" data-testid="revoke-failure">
                        <ExplanationText explanation=explanation />
                    </div>
                }
            })
        }}
        <p class="standing reached" role="status" data-testid="revoked" hidden=move || says().is_none()>
            {says}
        </p>
    }
}
