//! What there is to do at a CA apart from issuing: looking at an account, changing it, ending it, and
//! revoking certificates. One [`Errand`] is one of these.
//!
//! As [`Issuance`](crate::Issuance) it does no input or output of its own: a shell performs its
//! effects, which are [`Effect::Http`] and [`Effect::Wait`] alone, and comes back with events. Route,
//! nonces and second attempts are those of the flow. Whatever an errand changes at the CA may be
//! done twice: what was done before counts as done.

mod work;

use tabcert_acme::account::Account;
use tabcert_acme::key::AccountKey;
use tabcert_acme::problem::ProblemKind;
use tabcert_acme::revocation::Reason;
use tabcert_acme::url::HttpsUrl;

use crate::explain;
use crate::failure::Failure;
use crate::issuance;
use crate::states::{Connecting, Connection, Context, State};
use crate::view::{self, Hold, Phase};
use crate::{Effect, Event};
use work::Work;

/// How an errand starts.
#[derive(Debug, Clone)]
pub struct Start {
    /// The CA's directory.
    pub directory_url: HttpsUrl,
    /// The account's key; for [`Task::RevokeByCertificateKey`] the certificate's.
    pub key: AccountKey,
    /// The account's URL, where it is known: otherwise the CA is asked (RFC 8555 §7.3.1).
    pub account_url: Option<HttpsUrl>,
    /// Whether an edge is there that relays to CAs.
    pub edge_available: bool,
    /// What is to be done.
    pub task: Task,
}

/// What is to be done.
#[derive(Debug, Clone)]
pub enum Task {
    /// Find the account of the key, without making one (RFC 8555 §7.3.1).
    Find,
    /// Read the account.
    Read,
    /// Replace the account's contacts by these `mailto:` URLs (RFC 8555 §7.3.2).
    ChangeContact(Vec<String>),
    /// Let another key take the place of the account's (RFC 8555 §7.3.5). The new key has to be stored
    /// before this begins: once the CA has taken it, the old one is worth nothing.
    ///
    /// The CA is asked first whether it knows the account by the new key already, and again after
    /// anything that went wrong, so that this may be repeated.
    ChangeKey(Box<AccountKey>),
    /// End the account for good (RFC 8555 §7.3.6).
    Deactivate,
    /// Revoke a certificate (DER) in the account's name (RFC 8555 §7.6).
    RevokeByAccount(Vec<u8>, Reason),
    /// Revoke a certificate (DER) by its own key (RFC 8555 §7.6).
    RevokeByCertificateKey(Vec<u8>, Reason),
}

/// How an errand ended.
pub type Ended = Result<Done, Box<Undone>>;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// The account was found, read, or changed: this is it.
    Account(Found),
    /// The CA knows this account by the new key.
    KeyChanged(HttpsUrl),
    /// The account has ended.
    Deactivated,
    /// The certificate is revoked.
    Revoked {
        /// Whether it had been before, perhaps for another reason.
        before: bool,
    },
}

/// An account as the CA tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its URL.
    pub url: HttpsUrl,
    /// What is understood of it.
    pub account: Account,
    /// All of it, as it came.
    pub json: String,
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// What went wrong; a refusal has the CA's problem document whole.
    pub failure: Failure,
    /// After [`Task::ChangeKey`]: whether the CA has plainly refused the new key each time that it was
    /// sent, and does not know it, so that the old one counts. Otherwise it is not known which one counts.
    pub old_key_counts: bool,
}

impl Undone {
    /// What went wrong, in words for the visitor.
    #[must_use]
    pub fn shown(&self) -> view::Failed {
        explain::failed(&self.failure, None)
    }

    /// Whether the CA answers no question about accounts that has no external account binding (RFC 8555
    /// §7.3.4).
    #[must_use]
    pub fn wants_external_account(&self) -> bool {
        self.failure.kind() == Some(ProblemKind::ExternalAccountRequired)
    }

