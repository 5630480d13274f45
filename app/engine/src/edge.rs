//! The edge's own routes: it answers http-01 challenges.

use tabcert_edge_api::path::http01_path;
use tabcert_edge_api::problem::ProblemKind;
use tabcert_edge_api::token_write::{sign_token_removal, sign_token_write};
use tabcert_issuance::effect::TokenTask;
use tabcert_issuance::event::PublishError;

use crate::http::{self, Exchange, FetchError};
use crate::{clock, scope};

/// Has the edge answer a challenge.
///
/// # Errors
/// [`PublishError`]: the edge's own words, or what kept them from arriving.
pub(crate) async fn publish(task: &TokenTask) -> Result<(), PublishError> {
    let signed = sign_token_write(
        &task.signer,
        &scope::get().location().origin(),
        &task.host,
        &task.token,
        clock::now_ms(),
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
        &scope::get().location().origin(),
        &task.host,
        &task.token,
        clock::now_ms(),
    );
    write("DELETE", task, &signed.to_json()).await
}

async fn write(method: &str, task: &TokenTask, signed: &str) -> Result<(), PublishError> {
    let path = http01_path(&task.host, &task.token);
    let answer = http::exchange(method, &path, Some(signed)).await?;
    if (200..300).contains(&answer.status) && answer.is_of_edge() {
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
