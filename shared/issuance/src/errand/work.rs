//! An errand once the CA answers: finding the account where that is needed, then the one request, and
//! what came of it.

mod outcome;

use tabcert_acme::account::{ContactUpdate, DEACTIVATION, NewAccount};
use tabcert_acme::jwk::Jwk;
use tabcert_acme::key::AccountKey;
use tabcert_acme::url::HttpsUrl;
use tabcert_acme::{key_change, revocation};

use super::{Done, Ended, Task};
use crate::failure::Failure;
use crate::session::{Purpose, Reply, Session};
use crate::states::Context;
use crate::transcript::RequestKind;
use crate::view::Hold;
use crate::{Effect, Event, Intent};
use outcome::{found_by_key, undone, unoffered};

/// The conversation, and where it stands. Requests go one after the other.
#[derive(Debug)]
pub(super) struct Work {
    cx: Context,
    session: Session,
    task: Task,
    step: Step,
    /// The account's key, while the new one signs.
    own_key: AccountKey,
    account_url: Option<HttpsUrl>,
}

/// What is waited for.
#[derive(Debug)]
enum Step {
    /// The account's URL.
    Finding,
    /// Whether the CA knows the account by the new key already.
    Looking,
    /// The answer to the one request.
    Asking,
    /// Whether it has been done all the same.
    Doubting(Doubt),
    /// The account after it was changed, as the CA did not show it.
    Rereading(HttpsUrl),
}

/// Why it is not clear whether something was done.
#[derive(Debug)]
struct Doubt {
    failure: Failure,
    /// Whether each attempt was answered in a way that leaves no doubt by itself.
    was_always_answered: bool,
}

/// The next step, or the end.
type Next = Result<Box<Work>, Ended>;

impl Work {
    pub(super) fn begin(
        cx: Context,
        mut session: Session,
        account_url: Option<HttpsUrl>,
        task: Task,
    ) -> Next {
        if let Some(url) = &account_url {
            session.set_account(url.clone());
        }
        let own_key = cx.account_key().clone();
        let work = Box::new(Self {
            cx,
            session,
            task,
            step: Step::Asking,
            own_key,
            account_url,
        });
        match &work.task {
            Task::ChangeKey(new_key) => {
                let new_key = AccountKey::clone(new_key);
                work.find_by(new_key, Step::Looking)
            }
            Task::RevokeByCertificateKey(..) => work.ask(),
            Task::Find => work.find(),
            _ if work.account_url.is_none() => work.find(),
            _ => work.ask(),
        }
    }

    pub(super) fn take_effects(&mut self) -> Vec<Effect> {
        self.cx.take_effects()
    }

    pub(super) fn on(mut self: Box<Self>, event: Event, now_ms: u64) -> Next {
        self.cx.now_ms = now_ms;
        match event {
            Event::Http { id, result } => match self.session.receive(&mut self.cx, id, result) {
                Some(reply) => self.on_reply(reply),
                None => Ok(self),
            },
            Event::Intent(Intent::AskNow) => {
                self.session.hurry(&mut self.cx);
                Ok(self)
            }
            Event::Intent(Intent::Stop) => match self.session.stop() {
                Some(failure) => Err(undone(failure)),
                None => Ok(self),
            },
            Event::TimerFired(id) => {
                self.session.timer_fired(&mut self.cx, id);
                Ok(self)
            }
            _ => Ok(self),
        }
    }

    /// What is waited for before a request is repeated.
    pub(super) fn hold(&self) -> Option<&Hold> {
        self.session.hold()
    }

