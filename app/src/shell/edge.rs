//! The edge's own routes: is one there, and will it answer http-01 challenges?

use tabcert_edge_api::health::Health;
use tabcert_edge_api::path::{API_VERSION, HEALTH, http01_path};
use tabcert_edge_api::problem::ProblemKind;
use tabcert_edge_api::token_write::{sign_token_removal, sign_token_write};
use tabcert_issuance::effect::TokenTask;
use tabcert_issuance::event::PublishError;

use super::http::{self, Exchange, FetchError};
use super::{clock, exception_text};

/// Asks the server of this page whether it is an edge that speaks this page's version of the API.
pub(crate) async fn probe() -> Option<Health> {
    let answer = http::exchange("GET", HEALTH, None).await.ok()?;
    let health: Health = serde_json::from_slice(&answer.body).ok()?;
    (answer.status == 200 && health.api == API_VERSION).then_some(health)
}

/// Has the edge answer a challenge.
///
/// # Errors
/// [`PublishError`]: the edge's own words, or what kept them from arriving.
pub(crate) async fn publish(task: &TokenTask) -> Result<(), PublishError> {
    let signed = sign_token_write(
        &task.signer,
        &origin()?,
        &task.host,
        &task.token,
        clock::now_ms() / 1000,
    );
    write("PUT", task, &signed.to_json()).await
}

/// Has the edge answer a challenge no longer.
///
/// # Errors
/// [`PublishError`]. The token expires anyway.
pub(crate) async fn withdraw(task: &TokenTask) -> Result<(), PublishError> {
    let signed = sign_token_removal(
        &task.signer,
        &origin()?,
        &task.host,
        &task.token,
        clock::now_ms() / 1000,
    );
    write("DELETE", task, &signed.to_json()).await
}

async fn write(method: &str, task: &TokenTask, signed: &str) -> Result<(), PublishError> {
    let path = http01_path(&task.host, &task.token);
    let answer = http::exchange(method, &path, Some(signed)).await?;
    if (200..300).contains(&answer.status) {
        Ok(())
    } else {
        Err(refusal(&answer))
    }
}

fn refusal(answer: &Exchange) -> PublishError {
    match answer.edge_problem() {
        Some(problem) => PublishError {
            not_tied: problem.kind == ProblemKind::HostNotTied,
            detail: problem.detail,
        },
        None => failure(format!(
            "the edge did not take it (status {})",
            answer.status
        )),
    }
}

/// The page's origin, which is the edge's too: what the signature is bound to.
fn origin() -> Result<String, PublishError> {
    let window = web_sys::window().ok_or_else(|| failure("there is no window".to_owned()))?;
    window
        .location()
        .origin()
        .map_err(|exception| failure(exception_text(&exception)))
}

fn failure(detail: String) -> PublishError {
    PublishError {
        detail,
        not_tied: false,
    }
}

impl From<FetchError> for PublishError {
    fn from(error: FetchError) -> Self {
        failure(format!("the edge was not reached: {error}"))
    }
}
