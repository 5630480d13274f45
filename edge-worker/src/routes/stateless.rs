//! `GET …/r/<thumbprint>/<token>`: the key authorization of any token for an account (RFC 8555 §8.1).
//!
//! Nothing is stored and nothing is secret here. Whoever may redirect a host's challenge path
//! controls the host's web server, so the redirect itself is the authorisation.

use tabcert_acme::key_authorization::key_authorization;
use tabcert_edge_api::path::parse_stateless;

use super::require_read;
use crate::Call;
use crate::error::EdgeError;
use crate::headers::Kind;
use crate::reply::Reply;

/// Answers `token.thumbprint`, or 404 with an empty body where either is none.
pub(crate) fn answer(call: &Call<'_>, rest: &str) -> Result<Reply, EdgeError> {
    require_read(call)?;
    let Some((thumbprint, token)) = parse_stateless(rest) else {
        return Ok(Reply::new(404, Kind::Api));
    };
    // Never text: a browser that is lured here must not render what the address says.
    let reply = Reply::new(200, Kind::KeyAuthorization);
    Ok(reply.text(&key_authorization(&token, &thumbprint)))
}
