//! What came of the one request.

use tabcert_acme::AcmeError;
use tabcert_acme::account::{Account, AccountStatus, KnownAccount};
use tabcert_acme::error::Resource;
use tabcert_acme::http::Response;
use tabcert_acme::key::AccountKey;
use tabcert_acme::problem::ProblemKind;
use tabcert_acme::url::HttpsUrl;

use super::super::{Done, Ended, Found, Task, Undone};
use super::{Next, Step, Work};
use crate::failure::Failure;

impl Work {
    /// The CA has done it.
    pub(super) fn done(&self, response: &Response) -> Ended {
        match (&self.task, &self.account_url) {
            (Task::RevokeByAccount(..) | Task::RevokeByCertificateKey(..), _) => {
                Ok(Done::Revoked { before: false })
            }
            (Task::Deactivate, _) => Ok(Done::Deactivated),
            (Task::ChangeKey(_), Some(url)) => Ok(Done::KeyChanged(url.clone())),
            (_, Some(url)) => match found_at(url.clone(), response) {
                Ok(found) => Ok(Done::Account(found)),
                Err(error) => undone(Failure::Protocol(error)),
            },
            (_, None) => undone(Failure::Protocol(AcmeError::MissingHeader {
                resource: Resource::Account,
                header: "Location",
            })),
        }
    }

    /// A request that failed may have been done all the same: its answer was lost and it was sent
    /// again, now or by a tab that has ended since.
    pub(super) fn doubt(self: Box<Self>, failure: Failure) -> Next {
        match &self.task {
            Task::RevokeByAccount(..) | Task::RevokeByCertificateKey(..)
                if failure.kind() == Some(ProblemKind::AlreadyRevoked) =>
            {
                Err(Ok(Done::Revoked { before: true }))
            }
            Task::ChangeKey(new_key) => {
                let new_key = AccountKey::clone(new_key);
                self.find_by(new_key, Step::Doubting(failure))
            }
            // RFC 8555 §7.3.6: "If a server receives a POST or POST-as-GET from a deactivated account,
            // it MUST return an error response with status code 401 (Unauthorized) and type
            // "urn:ietf:params:acme:error:unauthorized"."
            Task::Deactivate if failure.kind() == Some(ProblemKind::Unauthorized) => {
                let own_key = self.own_key.clone();
                self.find_by(own_key, Step::Doubting(failure))
            }
            _ => Err(undone(failure)),
        }
    }

    /// Whether this is the account whose key is changed. RFC 8555 §7.3.5 has CAs refuse a key that
    /// another account has.
    pub(super) fn is_the_account(&self, found: &Found) -> bool {
        let url = self.account_url.as_ref();
        url.is_none_or(|url| *url == found.url)
    }

    /// What a look at the account says about a request that failed.
    pub(super) fn settle(&self, failure: Failure, looked: Result<Response, Failure>) -> Ended {
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
                // What nobody answered may still be on its way.
                let old_key_counts = matches!(failure, Failure::Refused(_));
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
    let json = String::from_utf8_lossy(&response.body).into_owned();
    Ok(Found { url, account, json })
}

fn found_at(url: HttpsUrl, response: &Response) -> Result<Found, AcmeError> {
    let account = Account::parse(&response.body)?;
    let json = String::from_utf8_lossy(&response.body).into_owned();
    Ok(Found { url, account, json })
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
