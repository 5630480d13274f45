//! What can be expected of an answer, by what was asked.

use tabcert_acme::AcmeError;
use tabcert_acme::account::{Account, KnownAccount};
use tabcert_acme::authorization::Authorization;
use tabcert_acme::directory::Directory;
use tabcert_acme::error::Resource;
use tabcert_acme::http::Response;
use tabcert_acme::order::Order;
use tabcert_acme::orders::OrdersPage;
use tabcert_acme::problem::ProblemKind;

use crate::transcript::RequestKind;

/// Whether the CA has handed out the URL, along with an order, and so has to know it.
pub(super) fn is_handed_out(kind: RequestKind) -> bool {
    matches!(
        kind,
        RequestKind::Order
            | RequestKind::Authorization
            | RequestKind::Challenge
            | RequestKind::Finalize
            | RequestKind::Certificate
    )
}

/// Whether the request says nothing but a URL of the CA's own, so that there is nothing in it that could
/// be wrong.
pub(super) fn is_read(kind: RequestKind) -> bool {
    matches!(
        kind,
        RequestKind::Account
            | RequestKind::Orders
            | RequestKind::Authorization
            | RequestKind::Order
            | RequestKind::Certificate
    )
}

/// Whether the CA has decided something that another try will not change.
pub(super) fn is_decision(problem: ProblemKind) -> bool {
    matches!(
        problem,
        ProblemKind::AccountDoesNotExist
            | ProblemKind::BadPublicKey
            | ProblemKind::BadSignatureAlgorithm
            | ProblemKind::ExternalAccountRequired
            | ProblemKind::Unauthorized
            | ProblemKind::UserActionRequired
    )
}

/// Whether the body is HTML, or XML: no answer of ACME is.
pub(crate) fn is_markup(body: &[u8]) -> bool {
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    text.trim_ascii_start().starts_with(b"<")
}

/// Whether a 2xx answer is one to what was asked.
pub(super) fn readable(kind: RequestKind, response: &Response) -> Result<(), AcmeError> {
    let body = &response.body;
    match kind {
        RequestKind::Directory => Directory::parse(body).map(drop),
        RequestKind::NewAccount => KnownAccount::parse(response).map(drop),
        RequestKind::Account => Account::parse(body).map(drop),
        RequestKind::Orders => OrdersPage::parse(response).map(drop),
        RequestKind::Order | RequestKind::Finalize => Order::parse(body).map(drop),
        RequestKind::Authorization => Authorization::parse(body).map(drop),
        RequestKind::NewOrder if response.location.is_some() => Ok(()),
        RequestKind::NewOrder => Order::parse(body).map(drop),
        RequestKind::Certificate if body.trim_ascii().is_empty() => {
            Err(malformed(Resource::Certificate, "nothing"))
        }
        RequestKind::Certificate if is_cut(body) => {
            Err(malformed(Resource::Certificate, "half a certificate"))
        }
        RequestKind::Certificate => not_markup(Resource::Certificate, body),
        RequestKind::Challenge => not_markup(Resource::Challenge, body),
        RequestKind::RenewalInfo => not_markup(Resource::RenewalInfo, body),
        RequestKind::UpdateAccount | RequestKind::KeyChange => not_markup(Resource::Account, body),
        RequestKind::RevokeCertificate => not_markup(Resource::Certificate, body),
        RequestKind::NewNonce => Ok(()),
    }
}

/// Whether the last block of PEM has no end.
fn is_cut(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    match (text.rfind("-----BEGIN "), text.rfind("-----END ")) {
        (Some(begin), Some(end)) => begin > end,
        (begin, None) => begin.is_some(),
        (None, Some(_)) => false,
    }
}

/// Whether nothing but the status says that it was done, as the body may be anything.
pub(super) fn is_told_by_status(kind: RequestKind) -> bool {
    matches!(
        kind,
        RequestKind::Challenge
            | RequestKind::UpdateAccount
            | RequestKind::KeyChange
            | RequestKind::RevokeCertificate
    )
}

fn not_markup(resource: Resource, body: &[u8]) -> Result<(), AcmeError> {
    if is_markup(body) {
        Err(malformed(resource, "a page of markup"))
    } else {
        Ok(())
    }
}

fn malformed(resource: Resource, reason: &str) -> AcmeError {
    let reason = reason.to_owned();
    AcmeError::MalformedResource { resource, reason }
}
