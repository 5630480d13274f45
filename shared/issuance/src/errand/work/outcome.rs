//! What came of the one request.

use tabcert_acme::AcmeError;
use tabcert_acme::account::{Account, AccountStatus, KnownAccount};
use tabcert_acme::error::Resource;
use tabcert_acme::http::Response;
use tabcert_acme::key::AccountKey;
use tabcert_acme::problem::ProblemKind;
use tabcert_acme::url::HttpsUrl;
use tabcert_acme::words;

use super::super::{Done, Ended, Found, Task, Undone};
use super::{Doubt, Next, Step, Work};
use crate::failure::Failure;

/// Longest account object that is shown, in characters.
const MAX_JSON: usize = 20_000;

impl Work {
    /// The CA has done it.
    pub(super) fn done(mut self: Box<Self>, response: &Response) -> Next {
        let done = match (&self.task, self.account_url.clone()) {
            (Task::RevokeByAccount(..) | Task::RevokeByCertificateKey(..), _) => {
                Done::Revoked { before: false }
            }
            (Task::Deactivate, _) => Done::Deactivated,
            (Task::ChangeKey(_), Some(url)) => Done::KeyChanged(url),
            (task, Some(url)) => match found_at(url.clone(), response) {
                Ok(found) => Done::Account(with_contact(found, task)),
                // It is changed, whatever the CA shows of it.
                Err(_) if matches!(task, Task::ChangeContact(_)) => {
                    self.step = Step::Rereading(url.clone());
                    self.read(url);
                    return Ok(self);
                }
                Err(error) => return Err(undone(Failure::Protocol(error))),
            },
            (_, None) => {
                return Err(undone(Failure::Protocol(AcmeError::MissingHeader {
                    resource: Resource::Account,
                    header: "Location",
                })));
            }
        };
        Err(Ok(done))
    }

    /// The account as it is now; where the CA does not show it, as it was asked to be.
    pub(super) fn reread(&self, url: HttpsUrl, result: Result<Response, Failure>) -> Ended {
        let read =
            result.and_then(|response| found_at(url.clone(), &response).map_err(Failure::Protocol));
        match (read, &self.task) {
            (Ok(found), _) => Ok(Done::Account(found)),
            (Err(_), Task::ChangeContact(contact)) => {
                let contact = contact.clone();
                let account = Account {
                    contact,
                    ..Account::default()
                };
                let json = String::new();
                Ok(Done::Account(Found { url, account, json }))
            }
            (Err(failure), _) => undone(failure),
        }
    }

    /// A request that failed may have been done all the same: its answer was lost and it was sent
    /// again, now or by a tab that has ended since.
    pub(super) fn doubt(self: Box<Self>, doubt: Doubt) -> Next {
        let doubt = Doubt {
            failure: doubt.failure.or_not_served(),
            ..doubt
        };
        let failure = &doubt.failure;
        match &self.task {
            Task::RevokeByAccount(..) | Task::RevokeByCertificateKey(..)
                if failure.kind() == Some(ProblemKind::AlreadyRevoked) =>
            {
                Err(Ok(Done::Revoked { before: true }))
            }
            Task::ChangeKey(new_key) => {
                let new_key = AccountKey::clone(new_key);
                self.find_by(new_key, Step::Doubting(doubt))
            }
            // RFC 8555 §7.3.6: "If a server receives a POST or POST-as-GET from a deactivated account,
            // it MUST return an error response with status code 401 (Unauthorized) and type
            // "urn:ietf:params:acme:error:unauthorized"."
            Task::Deactivate if failure.kind() == Some(ProblemKind::Unauthorized) => {
                let own_key = self.own_key.clone();
                self.find_by(own_key, Step::Doubting(doubt))
            }
            _ => Err(undone(doubt.failure)),
        }
    }

    /// Whether this is the account whose key is changed. RFC 8555 §7.3.5 has CAs refuse a key that
    /// another account has.
    pub(super) fn is_the_account(&self, found: &Found) -> bool {
        let url = self.account_url.as_ref();
        url.is_none_or(|url| *url == found.url)
    }