    fn on_reply(mut self: Box<Self>, reply: Reply) -> Next {
        let result = reply.result;
        match std::mem::replace(&mut self.step, Step::Asking) {
            Step::Finding => match result.map(|response| found_by_key(&response)) {
                Ok(Ok(found)) if matches!(self.task, Task::Find) => Err(Ok(Done::Account(found))),
                Ok(Ok(found)) => {
                    self.account_url = Some(found.url);
                    self.ask()
                }
                Ok(Err(error)) => Err(undone(Failure::Protocol(error))),
                // A CA that makes no accounts over ACME may not look for them either; the URL is known.
                Err(failure) if self.account_url.is_some() && !failure.is_lost_account() => {
                    self.ask()
                }
                Err(failure) => Err(undone(failure)),
            },
            Step::Looking => match result.map(|response| found_by_key(&response)) {
                Ok(Ok(found)) if self.is_the_account(&found) => {
                    Err(Ok(Done::KeyChanged(found.url)))
                }
                // Another account's: the CA refuses it.
                Ok(Ok(_)) => self.ask(),
                Ok(Err(error)) => Err(undone(Failure::Protocol(error))),
                Err(failure) if failure.is_lost_account() => match self.account_url {
                    Some(_) => self.ask(),
                    None => self.find(),
                },
                Err(failure) => Err(undone(failure)),
            },
            Step::Asking => match result {
                Ok(response) => self.done(&response),
                Err(failure) => self.doubt(Doubt {
                    failure,
                    was_always_answered: !reply.is_doubtful,
                }),
            },
            Step::Doubting(doubt) => Err(self.settle(doubt, result)),
            Step::Rereading(url) => Err(self.reread(url, result)),
        }
    }

    /// Looks the account up by its own key.
    fn find(self: Box<Self>) -> Next {
        let own_key = self.own_key.clone();
        self.find_by(own_key, Step::Finding)
    }

    /// RFC 8555 §7.3.1: "If a client sends such a request [with onlyReturnExisting] and an account does
    /// not exist, then the server MUST return an error response with status code 400 (Bad Request) and
    /// type "urn:ietf:params:acme:error:accountDoesNotExist"."
    fn find_by(mut self: Box<Self>, key: AccountKey, step: Step) -> Next {
        self.cx.start.account_key = key;
        self.session.forget_account();
        let existing = NewAccount {
            only_return_existing: true,
            ..NewAccount::default()
        };
        let url = self.session.directory.new_account.clone();
        self.step = step;
        self.post(RequestKind::NewAccount, url, &existing);
        Ok(self)
    }

    /// Sends the one request.
    fn ask(mut self: Box<Self>) -> Next {
        self.cx.start.account_key = self.own_key.clone();
        self.step = Step::Asking;
        let account = match (&self.task, self.account_url.clone()) {
            (Task::RevokeByCertificateKey(der, reason), _) => {
                self.session.forget_account();
                let payload = revocation::payload(der, *reason);
                return self.revoke(payload);
            }
            (_, Some(account)) => account,
            (_, None) => return self.find(),
        };
        self.session.set_account(account.clone());
        match &self.task {
            Task::RevokeByAccount(der, reason) => {
                let payload = revocation::payload(der, *reason);
                return self.revoke(payload);
            }
            Task::ChangeKey(new_key) => {
                let old_key: &Jwk = self.own_key.jwk();
                let Some(url) = self.session.directory.key_change.clone() else {
                    return Err(unoffered("keyChange", true));
                };
                let payload = key_change::payload(old_key, new_key, &account, &url);
                self.post_text(RequestKind::KeyChange, url, payload);
            }
            Task::ChangeContact(contact) => {
                let update = ContactUpdate {
                    contact: contact.clone(),
                };
                self.post(RequestKind::UpdateAccount, account, &update);
            }
            Task::Deactivate => {
                self.post_text(RequestKind::UpdateAccount, account, DEACTIVATION.to_owned());
            }
            Task::Find | Task::Read | Task::RevokeByCertificateKey(..) => {
                self.read(account);
            }
        }
        Ok(self)
    }

    fn read(&mut self, account: HttpsUrl) {
        let purpose = Purpose {
            kind: RequestKind::Account,
            index: 0,
        };
        self.session.post_as_get(&mut self.cx, purpose, account);
    }

    fn revoke(mut self: Box<Self>, payload: String) -> Next {
        let Some(url) = self.session.directory.revoke_cert.clone() else {
            return Err(unoffered("revokeCert", false));
        };
        self.post_text(RequestKind::RevokeCertificate, url, payload);
        Ok(self)
    }

    fn post(&mut self, kind: RequestKind, url: HttpsUrl, payload: &impl serde::Serialize) {
        // Strings and booleans only: serialising them cannot fail.
        let payload = serde_json::to_string(payload).unwrap_or_default();
        self.post_text(kind, url, payload);
    }

    fn post_text(&mut self, kind: RequestKind, url: HttpsUrl, payload: String) {
        let purpose = Purpose { kind, index: 0 };
        self.session.post(&mut self.cx, purpose, url, payload);
    }
}