    /// Whether the CA has no account with this key.
    #[must_use]
    pub fn is_unknown_account(&self) -> bool {
        self.failure.is_lost_account()
    }
}

/// One errand, from the first contact with the CA to its end.
#[derive(Debug)]
pub struct Errand(Stage);

#[derive(Debug)]
enum Stage {
    Connecting {
        state: Box<State>,
        account_url: Option<HttpsUrl>,
        task: Task,
    },
    Working(Box<Work>),
    Ended(Ended),
}

impl Errand {
    /// Starts: finds out whether and how the CA can be reached. `now_ms` is milliseconds since the
    /// Unix epoch.
    #[must_use]
    pub fn begin(start: Start, now_ms: u64) -> (Self, Vec<Effect>) {
        let Start {
            directory_url,
            key,
            account_url,
            edge_available,
            task,
        } = start;
        let connecting = issuance::Start {
            directory_url,
            account_key: key,
            edge_available,
            redirected: Vec::new(),
            account_url: None,
            other_orders: Vec::new(),
            saved: None,
        };
        let mut state = Connecting::begin(Context::new(connecting, now_ms));
        let effects = state.context_mut().take_effects();
        let stage = Stage::Connecting {
            state: Box::new(state),
            account_url,
            task,
        };
        (Self(stage), effects)
    }

    /// Takes an event and says what to do next. Events that do not fit are ignored.
    #[must_use]
    pub fn handle(self, event: Event, now_ms: u64) -> (Self, Vec<Effect>) {
        match self.0 {
            Stage::Connecting {
                mut state,
                account_url,
                task,
            } => {
                state.context_mut().now_ms = now_ms;
                match state.on(event).connection() {
                    Connection::Sought(mut state) => {
                        let effects = state.context_mut().take_effects();
                        let stage = Stage::Connecting {
                            state,
                            account_url,
                            task,
                        };
                        (Self(stage), effects)
                    }
                    Connection::Found(cx, session) => {
                        after(Work::begin(*cx, *session, account_url, task))
                    }
                    Connection::None(failure) => {
                        let undone = Undone {
                            failure,
                            old_key_counts: false,
                        };
                        (Self(Stage::Ended(Err(Box::new(undone)))), Vec::new())
                    }
                }
            }
            Stage::Working(work) => after(work.on(event, now_ms)),
            Stage::Ended(ended) => (Self(Stage::Ended(ended)), Vec::new()),
        }
    }

    /// What is waited for before a request is repeated; [`Intent::AskNow`](crate::Intent::AskNow) and
    /// [`Intent::Stop`](crate::Intent::Stop) are the ways out.
    #[must_use]
    pub fn hold(&self) -> Option<Hold> {
        match &self.0 {
            Stage::Connecting { state, .. } => match state.phase() {
                Phase::Connecting(hold) => hold,
                _ => None,
            },
            Stage::Working(work) => work.hold().cloned(),
            Stage::Ended(_) => None,
        }
    }

    /// How it ended, once it has.
    #[must_use]
    pub fn ended(&self) -> Option<&Ended> {
        match &self.0 {
            Stage::Ended(ended) => Some(ended),
            _ => None,
        }
    }
}

/// What is left to do, if anything.
fn after(step: Result<Box<Work>, Ended>) -> (Errand, Vec<Effect>) {
    match step {
        Ok(mut work) => {
            let effects = work.take_effects();
            (Errand(Stage::Working(work)), effects)
        }
        Err(ended) => (Errand(Stage::Ended(ended)), Vec::new()),
    }
}

impl Failure {
    /// The same, where the CA has an address for the request and does not serve it.
    fn or_not_served(self) -> Self {
        match self {
            Self::Refused(refusal) if matches!(refusal.problem.status, Some(405 | 501)) => {
                Self::NotServed(refusal)
            }
            failure => failure,
        }
    }

    fn kind(&self) -> Option<ProblemKind> {
        match self {
            Self::Refused(refusal) => Some(refusal.problem.kind()),
            _ => None,
        }
    }
}