    /// What a look at the account says about a request that failed.
    pub(super) fn settle(&self, doubt: Doubt, looked: Result<Response, Failure>) -> Ended {
        let Doubt {
            failure,
            was_always_answered,
        } = doubt;
        let is_unknown = matches!(&looked, Err(failure) if failure.is_lost_account());
        let says_ended = matches!(&looked, Err(failure) if says_deactivated(failure));
        let found = looked
            .ok()
            .and_then(|response| found_by_key(&response).ok());
        match (&self.task, found) {
            (Task::ChangeKey(_), Some(found)) if self.is_the_account(&found) => {
                Ok(Done::KeyChanged(found.url))
            }
            (Task::ChangeKey(_), found) if found.is_some() || is_unknown => {
                // What nobody answered may still be on its way, and the look may have come before it.
                let old_key_counts = was_always_answered && refuses_the_change(&failure);
                Err(Box::new(Undone {
                    failure,
                    old_key_counts,
                }))
            }
            (Task::Deactivate, Some(found)) if has_ended(found.account.status) => {
                Ok(Done::Deactivated)
            }
            (Task::Deactivate, None) if says_ended => Ok(Done::Deactivated),
            _ => undone(failure),
        }
    }
}

/// Whether the CA has plainly refused to change the key, for a reason that is the request's and not the
/// CA's or the signer's: who signs by the wrong key may be one whose key was changed before.
fn refuses_the_change(failure: &Failure) -> bool {
    let refusal = match failure {
        Failure::NotServed(_) => return true,
        Failure::Refused(refusal) => refusal,
        _ => return false,
    };
    match (refusal.problem.status, refusal.problem.kind()) {
        // RFC 8555 §7.3.5: "If there is an existing account with the new key provided, then the server
        // SHOULD use status code 409 (Conflict)".
        (Some(409), _) => true,
        (Some(408 | 425 | 429), _) => false,
        (Some(400..=499), kind) => !matches!(
            kind,
            ProblemKind::AccountDoesNotExist
                | ProblemKind::BadNonce
                | ProblemKind::Other
                | ProblemKind::RateLimited
                | ProblemKind::ServerInternal
                | ProblemKind::Unauthorized
        ),
        _ => false,
    }
}

pub(super) fn undone(failure: Failure) -> Ended {
    Err(Box::new(Undone {
        failure,
        old_key_counts: false,
    }))
}

/// The CA's directory does not have it (RFC 8555 §7.1.1).
pub(super) fn unoffered(what: &'static str, old_key_counts: bool) -> Ended {
    Err(Box::new(Undone {
        failure: Failure::NotOffered(what),
        old_key_counts,
    }))
}

pub(super) fn found_by_key(response: &Response) -> Result<Found, AcmeError> {
    let KnownAccount { url, account } = KnownAccount::parse(response)?;
    Ok(found(url, account, response))
}

fn found_at(url: HttpsUrl, response: &Response) -> Result<Found, AcmeError> {
    let account = Account::parse(&response.body)?;
    Ok(found(url, account, response))
}

fn found(url: HttpsUrl, account: Account, response: &Response) -> Found {
    let json = words::fit(&String::from_utf8_lossy(&response.body), MAX_JSON);
    Found { url, account, json }
}

/// A CA that takes new contacts and does not repeat them has these.
fn with_contact(mut found: Found, task: &Task) -> Found {
    if let Task::ChangeContact(contact) = task
        && found.account.contact.is_empty()
    {
        found.account.contact.clone_from(contact);
    }
    found
}

fn has_ended(status: AccountStatus) -> bool {
    matches!(status, AccountStatus::Deactivated | AccountStatus::Revoked)
}

/// CAs that do not show an account that has ended say so in words.
fn says_deactivated(failure: &Failure) -> bool {
    let Failure::Refused(refusal) = failure else {
        return false;
    };
    refusal.problem.kind() == ProblemKind::Unauthorized
        && refusal
            .problem
            .detail
            .to_ascii_lowercase()
            .contains("deactivated")
}
